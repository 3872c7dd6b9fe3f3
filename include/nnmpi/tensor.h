/* Arithmetic on dense arrays; the only door to cblas.h. Floor 1.
 *
 * Row major. Nothing here allocates or can fail. */
#ifndef NNMPI_TENSOR_H
#define NNMPI_TENSOR_H

#include "nnmpi/real.h"
#include <stdbool.h>

#define nn_gemm NN_REAL_NAME(nn_gemm)
#define nn_factor NN_REAL_NAME(nn_factor)
#define nn_factor_size NN_REAL_NAME(nn_factor_size)
#define nn_factor_of NN_REAL_NAME(nn_factor_of)
#define nn_gemm_factor NN_REAL_NAME(nn_gemm_factor)
#define nn_add NN_REAL_NAME(nn_add)
#define nn_add_rows NN_REAL_NAME(nn_add_rows)
#define nn_sum_rows NN_REAL_NAME(nn_sum_rows)
#define nn_copy NN_REAL_NAME(nn_copy)
#define nn_dot NN_REAL_NAME(nn_dot)
#define nn_zero NN_REAL_NAME(nn_zero)
#define nn_contribute NN_REAL_NAME(nn_contribute)
#define nn_all_finite NN_REAL_NAME(nn_all_finite)

/* C[m,n] = op(A)[m,k] . op(B)[k,n] + beta C, by OpenBLAS, or on a processor with AVX-512 by
 * src/tensor/gemm.c, unless the environment says NNMPI_GEMM=blas.  op transposes where
 * asked. lda, ldb, ldc: the row lengths of A, B, C as they lie in memory. beta = 0 does not read C.
 * m, n or k may be 0. */
void nn_gemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const nn_real *a,
             int64_t lda, const nn_real *b, int64_t ldb, nn_real beta, nn_real *c, int64_t ldc);

/* op(B)[k,n], the right factor of several products with few rows: made once ready for
 * src/tensor/gemm.c, where that is used. */
typedef struct nn_factor {
    const nn_real *b;
    int64_t ldb;
    bool transpose;
    int64_t n, k;
    const nn_real *packed; /* NULL: is not */
} nn_factor;

/* Numbers of room that nn_factor_of needs; may be 0. */
int64_t nn_factor_size(int64_t n, int64_t k);
/* B and the room must outlive the factor, and B stay as it is. */
nn_factor nn_factor_of(bool transpose, int64_t n, int64_t k, const nn_real *b, int64_t ldb,
                       nn_real *room);
/* C[m,n] = A[m,k] . op(B)[k,n] + beta C: the bits of nn_gemm. */
void nn_gemm_factor(int64_t m, const nn_real *a, int64_t lda, const nn_factor *f, nn_real beta,
                    nn_real *c, int64_t ldc);

void nn_copy(int64_t n, const nn_real *x, nn_real *y); /* y = x          */
void nn_zero(int64_t n, nn_real *y);                   /* y = 0          */
void nn_add(int64_t n, const nn_real *x, nn_real *y);  /* y = y + x      */
/* sum_i x_i y_i in double, in a fixed order: the same bits wherever x and y are the same. */
double nn_dot(int64_t n, const nn_real *x, const nn_real *y);
/* y = x on first use, y = y + x after: how every gradient contribution is made. */
void nn_contribute(int64_t n, const nn_real *x, bool add, nn_real *y);
/* y[i,:] = y[i,:] + b for each of m rows of n. */
void nn_add_rows(int64_t m, int64_t n, const nn_real *b, nn_real *y);
/* s = sum_i x[i,:] (add: s = s + ...), rows in a fixed order. */
void nn_sum_rows(int64_t m, int64_t n, const nn_real *x, bool add, nn_real *s);
bool nn_all_finite(int64_t n, const nn_real *x);

/* Threads of matrix products, OpenBLAS's or ours, set by the API, and what it calls itself
 * ("OpenBLAS 0.3.21 Haswell"). */
void nn_blas_set_threads(int threads);
int nn_blas_threads(void);
const char *nn_blas_text(void);
/* What to do about an OpenBLAS that does not know this processor and multiplies slowly; NULL: it is
 * not so, or nn_gemm does not use it. */
const char *nn_blas_advice(void);

#endif
