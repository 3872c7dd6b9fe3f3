#include "initializer_test.c" /* the same truths in double */
