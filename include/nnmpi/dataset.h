/* Data sets: HDF5 arrays as samples. Floor 2.
 *
 * A data set is held in memory once a node, in the type it is stored in; each rank reads its part
 * by hyperslabs. Order, splits and normalisation do not depend on the number of ranks. */
#ifndef NNMPI_DATASET_H
#define NNMPI_DATASET_H

#include "nnmpi/comm.h"
#include "nnmpi/config.h"
#include "nnmpi/real.h"
#include "nnmpi/shape.h"

#define nn_dataset_inputs NN_REAL_NAME(nn_dataset_inputs)
#define nn_dataset_values NN_REAL_NAME(nn_dataset_values)
#define nn_dataset_check_ids NN_REAL_NAME(nn_dataset_check_ids)
#define nn_dataset_check_fetched_ids NN_REAL_NAME(nn_dataset_check_fetched_ids)
#define nn_dataset_weights NN_REAL_NAME(nn_dataset_weights)

/* An array in the memory of this rank, instead of a data set in a file. The rows of all ranks, in
 * their order, are the data set; a rank of no rows has nothing to say. */
typedef struct nn_memory {
    const void *data; /* [rows, sample]; NULL: there is none */
    nn_dtype type;
    nn_shape sample;
    int64_t rows;
} nn_memory;

/* data.train, data.validation, data.test */
typedef struct nn_source {
    nn_texts file;      /* paths or globs, absolute; n = 0: the train source's */
    const char *inputs; /* data set names; NULL: the usual names are looked for */
    const char *targets;
    nn_texts target_file; /* n = 0: file */
    const char *weights;  /* name of the data set of sample weights, where the targets are; NULL */
    double split;         /* validation: this part of train instead; 0: not */
    bool present;
    /* not keys: inputs, targets and weights in memory, borrowed until nn_data_open returns */
    const nn_memory *memory[3];     /* [0] NULL: the arrays are in files */
    bool inputs_hint, targets_hint; /* no keys: if nothing has that name the usual ones will do */
    /* no keys: how another file, inputs, targets are named, for messages; NULL: by their keys */
    const char *advice[3];
} nn_source;

typedef struct nn_data_options {
    nn_source train, validation, test;
    double scale;       /* inputs times this */
    nn_typed normalize; /* {type: standard | minmax}: from the training data */
    bool shuffle;
    int64_t sequence_length; /* a sample is a window of so many rows; 0: it is a row */
    int64_t stride;          /* rows from one window to the next; 0: sequence_length */
    int64_t context;         /* rows by which windows of validation and test overlap */
    int64_t horizon;         /* rows from a row to the target that belongs to it */
    int target;              /* of a window: nn_window_target */
    nn_document *document;   /* not a key: the keys' own, for messages; NULL: none is at hand */
    /* not a key: inputs alone (no targets, windows to the last row), which are not loaded but
     * fetched, so that memory does not grow with the data */
    bool fetched;
} nn_data_options;
extern const nn_key nn_data_keys[];

/* What a window is to predict: the target of each of its rows, or of the last one. */
typedef enum nn_window_target { NN_TARGET_SEQUENCE, NN_TARGET_NEXT } nn_window_target;
extern const nn_kind *const nn_normalizer_kinds[]; /* ended by NULL */

typedef struct nn_data nn_data;
typedef enum nn_split { NN_TRAIN, NN_VALIDATION, NN_TEST, NN_SPLITS } nn_split;
extern const char *const nn_split_name[NN_SPLITS]; /* "train", "validation", "test" */

/* data.train, data.validation or data.test */
const nn_source *nn_source_of(const nn_data_options *options, nn_split split);
/* How another data set is named, `what`: inputs, targets: the advice, or "data.train.inputs can
 * name another". Static buffer. */
const char *nn_source_advice(const nn_source *source, nn_split split, const char *what);

/* One split, ready to be gathered from. Read-only, owned by nn_data. */
typedef struct nn_dataset {
    const char *file; /* the first file, for messages */
    const char *inputs_name, *targets_name;
    int64_t count;  /* samples */
    nn_shape input; /* of one sample */
    bool has_targets;
    const char *no_targets;              /* if not: what was looked for, and what there is */
    bool windows;                        /* samples are windows of a text or a series */
    bool target_integer;                 /* class ids, if their shape says so, or one-hot rows */
    nn_shape target;                     /* of one sample; rank 0 for (N) */
    int64_t highest_label, lowest_label; /* if target_integer */
    const char *weights_name;            /* of sample weights; NULL: there are none */
    int64_t weights;                     /* numbers >= 0 a sample; 0: none */
    nn_dtype input_type, target_type;    /* in memory */
    int64_t bytes;        /* of memory on this node; 0 if they are counted with the train split */
    uint64_t fingerprint; /* XXH3 of the content, the same on any number of ranks */
    struct nn_dataset_private *private;
} nn_dataset;

