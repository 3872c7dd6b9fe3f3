/* The same in double precision. */
#include "save_test.c"
