/* What HDF5 files hold: data sets for training, checkpoints. For people; printed on stdout.
 * Floor 5. */
#ifndef NNMPI_INSPECT_H
#define NNMPI_INSPECT_H

#include <stdbool.h>

#include "nnmpi/status.h"

typedef struct nn_inspect_options {
    bool statistics; /* of the numbers: everything is read, some rows at a time */
    bool config;     /* of a checkpoint: its configuration, and nothing else */
    bool all;        /* of two checkpoints: all data sets, not the weights alone */
    bool best;       /* of a run folder: best.h5, not latest.h5 */
} nn_inspect_options;

/* A checkpoint: what it is, its layers, its history. Any other file: the tree of its data sets, and
 * a section `data:` that would train on it. NN_BAD_DATA: damaged. */
nn_status nn_inspect_file(const char *file, const nn_inspect_options *options);
/* Data set by data set; of checkpoints the weights. NN_OK: equal in all bits; NN_FAILED: not. */
nn_status nn_inspect_differences(const char *a, const char *b, const nn_inspect_options *options);

#endif
