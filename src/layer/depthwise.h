/* Depthwise convolution: each channel c has `multiplier` filters of its own.
 *
 *     y(o, c, q) = sum over taps k of z(j-1)(o s + k d - p, c) K(k, c, q)
 *     dK(k, c, q) = sum over o of z(j-1)(o s + k d - p, c) dy(o, c, q)
 *     dz(j-1)(o s + k d - p, c) = sum of dy(o, c, q) K(k, c, q)
 *
 * No product of matrices: a few multiplications for each number that is read, so they are done run
 * by run where the numbers lie. Positions [first, first + m) as in unfold.h; y and dy are rows of
 * that block only. K: (k..., channels, multiplier). */
#ifndef NNMPI_LAYER_DEPTHWISE_H
#define NNMPI_LAYER_DEPTHWISE_H

#include "window.h"

#define nn_depthwise_forward NN_REAL_NAME(nn_depthwise_forward)
#define nn_depthwise_kernel NN_REAL_NAME(nn_depthwise_kernel)
#define nn_depthwise_input NN_REAL_NAME(nn_depthwise_input)

typedef struct nn_depthwise {
    nn_window w;
    int64_t channels, multiplier;
} nn_depthwise;

void nn_depthwise_forward(const nn_depthwise *d, int64_t first, int64_t m, const nn_real *z_in,
                          const nn_real *kernel, nn_real *y);
/* Adds to dK. */
void nn_depthwise_kernel(const nn_depthwise *d, int64_t first, int64_t m, const nn_real *z_in,
                         const nn_real *dy, nn_real *dkernel);
/* Adds to dz_in; without `add` what the samples that begin in the block held before is forgotten.
 */
void nn_depthwise_input(const nn_depthwise *d, int64_t first, int64_t m, const nn_real *dy,
                        const nn_real *kernel, bool add, nn_real *dz_in);

#endif
