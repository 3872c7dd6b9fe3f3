/* What precision, recall and f1 have in common: counts for each class. */
#ifndef NNMPI_METRIC_COUNTS_H
#define NNMPI_METRIC_COUNTS_H

#include "row.h"

#define nn_counts_keys NN_REAL_NAME(nn_counts_keys)
#define nn_counts_sums NN_REAL_NAME(nn_counts_sums)
#define nn_counts_add NN_REAL_NAME(nn_counts_add)
#define nn_counts_value NN_REAL_NAME(nn_counts_value)
#define nn_counts_unfit NN_REAL_NAME(nn_counts_unfit)

typedef struct nn_counts_options {
    nn_ignore_option ignore;
    int average; /* macro, micro, weighted */
    int64_t class_id;
    double threshold;
    bool multi_label;
} nn_counts_options;
extern const nn_key nn_counts_keys[];

/* Rows of a class: decided for it and right, decided for it, belonging to it. */
typedef struct nn_counts {
    double right, decided, actual;
} nn_counts;

/* sums: nn_counts for each output; of one output for its class 1. */
int nn_counts_sums(const void *options, int64_t width);
void nn_counts_add(const void *options, const nn_rows *rows, double *sums);
/* `score` of one class, or the average over the classes that occur. */
double nn_counts_value(const void *options, int64_t width, const double *sums,
                       double (*score)(const nn_counts *counts));
const char *nn_counts_unfit(const void *options, int64_t width);

/* What is 0 of 0 counts as 0, as in scikit-learn. */
static inline double nn_share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

/* In the table of such a metric: what its kind has in common, and all but `value`. */
#define NN_COUNTS_KIND                                                                             \
    .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> a number",                 \
    .details = "For class ids or one-hot rows a row is decided for its largest output; with one "  \
               "output, or multi_label, an output above `threshold` is a yes.\n"                   \
               "average: macro, the plain mean over the classes that occur; weighted, by their "   \
               "rows; micro, all counts added first\n"                                             \
               "0 of 0 counts as 0 (as in scikit-learn).",                                         \
    .keys = nn_counts_keys, .options_size = sizeof(nn_counts_options)
#define NN_COUNTS_METRIC .sums = nn_counts_sums, .add = nn_counts_add, .unfit = nn_counts_unfit

#endif
