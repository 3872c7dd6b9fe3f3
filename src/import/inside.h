/* What importers share: the file that they write, the parts of the samples. */
#ifndef NNMPI_IMPORT_INSIDE_H
#define NNMPI_IMPORT_INSIDE_H

#include "nnmpi/dataset.h"
#include "nnmpi/import.h"
#include "nnmpi/store.h"
#include "nnmpi/text.h"

/* The file under way. */
typedef struct nn_output {
    const nn_import *import;
    char *temporary;
    nn_store *store;
    nn_buffer summary; /* what was written, a line each */
} nn_output;

/* Sees that OUT may be written. */
nn_status nn_output_open(nn_output *output, const nn_import *import);
/* Creates the file, unless it is created. */
nn_status nn_output_create(nn_output *output);
/* If `status` is NN_OK makes it OUT and prints the summary, else removes it. Returns the first
 * failure. */
nn_status nn_output_close(nn_output *output, nn_status status);

/* A data set of texts, said in the summary as "3 classes". */
nn_status nn_output_words(nn_output *output, const char *path, const char *const *words, int n,
                          const char *what);

/* How many of n samples go to each split: whole numbers, none of them 0 where a part was asked
 * for. */
nn_status nn_parts_of(const nn_import *import, int64_t n, int64_t count[NN_SPLITS]);

/* The split of sample i where what is held out is the end. */
nn_split nn_part_at(const int64_t count[NN_SPLITS], int64_t i);
/* The error of a file that is read twice and was not the same. */
nn_status nn_import_changed(const char *file);

/* One data set of samples, in pieces: one in each group. */
typedef struct nn_pieces {
    nn_store_rows *rows[NN_SPLITS];
} nn_pieces;
/* `name` as in "text": /train/text, ..., or /text if all are in one piece. */
nn_status nn_pieces_create(nn_pieces *pieces, nn_output *output, const char *name, nn_dtype dtype,
                           const int64_t count[NN_SPLITS], const nn_shape *sample);
nn_status nn_pieces_close(nn_pieces *pieces, nn_status status); /* returns the first failure */

#endif
