#include "gemm_test.c"
