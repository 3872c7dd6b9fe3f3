/* The product of matrices for processors with AVX-512. Private to src/tensor. */
#ifndef NNMPI_TENSOR_GEMM_H
#define NNMPI_TENSOR_GEMM_H

#include "nnmpi/tensor.h"

#define nn_gemm_wide NN_REAL_NAME(nn_gemm_wide)
#define nn_gemm_packed_columns NN_REAL_NAME(nn_gemm_packed_columns)
#define nn_gemm_pack_wide NN_REAL_NAME(nn_gemm_pack_wide)

/* A matrix as it lies in memory: element (i, j) is at[i * row + j * column]. */
typedef struct nn_matrix {
    const nn_real *at;
    int64_t row, column;
} nn_matrix;

/* B of a product, and what is known of it: */
typedef struct nn_right {
    const nn_real *at;
    int64_t row, column;   /* as in nn_matrix; one of them is 1 */
    const nn_real *packed; /* all of it, by nn_gemm_pack_wide, or NULL */
    int64_t columns;       /* nn_gemm_packed_columns of it */
    int64_t first;         /* column of it that `at` points to; of a panel's width a multiple */
} nn_right;

/* Whether nn_gemm_wide is to be used: the processor has AVX-512, and NNMPI_GEMM=blas is not in the
 * environment. */
bool nn_gemm_is_wide(void);
/* C[m,n] = A[m,k] . B[k,n], or C + that if `add`; m, n, k > 0. A row of C has the same bits
 * whatever the other rows are, however many, on any number of threads, and B packed or not. */
void nn_gemm_wide(int64_t m, int64_t n, int64_t k, nn_matrix a, nn_right b, bool add, nn_real *c,
                  int64_t ldc);
/* Columns of B[k,n] when it is packed, with those that fill up the last panel. */
int64_t nn_gemm_packed_columns(int64_t n);
/* packed[k * nn_gemm_packed_columns(n)] = B[k,n] */
void nn_gemm_pack_wide(int64_t n, int64_t k, nn_right b, nn_real *packed);

#endif
