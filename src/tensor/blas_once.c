/* The BLAS as a whole: threads and names; and whether its products are ours. */
#include "gemm.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_avx512(void) {
#if defined(__x86_64__) && defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
    return false;
#endif
}

static bool has_avx2(void) {
#if defined(__x86_64__) && defined(__GNUC__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return false;
#endif
}

bool nn_gemm_is_wide(void) {
    static enum { UNKNOWN, NO, YES } wide;
    if (wide == UNKNOWN) {
        const char *wanted = getenv("NNMPI_GEMM");
        wide = has_avx512() && !(wanted && strcmp(wanted, "blas") == 0) ? YES : NO;
    }
#ifndef _OPENMP
    if (nn_blas_threads() > 1) return false; /* OpenBLAS has threads of its own */
#endif
    return wide == YES;
}

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
    snprintf(text, sizeof text, "%s %s %s%s", version, number, openblas_get_corename(),
             nn_gemm_is_wide() ? ", products by AVX-512" : "");
    return text;
}

/* An OpenBLAS that is older than the processor takes its kernels of 2004. */
const char *nn_blas_advice(void) {
    const char *core = openblas_get_corename();
    if (nn_gemm_is_wide() || !has_avx2() ||
        (strcmp(core, "Prescott") != 0 && strcmp(core, "Core2") != 0))
        return NULL;
    return has_avx512() ? "OPENBLAS_CORETYPE=SkylakeX" : "OPENBLAS_CORETYPE=Haswell";
}
