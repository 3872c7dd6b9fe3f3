/* Masks of dropout and its kin. */
#ifndef NNMPI_LAYER_MASK_H
#define NNMPI_LAYER_MASK_H

#include "nnmpi/random.h"
#include "nnmpi/real.h"

#define nn_mask_draw NN_REAL_NAME(nn_mask_draw)

/* m[k] = 0 with probability `rate` < 1, else 1/(1 - rate), for k in [0, n): words 4 * first + k of
 * the stream. */
void nn_mask_draw(const nn_stream *stream, uint64_t first, double rate, int64_t n, nn_real *m);

#endif
