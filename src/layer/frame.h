/* A frame around rows and columns: what crop2d and zero_pad2d say alike. */
#ifndef NNMPI_LAYER_FRAME_H
#define NNMPI_LAYER_FRAME_H

#include "box.h"

#define nn_frame_read NN_REAL_NAME(nn_frame_read)

#define NN_FRAME_MOST (1 << 20)
#define NN_FRAME_HELP                                                                              \
    "one number for all sides, two (rows, columns), or four (top, bottom, left, right)"

typedef struct nn_frame_options {
    nn_ints frame; /* after nn_frame_read: top, bottom, left, right */
} nn_frame_options;

/* Reads l->options, an nn_frame_options. The grid is l->in[0] and the box what is left of it by
 * cutting the frame off, perhaps less than nothing. False after a complaint. */
bool nn_frame_read(nn_layer *l, const char *key, nn_box *box, int64_t after[2]);

#endif
