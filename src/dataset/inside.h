/* The inside of nn_data: arrays in memory, the rows of a split, constants. */
#ifndef NNMPI_DATASET_INSIDE_H
#define NNMPI_DATASET_INSIDE_H

#include "nnmpi/arena.h"
#include "nnmpi/dataset.h"
#include "nnmpi/store.h"

/* X(dtype, C type) */
#define NN_DTYPE_LIST(X)                                                                           \
    X(NN_U8, uint8_t)                                                                              \
    X(NN_I8, int8_t)                                                                               \
    X(NN_U16, uint16_t)                                                                            \
    X(NN_I16, int16_t)                                                                             \
    X(NN_U32, uint32_t)                                                                            \
    X(NN_I32, int32_t)                                                                             \
    X(NN_U64, uint64_t)                                                                            \
    X(NN_I64, int64_t)                                                                             \
    X(NN_F32, float)                                                                               \
    X(NN_F64, double)

/* Rows [first, first + rows) of an array are those of one file. */
typedef struct nn_part {
    const char *file;
    int64_t first, rows;
} nn_part;

/* The inputs or the targets of one split, from all its files. */
typedef struct nn_array {
    const char *name;    /* of the data set; NULL: there is none */
    const char *missing; /* if there is none: what was looked for, and what there is */
    nn_dtype type;
    nn_shape sample; /* the axes after the first */
    int64_t size;    /* elements of a sample */
    int64_t rows, row_bytes, bytes;
    int n_parts;
    nn_part *part;
    const nn_memory *given; /* this rank's part of it, if it is not in files */
    nn_shared *shared;
    void *memory;       /* [rows, sample], or if it is fetched the rows from `base` on */
    int64_t base, room; /* of a fetched array: its first row in memory; bytes there */
    uint64_t hash;
    int64_t lowest, highest; /* if it is targets of an integer type */
    nn_texts words;          /* what its ids stand for; n = 0: not known */
} nn_array;

#define NN_USUAL_INPUTS "inputs x X data images features text"
#define NN_USUAL_TARGETS "targets y Y labels label target"

/* Where an array is to be found. */
typedef struct nn_wanted {
    nn_texts file;           /* paths and globs */
    const char *name;        /* the user's; NULL: look for the usual ones */
    bool hint;               /* if there is no `name` the usual ones will do */
    bool fetched;            /* it need not fit into memory */
    const char *what;        /* inputs, targets, weights */
    bool in_memory;          /* it is in no file: */
    const nn_memory *memory; /* this rank's part */
    const char *usual;       /* names separated by blanks */
    nn_split split;
    const nn_source *source; /* whose it is */
    nn_document *document;   /* see nn_data_options */
    const char *file_key;    /* which key names the file, in which split */
    nn_split file_split;
    bool root;          /* the root is looked at too */
    const char *beside; /* a data set in whose group they are looked for first, or NULL */
    const char *words;  /* name of the data set of texts that its ids stand for, or NULL */
    bool optional;
} nn_wanted;

/* The windows in consecutive rows of one file. */
typedef struct nn_stretch {
    int64_t sample, row; /* the first of each */
} nn_stretch;

/* Samples that are windows: `length` rows of the inputs from one row on, and `target_length` rows
 * of the targets from `ahead` rows after it on. No window crosses the border of a file. */
typedef struct nn_windows {
    int64_t length, stride, ahead, target_length;
    int64_t context;     /* rows at the start of a window that belong to the one before it too */
    int64_t first, rows; /* of the array: those that the split may see */
    int64_t count;       /* windows */
    int n_stretches;
    const nn_stretch *stretch;
} nn_windows;

struct nn_dataset_private {
    const nn_array *inputs, *targets, *weights;
    const int64_t *row; /* [count] rows of the arrays; NULL: all, in order */
    nn_windows windows; /* of a sample that is a row: n_stretches 0, length and target_length 1 */
    double scale;
    int64_t period; /* elements after which the constants repeat; 0: no constants */
    const double *shift, *factor;
};

/* The first row of a window. */
int64_t nn_window_row(const nn_windows *windows, int64_t sample);
static inline int64_t nn_row_of(const nn_dataset *set, int64_t sample) {
    const struct nn_dataset_private *own = set->private;
    return own->windows.n_stretches ? nn_window_row(&own->windows, sample)
           : own->row               ? own->row[sample]
                                    : sample;
}
/* The rows that the split may see, each once: how many, and the i-th of them. */
static inline int64_t nn_rows_seen(const nn_dataset *set) {
    return set->windows ? set->private->windows.rows : set->count;
}
static inline int64_t nn_row_seen(const nn_dataset *set, int64_t i) {
    return set->windows ? set->private->windows.first + i : nn_row_of(set, i);
}
static inline const void *nn_row_at(const nn_array *array, int64_t row) {
    return (const char *)array->memory + (row - array->base) * array->row_bytes;
}

