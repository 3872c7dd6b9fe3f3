/* The same truths in double. */
#include "dataset_test.c"
