/* A box cut out of a grid, or put into one: what crop2d, slice and zero_pad2d share.
 *
 * `outer` grids of grid[0] x grid[1] cells of `inner` numbers; the box is box[0] x box[1] cells
 * from cell at[0], at[1] on. The grid's array is [outer, grid, inner], the box's [outer, box,
 * inner]. */
#ifndef NNMPI_LAYER_BOX_H
#define NNMPI_LAYER_BOX_H

#include "nnmpi/layer.h"

#define nn_box_take NN_REAL_NAME(nn_box_take)
#define nn_box_put NN_REAL_NAME(nn_box_put)

typedef struct nn_box {
    int64_t outer, grid[2], box[2], at[2], inner;
} nn_box;

/* For n samples: y (+)= the box of x. */
void nn_box_take(const nn_box *b, int64_t n, const nn_real *x, bool add, nn_real *y);
/* For n samples: the box of y (+)= x; without `add` the rest of y becomes 0. */
void nn_box_put(const nn_box *b, int64_t n, const nn_real *x, bool add, nn_real *y);

#endif
