/* accuracy: the part of the rows decided rightly */
#include "row.h"

static const nn_key keys[] = {NN_IGNORE_KEY, {0}};

static void add(const void *options, const nn_rows *rows, double *sums) {
    const nn_ignore_option *ignore = options;
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, ignore->index);
        nn_mean_add(sums, row.weight, nn_row_decision(&row) == nn_row_answer(&row));
    }
}

const nn_metric NN_REAL_NAME(nn_metric_accuracy) = {
    .kind = {.name = "accuracy",
             .help = "the part of the rows for which the largest output is that of the right class",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> a number",
             .formula = "sum_i w_i [argmax_j z_ij = class of row i] / sum_i w_i; the first of "
                        "equals",
             .source = "CategoricalAccuracy, SparseCategoricalAccuracy and BinaryAccuracy of "
                       "Keras",
             .details =
                 "targets: class ids, or rows whose largest number marks the class.\n"
                 "With one output: output > 0.5 against target > 0.5; of the losses hinge and\n"
                 "squared_hinge, whose targets are -1 and 1, output > 0.",
             .example = "accuracy",
             .keys = keys,
             .options_size = sizeof(nn_ignore_option)},
    .add = add,
    .value = nn_mean_value,
};
