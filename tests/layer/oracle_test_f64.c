#include "oracle_test.c" /* the same in double */