/* Normalisation: x <- (x * scale - shift[i]) * factor[i]. Feature i is the place on the last axis;
 * samples of shape () and (h, w), grey images, have one feature, unless `per` says otherwise. */
typedef struct nn_constants {
    int64_t n; /* 0: none */
    const double *shift, *factor;
} nn_constants;

/* Opens, checks (NaN, counts, shapes, empty) and loads the splits that are asked for. `given`, if
 * not NULL, are constants from a checkpoint, used instead of computing them. The message of every
 * error names file, data set and row. Collective. */
nn_status nn_data_open(nn_data **data, const nn_data_options *options, const nn_constants *given,
                       uint64_t seed, nn_comm *comm);
void nn_data_close(nn_data *data); /* Collective. NULL is allowed. */
const nn_dataset *nn_data_split(const nn_data *data, nn_split split); /* NULL: not given */
const nn_constants *nn_data_constants(const nn_data *data);
/* Samples in this rank's memory, scaled and normalised by these (that fit their shape); they live
 * as long as the arena and what `rows` points to. NN_BAD_DATA if one is not finite. Not collective.
 */
nn_status nn_data_view(const nn_constants *constants, double scale, const nn_memory *rows,
                       nn_arena *arena, const nn_dataset **view);
/* With options.fetched: gets the rows of samples [first, first + count) of the split; until the
 * next fetch only they may be gathered. Refuses what is not finite (NN_BAD_DATA). Not collective.
 */
nn_status nn_data_fetch(nn_data *data, nn_split split, nn_share samples);
/* What the ids of the inputs and of the targets stand for, from the data sets of texts `vocabulary`
 * and `class_names`, beside inputs and targets or at the root of their files; n = 0: there is none.
 */
nn_texts nn_data_vocabulary(const nn_data *data);
nn_texts nn_data_class_names(const nn_data *data);

/* Gather n samples: inputs scaled and normalised into x[n, input]; class ids into label[n, target];
 * targets as numbers into y[n, target]. */
void nn_dataset_inputs(const nn_dataset *set, const int64_t *sample, int64_t n, nn_real *x);
void nn_dataset_labels(const nn_dataset *set, const int64_t *sample, int64_t n, int32_t *label);
void nn_dataset_values(const nn_dataset *set, const int64_t *sample, int64_t n, nn_real *y);
/* How many targets at the start of a window do not count, because they do in the one before it. */
int64_t nn_dataset_context(const nn_dataset *set, int64_t sample);
/* The weights of n samples, where there are any: w[n, weights]. */
void nn_dataset_weights(const nn_dataset *set, const int64_t *sample, int64_t n, nn_real *w);

/* The data set in an open file that would be taken for the inputs of a split, or for the targets
 * that belong to `inputs`, if nobody named one; NULL: none. `root`: names at the root will do. */
struct nn_store;
const char *nn_usual_inputs(struct nn_store *store, nn_split split, bool root, nn_arena *arena);
const char *nn_usual_targets(struct nn_store *store, nn_split split, const char *inputs,
                             nn_arena *arena);

/* Where a sample is: its file, and its row in it (of a window the first one). */
int64_t nn_dataset_place(const nn_dataset *set, int64_t sample, const char **file);

/* NN_BAD_DATA naming file, data set and the first row whose class id is not in [0, classes) and is
 * not `ignored` (NN_NO_LABEL: none is). Collective. */
#define NN_NO_LABEL INT64_MIN
nn_status nn_dataset_check_labels(const nn_dataset *set, int64_t classes, int64_t ignored,
                                  nn_comm *comm);
/* What a target that is a number may be, and the words for it, which end the message: "FILE: data
 * set /y: row 3 is 7: " and `expected`. */
typedef struct nn_value_rule {
    double lowest, highest;
    bool whole;
    const char *expected;
} nn_value_rule;
/* NN_BAD_DATA naming the first target that is none of these. One that misses them by rounding is
 * let through, and so is one of weight 0, at which no loss looks. Collective. */
nn_status nn_dataset_check_values(const nn_dataset *set, const nn_value_rule *rule, nn_comm *comm);
/* As nn_dataset_check_labels for inputs, as they are gathered, of which each has its rule, [input].
 * The message also names the position in the row. Collective. */
nn_status nn_dataset_check_ids(const nn_dataset *set, const nn_id_rule *rule, nn_comm *comm);
/* The same for samples that were fetched. Not collective. */
nn_status nn_dataset_check_fetched_ids(const nn_dataset *set, nn_share samples,
                                       const nn_id_rule *rule);

#endif