/* Finds the data set's name in the file; if optional and not there *name is NULL, *missing says
 * what was looked for. */
nn_status nn_name_find(nn_store *store, const nn_wanted *wanted, nn_arena *arena, const char **name,
                       const char **missing);
/* Rank 0 looks at the files, all ranks know. Collective. */
nn_status nn_array_plan(nn_array *array, const nn_wanted *wanted, nn_arena *arena, nn_comm *comm);
/* plan_once.c: adds a file's rows to the array; then its sizes, once all are there. Both refuse
 * what cannot be. */
nn_status nn_array_join(nn_array *array, const char *file, const nn_store_info *info);
nn_status nn_array_complete(nn_array *array, bool fetched);
/* memory_once.c: the array from the parts in the memory of all ranks. Its
 * rows into array->memory, of which this rank fills all or, `copies` false, node rank 0 does.
 * Collective. */
nn_status nn_array_plan_memory(nn_array *array, const nn_wanted *wanted, nn_arena *arena,
                               nn_comm *comm);
void nn_array_gather(nn_array *array, bool copies, nn_comm *comm);
/* words_once.c: what the ids of a file's part stand for; those of the parts before must be the
 * same. NN_BAD_DATA. */
nn_status nn_words_find(nn_array *array, nn_store *store, const nn_wanted *wanted, nn_arena *arena);
/* Those of `b`, from `file`, where there are any, are those of `a`, from `first`. */
nn_status nn_words_agree(const nn_texts *a, const nn_texts *b, const char *first, const char *file,
                         const char *what);
nn_texts nn_words_broadcast(const nn_texts *words, nn_arena *arena, nn_comm *comm);
/* Reads it, refuses what is not finite, hashes it, finds the range of integer `targets`.
 * Collective. */
nn_status nn_array_load(nn_array *array, bool targets, nn_comm *comm);
/* Reads rows [first, first + count) of an array that is fetched. */
nn_status nn_array_fetch(nn_array *array, int64_t first, int64_t count);
/* NN_BAD_DATA naming the first number of these rows that is not finite. */
nn_status nn_array_check_finite(const nn_array *array, nn_share share);
/* "FILE: data set NAME: row R", R counted in that file from 0. Static buffer. */
const char *nn_array_place(const nn_array *array, int64_t row);

/* " at (3, 4)": where element `at` is in a sample; "" for scalars. Returns text. */
const char *nn_position_text(const nn_shape *sample, int64_t at, char *text, int size);

/* Tokens: integers, one a row. */
bool nn_array_is_text(const nn_array *array);
/* Finds the inputs, targets and weights (if they are asked for) of a split and sees that they fit.
 * A text, and a series of numbers for which there are no targets, have themselves for targets: then
 * there is no targets->name. Collective. */
nn_status nn_files_plan(nn_array *inputs, nn_array *targets, nn_array *weights,
                        const nn_data_options *options, nn_split split, nn_arena *arena,
                        nn_comm *comm);

/* nn_array_load for weights of samples: none may be negative. Collective. */
nn_status nn_weights_load(nn_array *weights, nn_comm *comm);

/* Windows in rows [first, first + rows) of an array, which overlap by `context` rows, or, if that
 * is 0, as the options say. NN_BAD_DATA when there is none. Logically collective. */
nn_status nn_windows_make(nn_windows *windows, const nn_data_options *options, int64_t context,
                          const nn_array *array, int64_t first, int64_t rows, nn_arena *arena);

/* Rows of the training and the validation part, both in file order. */
void nn_split_rows(uint64_t seed, int64_t count, int64_t held_out, int64_t *train,
                   int64_t *validation);

/* What a normalizer needs to know of one feature. */
typedef struct nn_moments {
    double n, mean, m2, low, high; /* m2: sum of squared deviations */
} nn_moments;

typedef struct nn_normalizer {
    nn_kind kind;
    /* x <- (x - shift) * factor; never called for a constant feature. NULL: nothing is done. */
    void (*constants)(const nn_moments *feature, double *shift, double *factor);
} nn_normalizer;

typedef struct nn_normalizer_options {
    int per; /* auto | last_axis | all */
} nn_normalizer_options;

/* Features of a sample; `per` as above. */
int64_t nn_features_of(const nn_shape *sample, int per);
/* From the rows of a loaded training split, the same bits on any number of ranks. Collective. */
nn_status nn_constants_compute(nn_constants *constants, const nn_dataset *train,
                               const nn_typed *normalize, nn_arena *arena, nn_comm *comm);
/* NN_BAD_DATA if they are not for samples of this shape. */
nn_status nn_constants_fit(const nn_dataset *set, const nn_constants *constants);
/* Makes every gather from `set` use them. */
void nn_constants_use(nn_dataset *set, const nn_constants *constants, nn_arena *arena);

#endif
