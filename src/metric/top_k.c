/* top_k: the part of the rows whose right class is among the k largest outputs */
#include "row.h"

typedef struct nn_top_k_options {
    nn_ignore_option ignore;
    int64_t k;
} nn_top_k_options;

static const nn_key keys[] = {NN_IGNORE_KEY,
                              {"k", NN_KEY_INT, offsetof(nn_top_k_options, k), .preset = "5",
                               .min = 1, .max = INT32_MAX, .help = "how many guesses are allowed"},
                              {0}};

static void add(const void *options, const nn_rows *rows, double *sums) {
    const nn_top_k_options *o = options;
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, o->ignore.index);
        if (row.weight == 0) continue;
        nn_real z = row.z[nn_row_answer(&row)];
        int64_t larger = 0;
        for (int64_t j = 0; j < row.width; j++) larger += row.z[j] > z;
        nn_mean_add(sums, row.weight, larger < o->k);
    }
}

static const char *unfit(const void *options, int64_t width) {
    const nn_top_k_options *o = options;
    return width <= o->k ? "every class is among the k largest: take a smaller k" : NULL;
}

const nn_metric NN_REAL_NAME(nn_metric_top_k) = {
    .kind = {.name = "top_k",
             .help = "the part of the rows whose right class is among the k largest outputs",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> a number",
             .formula = "sum_i w_i [fewer than k outputs exceed that of the right class] / sum_i "
                        "w_i",
             .source = "TopKCategoricalAccuracy of Keras",
             .details = "targets: class ids, or rows whose largest number marks the class.",
             .example = "{type: top_k, k: 5}",
             .keys = keys,
             .options_size = sizeof(nn_top_k_options)},
    .add = add,
    .value = nn_mean_value,
    .unfit = unfit,
};
