/* The same in double. */
#include "oracle_test.c"
