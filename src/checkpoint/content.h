/* What is where in the file: written by rank 0, read by rank 0. */
#ifndef NNMPI_CHECKPOINT_CONTENT_H
#define NNMPI_CHECKPOINT_CONTENT_H

#include "nnmpi/checkpoint.h"
#include "sums.h"

#define nn_content_write NN_REAL_NAME(nn_content_write)
#define nn_content_write_keras NN_REAL_NAME(nn_content_write_keras)
#define nn_content_compare NN_REAL_NAME(nn_content_compare)
#define nn_content_read NN_REAL_NAME(nn_content_read)
#define nn_content_each NN_REAL_NAME(nn_content_each)
#define nn_compare_models NN_REAL_NAME(nn_compare_models)

/* Everything, checksums included, into an empty file; `generation`: see seal.h. NN_IO. */
nn_status nn_content_write(nn_store *store, const nn_snapshot *snapshot, int64_t generation);
/* write_keras.c: model_config, /model_weights */
nn_status nn_content_write_keras(nn_writer *writer, const nn_snapshot *snapshot);

/* NN_BAD_CONFIG naming the first difference between the file and model, optimizer, precision. */
nn_status nn_content_compare(nn_store *store, const nn_snapshot *snapshot);
/* compare_models.c: the same for two models in Keras's words; *difference by malloc, NULL: none. */
char *nn_compare_models(const char *file, const nn_model *model, const char *name);

/* Fills snapshot from a file that nn_content_compare agrees with. */
nn_status nn_content_read(nn_store *store, nn_snapshot *snapshot, nn_arena *arena);

/* state_once.c: the numbers of the state, its sums and history, allocated from `arena`. */
nn_status nn_content_read_state(nn_store *store, nn_state *state, nn_arena *arena);

/* Calls `visit` for every data set that holds numbers of the model's shapes: weights, state,
 * optimizer slots, best weights; `data` is where its numbers are in memory. */
typedef nn_status nn_content_visitor(void *context, const char *path, const nn_tensor *tensor,
                                     nn_real *data);
nn_status nn_content_each(const nn_snapshot *snapshot, nn_content_visitor *visit, void *context);

#endif
