/* Files that hold one array of numbers after a header: IDX, NumPy's .npy. */
#ifndef NNMPI_IMPORT_ARRAYS_H
#define NNMPI_IMPORT_ARRAYS_H

#include "input.h"
#include "inside.h"

typedef struct nn_array_file {
    nn_input in;
    nn_dtype dtype;
    bool swap; /* the bytes of each number are in the other order */
    int64_t n; /* samples, the first axis */
    nn_shape sample;
} nn_array_file;

/* Reads the header, at the beginning of a->in: NN_BAD_DATA. */
typedef nn_status nn_header_reader(nn_array_file *a);
/* Reads n bytes of the header. */
nn_status nn_header_read(nn_array_file *a, void *bytes, int64_t n);
/* The axes, that of the samples first: none of them 0, not more than a sample may have. */
nn_status nn_header_shape(nn_array_file *a, int rank, const int64_t *dim);

/* `inputs`: the name of the data set of inputs. */
nn_status nn_arrays_import(const nn_import *import, const nn_import_arrays_options *options,
                           nn_header_reader *header, const char *inputs);

#endif
