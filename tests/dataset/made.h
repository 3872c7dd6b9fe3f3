/* Data files for the tests, and options to open them with. */
#ifndef NNMPI_TESTS_MADE_H
#define NNMPI_TESTS_MADE_H

#include "nnmpi/dataset.h"
#include "nnmpi/store.h"

/* The group of this process; MPI is started once and ended at exit. */
nn_comm *made_comm(void);

/* A file of arrays: made_begin, made_add ..., made_end gives its path. */
void made_begin(const char *name);
void made_add(const char *path, nn_dtype dtype, const void *data, int rank, const int64_t *dim);
const char *made_end(void);
#define MADE_ADD(path, dtype, data, ...)                                                           \
    made_add(path, dtype, data, sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t),                \
             (int64_t[]){__VA_ARGS__})

/* A source of one file, names by default. */
nn_source made_source(const char *file);
nn_data_options made_options(const char *train_file);
/* {type: NAME}, presets; for the whole process. */
nn_typed made_normalizer(const char *name);

nn_data *made_open(const nn_data_options *options, uint64_t seed);
nn_status made_status(const nn_data_options *options);

#endif
