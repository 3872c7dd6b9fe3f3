/* perplexity:  exp(mean(-log p_i)) */
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
    return exp(sums[0] / sums[1]);
}

const nn_metric NN_REAL_NAME(nn_metric_perplexity) = {
    .kind = {.name = "perplexity",
             .help =
                 "e to the mean cross-entropy: among how many equally likely classes it guesses",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> a number",
             .formula = "exp(sum_i w_i (-log p_i) / sum_i w_i), p_i the probability of the right "
                        "class",
             .source = "Jelinek, Mercer, Bahl and Baker, 1977; Perplexity of Keras NLP",
             .details = "targets: class ids, or rows of probabilities.",
             .example = "perplexity",
             .keys = keys,
             .options_size = sizeof(nn_ignore_option)},
    .lower_is_better = true,
    .add = add,
    .value = value,
};
