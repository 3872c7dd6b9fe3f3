/* Shapes of one sample: the axis of the samples is never part of a shape. Floor 0. */
#ifndef NNMPI_SHAPE_H
#define NNMPI_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#define NN_MAX_RANK 8

typedef struct nn_shape {
    int rank; /* 0: a scalar */
    int64_t dim[NN_MAX_RANK];
} nn_shape;

/* Shape with the given dimensions: nn_shape_of(3, (int64_t[]){28, 28, 1}). */
nn_shape nn_shape_of(int rank, const int64_t *dim);
/* Number of elements, the product of the dimensions; -1 if it exceeds 2^47. */
int64_t nn_shape_size(const nn_shape *shape);
bool nn_shape_equal(const nn_shape *a, const nn_shape *b);
/* "(28, 28, 1)"; "()" for a scalar. Writes at most `size` bytes, returns `text`. */
char *nn_shape_text(const nn_shape *shape, char *text, int size);
#define NN_SHAPE_TEXT_SIZE 200

/* A number of a sample that is an id: whole, in [0, ids), because `reader` takes it so; ids 0: it
 * may be any number. */
typedef struct nn_id_rule {
    int64_t ids;
    const char *reader;
} nn_id_rule;

#endif
