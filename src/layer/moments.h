/* Sums along a row, in double and over eight partial sums in a fixed order, which a compiler can
 * keep in registers. */
#ifndef NNMPI_LAYER_MOMENTS_H
#define NNMPI_LAYER_MOMENTS_H

#include "nnmpi/real.h"

#define NN_LANES 8
#define NN_SUM_BY_LANES(n, term)                                                                   \
    double lane[NN_LANES] = {0}, sum = 0;                                                          \
    int64_t whole = (n) / NN_LANES * NN_LANES;                                                     \
    for (int64_t at = 0; at < whole; at += NN_LANES)                                               \
        for (int64_t k = 0; k < NN_LANES; k++) {                                                   \
            int64_t i = at + k;                                                                    \
            lane[k] += (term);                                                                     \
        }                                                                                          \
    for (int64_t i = whole; i < (n); i++) sum += (term);                                           \
    for (int k = 0; k < NN_LANES; k++) sum += lane[k];                                             \
    return sum

static inline double nn_row_sum(int64_t n, const nn_real *x) {
    NN_SUM_BY_LANES(n, (double)x[i]);
}

static inline double nn_row_dot(int64_t n, const nn_real *x, const nn_real *y) {
    NN_SUM_BY_LANES(n, (double)x[i] * (double)y[i]);
}

/* sum (x - mean)^2 */
static inline double nn_row_squares(int64_t n, const nn_real *x, double mean) {
    NN_SUM_BY_LANES(n, ((double)x[i] - mean) * ((double)x[i] - mean));
}

#endif
