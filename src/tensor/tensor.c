#include "gemm.h"

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

static nn_right right_of(bool transpose, const nn_real *b, int64_t ldb) {
    return (nn_right){.at = b, .row = transpose ? 1 : ldb, .column = transpose ? ldb : 1};
}

void nn_gemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const nn_real *a,
             int64_t lda, const nn_real *b, int64_t ldb, nn_real beta, nn_real *c, int64_t ldc) {
    if (m == 0 || n == 0) return;
    if (k == 0) {
        scale_rows(m, n, beta, c, ldc);
        return;
    }
    if (nn_gemm_is_wide() && (beta == 0 || beta == 1)) {
        nn_matrix A = {a, transpose_a ? 1 : lda, transpose_a ? lda : 1};
        nn_gemm_wide(m, n, k, A, right_of(transpose_b, b, ldb), beta == 1, c, ldc);
        return;
    }
    nn_cblas_gemm(CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
                  transpose_b ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n, (blasint)k, 1, a,
                  (blasint)lda, b, (blasint)ldb, beta, c, (blasint)ldc);
}

enum { LINE = 64 }; /* bytes of a line of the cache */

int64_t nn_factor_size(int64_t n, int64_t k) {
    return nn_gemm_is_wide() ? k * nn_gemm_packed_columns(n) + LINE / (int64_t)sizeof(nn_real) : 0;
}

nn_factor nn_factor_of(bool transpose, int64_t n, int64_t k, const nn_real *b, int64_t ldb,
                       nn_real *room) {
    nn_factor f = {b, ldb, transpose, n, k, NULL};
    if (!nn_gemm_is_wide() || n == 0 || k == 0) return f;
    uintptr_t line = ((uintptr_t)room + LINE - 1) / LINE * LINE;
    f.packed = (nn_real *)line;
    nn_gemm_pack_wide(n, k, right_of(transpose, b, ldb), (nn_real *)line);
    return f;
}

void nn_gemm_factor(int64_t m, const nn_real *a, int64_t lda, const nn_factor *f, nn_real beta,
                    nn_real *c, int64_t ldc) {
    nn_right B = right_of(f->transpose, f->b, f->ldb);
    B.packed = f->packed;
    B.columns = nn_gemm_packed_columns(f->n);
    if (m > 0 && f->packed && (beta == 0 || beta == 1))
        nn_gemm_wide(m, f->n, f->k, (nn_matrix){a, lda, 1}, B, beta == 1, c, ldc);
    else
        nn_gemm(false, f->transpose, m, f->n, f->k, a, lda, f->b, f->ldb, beta, c, ldc);
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
