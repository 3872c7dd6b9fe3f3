/* The same in double. */
#include "lbfgs_test.c"
