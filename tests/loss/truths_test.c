/* Those truths of truths_test_f64.c that float can tell. */
#include "truths_test_f64.c"
