/* A window that slides over a grid of places: what convolutions and pools share.
 *
 * Everything is written once, for three axes; in one and two dimensions the axes in front have
 * length 1. From position o the tap k of the window sees, on each axis, the place
 *
 *     i = o stride + k dilation - before
 *
 * which may lie in the padding, outside of the grid. Positions and places are counted row major
 * through a whole batch: sample, then the axes. */
#ifndef NNMPI_LAYER_WINDOW_H
#define NNMPI_LAYER_WINDOW_H

#include "nnmpi/layer.h"

#define nn_window_words NN_REAL_NAME(nn_window_words)
#define nn_window_spread NN_REAL_NAME(nn_window_spread)
#define nn_window_spread_all NN_REAL_NAME(nn_window_spread_all)
#define nn_window_pair NN_REAL_NAME(nn_window_pair)
#define nn_window_fit NN_REAL_NAME(nn_window_fit)
#define nn_window_fit_transposed NN_REAL_NAME(nn_window_fit_transposed)
#define nn_window_of_all NN_REAL_NAME(nn_window_of_all)
#define nn_window_tiles NN_REAL_NAME(nn_window_tiles)
#define nn_window_copies NN_REAL_NAME(nn_window_copies)
#define nn_window_block NN_REAL_NAME(nn_window_block)
#define nn_window_check_size NN_REAL_NAME(nn_window_check_size)
#define nn_window_output NN_REAL_NAME(nn_window_output)

#define NN_WINDOW_MOST (1 << 15) /* sizes, strides, dilations: products stay below 2^63 */

enum { NN_PADDING_VALID = -1, NN_PADDING_SAME = -2 };

/* What a user says about a window. Lists hold one number, or one an axis. */
typedef struct nn_window_options {
    nn_ints size, strides, dilation_rate;
    nn_ints padding; /* a word; or numbers: one, one an axis, or two an axis (before, after) */
} nn_window_options;

typedef struct nn_window {
    int64_t in[3], out[3]; /* the grid of places, the grid of positions */
    int64_t size[3], stride[3], dilation[3], before[3];
    int64_t n_in, n_out, taps; /* the products of in, out, size */
    const int64_t *first,
        *after; /* by tap of the last axis: positions [first, after) see a place */
} nn_window;

extern const char *const nn_window_words[]; /* of `padding` */

/* A list of one number becomes a list of `count` equal ones; false after a complaint that it has
 * neither one nor `count`. */
bool nn_window_spread(nn_layer *l, const char *key, int count, nn_ints *list);
/* The same for all of a window's; absent strides are its size, an absent dilation is 1. */
bool nn_window_spread_all(nn_layer *l, const char *size_key, int axes, nn_window_options *o);
/* What one, one an axis or two an axis say of `axis`; false after a complaint at `key`. */
bool nn_window_pair(nn_layer *l, const char *key, int axes, const nn_ints *list, int axis,
                    int64_t *before, int64_t *after);
/* The window over the first `axes` axes of l->in[0], the last axis being channels; the options are
 * spread. False after a complaint at size_key or elsewhere. */
bool nn_window_fit(nn_layer *l, const char *size_key, int axes, const nn_window_options *o,
                   nn_window *w);
/* The window whose POSITIONS are those of l->in[0]: of the convolution that this layer is the
 * transpose of. output_padding: absent (n = 0) or one number an axis. */
bool nn_window_fit_transposed(nn_layer *l, int axes, const nn_window_options *o,
                              const nn_ints *output_padding, nn_window *w);
/* One position that sees all places of l->in[0], as one axis. False after a complaint. */
bool nn_window_of_all(nn_layer *l, nn_window *w);
/* Every place is seen by exactly one tap from exactly one position. */
bool nn_window_tiles(const nn_window *w);
/* Position i sees place i and no other: nothing need be gathered. */
bool nn_window_copies(const nn_window *w);
/* How many rows of `numbers` make a block: a quarter of a megabyte, but enough rows for a GEMM. */
int64_t nn_window_block(int64_t numbers);
/* False after a complaint that `what`, of this shape, would be too large to count. */
bool nn_window_check_size(nn_layer *l, const char *what, const nn_shape *shape);
/* The grid `size` as a shape of so many axes, with channels behind. */
nn_shape nn_window_output(const int64_t size[3], int axes, int64_t channels);

#endif
