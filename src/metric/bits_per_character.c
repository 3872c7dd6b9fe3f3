/* bits_per_character:  mean(-log2 p_i) */
#include "row.h"

#include <math.h>

static const nn_key keys[] = {NN_IGNORE_KEY, {0}};

static void add(const void *options, const nn_rows *rows, double *sums) {
    const nn_ignore_option *ignore = options;
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, ignore->index);
        if (row.weight != 0) nn_mean_add(sums, row.weight, nn_row_crossentropy(&row));
    }
}

static double value(const void *options, int64_t width, const double *sums) {
    return sums[0] / sums[1] / log(2);
}

const nn_metric NN_REAL_NAME(nn_metric_bits_per_character) = {
    .kind = {.name = "bits_per_character",
             .help = "the mean cross-entropy in bits: what a character of text costs",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> a number",
             .formula = "sum_i w_i (-log2 p_i) / sum_i w_i, p_i the probability of the right "
                        "class",
             .source = "Shannon, Prediction and entropy of printed English, 1951",
             .details = "targets: class ids, or rows of probabilities.",
             .example = "bits_per_character",
             .keys = keys,
             .options_size = sizeof(nn_ignore_option)},
    .lower_is_better = true,
    .add = add,
    .value = value,
};
