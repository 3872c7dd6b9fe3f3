/* The truths of stepper_test.c where nn_real is double: within 1e-12. */
#include "stepper_test.c"
