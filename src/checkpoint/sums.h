/* Checksums: every data set and text of a checkpoint is written by way of an nn_writer, which
 * leaves its XXH3 in /nnmpi/checksums under the same path:
 *
 *     data set /a/b             /nnmpi/checksums/a/b         of its numbers, row major, native
 *     data set of texts /a/b    the same, of the texts, each ended by a zero byte
 *     attribute c of /a         /nnmpi/checksums/a/@c        of the text
 *     attribute c, a list       /nnmpi/checksums/a/@c[]      of the texts, each ended by a zero
 * byte
 *
 * Attribute `total` of /nnmpi/checksums is a sum over all of them, so that none can be missing. */
#ifndef NNMPI_CHECKPOINT_SUMS_H
#define NNMPI_CHECKPOINT_SUMS_H

#include "nnmpi/store.h"

typedef struct nn_writer {
    nn_store *store;
    uint64_t total;
} nn_writer;

nn_status nn_writer_data(nn_writer *w, const char *path, nn_dtype dtype, int rank,
                         const int64_t *dim, const void *data);
nn_status nn_writer_text(nn_writer *w, const char *path, const char *name, const char *text);
nn_status nn_writer_texts(nn_writer *w, const char *path, const char *name,
                          const char *const *texts, int n);
nn_status nn_writer_words(nn_writer *w, const char *path, const char *const *words, int n);
nn_status nn_writer_finish(nn_writer *w);

/* NN_BAD_DATA naming the first data set or attribute that is not what was written. */
nn_status nn_sums_verify(nn_store *store);

/* Opens a checkpoint: seal, /nnmpi, format_version and checksums are good, or NN_BAD_DATA. */
nn_status nn_checkpoint_open(nn_store **store, const char *path);

#define NN_FORMAT_VERSION 2

#endif
