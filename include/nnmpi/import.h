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

/* How samples are chosen that are held out: as suits the data, by the seed, by the seed the same
 * part of each class, the last ones. */
typedef enum nn_import_split {
    NN_IMPORT_AUTO,
    NN_IMPORT_RANDOM,
    NN_IMPORT_STRATIFIED,
    NN_IMPORT_LAST
} nn_import_split;

/* What every importer is told. */
typedef struct nn_import {
    const char *out;
    bool force;              /* OUT may exist */
    double validation, test; /* parts of the samples held out, 0: none; then the data sets are in
                                /train, /validation, /test, otherwise at the root */
    int split;               /* nn_import_split */
    int seed;
} nn_import;

/* Characters (UTF-8) or bytes as tokens: /text, and /vocabulary, the character of each token, in
 * order of code points. The parts held out are the end of the text. */
typedef struct nn_import_text_options {
    bool bytes;             /* tokens are the bytes, 0 to 255; no vocabulary */
    const char *vocabulary; /* an HDF5 file whose /vocabulary is used; NULL: that of the text */
    const char *validation_file, *test_file; /* of splits of their own; NULL: none */
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

typedef enum nn_import_missing {
    NN_MISSING_ERROR,
    NN_MISSING_DROP, /* the row is left out */
    NN_MISSING_MEAN, /* of the column, over the training samples */
    NN_MISSING_ZERO
} nn_import_missing;

/* Columns of tables: /inputs (N, columns), and /labels (integers) or /targets, (N) or (N, columns);
 * /input_names, and /class_names if the target is a class: its values in order, numbers by value.
 * The columns are names, numbers from 1 or ranges of them, separated by commas. */
typedef struct nn_import_csv_options {
    const char *inputs;  /* NULL: all that are no targets */
    const char *targets; /* NULL: none */
    const char *one_hot; /* of the inputs: as many numbers as the column has values; NULL: none */
    bool classes;        /* the target is a class though its values are numbers */
    bool no_header;      /* the first row is no names */
    char separator, decimal;
    int missing;                             /* nn_import_missing */
    nn_dtype dtype;                          /* NN_F64, NN_F32 */
    const char *validation_file, *test_file; /* of splits of their own; NULL: none */
} nn_import_csv_options;
nn_status nn_import_csv(const nn_import *import, const nn_import_csv_options *options,
                        const char *const *files, int n);

/* PNG and JPEG, a folder for each class: /images (N, height, width, channels), /labels, and
 * /class_names, the names of the folders in order. */
typedef struct nn_import_images_options {
    int64_t height, width;                       /* what they are made; 0: they must agree */
    int64_t channels;                            /* 1, 3; 0: 1 if all are grey */
    const char *validation_folder, *test_folder; /* of splits of their own; NULL: none */
} nn_import_images_options;
nn_status nn_import_images(const nn_import *import, const nn_import_images_options *options,
                           const char *folder);

#endif
