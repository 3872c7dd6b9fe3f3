/* Data of other formats -> HDF5. Floor 5.
 *
 * Every importer streams: its memory does not grow with the file. It writes OUT.tmp, which becomes
 * OUT when all of it is there; a file OUT that exists stays as it is unless `force`. NN_NO_INPUT:
 * an input is not there; NN_BAD_DATA: it is not what it should be, with file and line or offset;
 * NN_CANNOT_WRITE: OUT cannot be made, or exists; NN_USAGE: options that do not suit the data. */
#ifndef NNMPI_IMPORT_H
#define NNMPI_IMPORT_H

#include "nnmpi/dataset.h"
#include "nnmpi/status.h"

/* What every importer is told. */
typedef struct nn_import {
    const char *out;
    bool force;              /* OUT may exist */
    double validation, test; /* parts of the samples held out, 0: none; then the data sets are in
                                /train, /validation, /test, otherwise at the root */
} nn_import;

/* Characters (UTF-8) or bytes as tokens: /text, and /vocabulary, the character of each token, in
 * order of code points. The parts held out are the end of the text. */
typedef struct nn_import_text_options {
    bool bytes;             /* tokens are the bytes, 0 to 255; no vocabulary */
    const char *vocabulary; /* an HDF5 file whose /vocabulary is used; NULL: that of the text */
} nn_import_text_options;
nn_status nn_import_text(const nn_import *import, const nn_import_text_options *options,
                         const char *const *files, int n);

/* Arrays in files of their own, inputs and targets: /images or /inputs, and /labels (integers, one
 * a sample) or /targets. */
typedef struct nn_import_arrays_options {
    const char *file[NN_SPLITS][2]; /* inputs, targets; NULL: none. [NN_TRAIN][0] is given */
    bool channel;                   /* samples of two axes get a third, of one channel */
} nn_import_arrays_options;
nn_status nn_import_idx(const nn_import *import, const nn_import_arrays_options *options);
nn_status nn_import_npy(const nn_import *import, const nn_import_arrays_options *options);

#endif
