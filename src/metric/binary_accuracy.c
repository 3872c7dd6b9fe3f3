/* binary_accuracy: the part of the yes/no outputs decided rightly */
#include "row.h"

typedef struct nn_binary_accuracy_options {
    double threshold;
} nn_binary_accuracy_options;

static const nn_key keys[] = {{"threshold", NN_KEY_REAL,
                               offsetof(nn_binary_accuracy_options, threshold), .preset = "0.5",
                               .min = 0, .max = 1, .help = "an output above it is a yes"},
                              {0}};

static void add(const void *options, const nn_rows *rows, double *sums) {
    const nn_binary_accuracy_options *o = options;
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, NN_NO_LABEL);
        int64_t right = 0;
        for (int64_t j = 0; j < row.width; j++)
            right += (nn_row_output(&row, j) > o->threshold) == (nn_row_target(&row, j) > 0.5);
        nn_mean_add(sums, row.weight, (double)right / (double)row.width);
    }
}

const nn_metric NN_REAL_NAME(nn_metric_binary_accuracy) = {
    .kind = {.name = "binary_accuracy",
             .help = "the part of the yes/no outputs that are on the right side of the threshold",
             .shapes = "outputs (..., k), targets (..., k) -> a number",
             .formula = "the mean over rows and outputs of [z_ij > threshold] = [y_ij > 0.5]",
             .source = "BinaryAccuracy of Keras",
             .example = "{type: binary_accuracy, threshold: 0.5}",
             .keys = keys,
             .options_size = sizeof(nn_binary_accuracy_options)},
    .add = add,
    .value = nn_mean_value,
};
