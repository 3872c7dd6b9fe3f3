#include "nnmpi/tensor.h"

#include <cblas.h>
#include <string.h>

#ifdef NN_DOUBLE
#define nn_cblas_gemm cblas_dgemm
#else
#define nn_cblas_gemm cblas_sgemm
#endif

static void scale_rows(int64_t m, int64_t n, nn_real beta, nn_real *c, int64_t ldc) {
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) c[i * ldc + j] = beta == 0 ? 0 : beta * c[i * ldc + j];
}

void nn_gemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const nn_real *a,
             int64_t lda, const nn_real *b, int64_t ldb, nn_real beta, nn_real *c, int64_t ldc) {
    if (m == 0 || n == 0) return;
    if (k == 0) {
        scale_rows(m, n, beta, c, ldc);
        return;
    }
    nn_cblas_gemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
                  transpose_b ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n, (blasint)k, 1, a,
                  (blasint)lda, b, (blasint)ldb, beta, c, (blasint)ldc);
}

void nn_copy(int64_t n, const nn_real *x, nn_real *y) {
    if (n > 0 && x != y) memcpy(y, x, (size_t)n * sizeof *y);
}

void nn_zero(int64_t n, nn_real *y) {
    if (n > 0) memset(y, 0, (size_t)n * sizeof *y);
}

NN_CLONES void nn_add(int64_t n, const nn_real *x, nn_real *y) {
    for (int64_t i = 0; i < n; i++) y[i] += x[i];
}

/* Several sums side by side, so that one addition need not wait for the one before it. */
double nn_dot(int64_t n, const nn_real *x, const nn_real *y) {
    enum { LANES = 8 };
    double lane[LANES] = {0}, sum = 0;
    int64_t whole = n - n % LANES;
    for (int64_t i = 0; i < whole; i += LANES)
        for (int k = 0; k < LANES; k++) lane[k] += (double)x[i + k] * (double)y[i + k];
    for (int64_t i = whole; i < n; i++) sum += (double)x[i] * (double)y[i];
    for (int k = 0; k < LANES; k++) sum += lane[k];
    return sum;
}

void nn_contribute(int64_t n, const nn_real *x, bool add, nn_real *y) {
    if (add)
        nn_add(n, x, y);
    else
        nn_copy(n, x, y);
}

NN_CLONES void nn_add_rows(int64_t m, int64_t n, const nn_real *b, nn_real *y) {
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) y[i * n + j] += b[j];
}

NN_CLONES void nn_sum_rows(int64_t m, int64_t n, const nn_real *x, bool add, nn_real *s) {
    if (!add) nn_zero(n, s);
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++) s[j] += x[i * n + j];
}

/* A number is finite unless all bits of its exponent are set; integers, so that it vectorises. */
NN_CLONES bool nn_all_finite(int64_t n, const nn_real *x) {
#ifdef NN_DOUBLE
    typedef uint64_t word;
    const word exponent = (word)0x7ff << 52;
#else
    typedef uint32_t word;
    const word exponent = (word)0xff << 23;
#endif
    word bad = 0;
    for (int64_t i = 0; i < n; i++) {
        word bits;
        memcpy(&bits, &x[i], sizeof bits);
        bad |= (bits & exponent) == exponent;
    }
    return !bad;
}
