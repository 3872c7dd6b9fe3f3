#include "exponential_test.c" /* the same in double */
