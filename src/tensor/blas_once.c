/* The BLAS as a whole: threads and names. */
#include "nnmpi/tensor.h"

#include <cblas.h>
#include <stdio.h>
#include <string.h>

void nn_blas_set_threads(int threads) {
    openblas_set_num_threads(threads < 1 ? 1 : threads);
}

int nn_blas_threads(void) {
    return openblas_get_num_threads();
}

const char *nn_blas_text(void) {
    static char text[128];
    char version[64] = "OpenBLAS";
    sscanf(openblas_get_config(), "%63s", version); /* "OpenBLAS 0.3.21 DYNAMIC_ARCH ..." */
    const char *rest = strchr(openblas_get_config(), ' ');
    char number[32] = "";
    if (rest) sscanf(rest, "%31s", number);
    snprintf(text, sizeof text, "%s %s %s", version, number, openblas_get_corename());
    return text;
}
