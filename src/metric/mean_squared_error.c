/* mean_squared_error:  mean over rows of 1/k sum_j (z_j - y_j)^2 */
#include "row.h"

#include <math.h>

static void add(const void *options, const nn_rows *rows, double *sums) {
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, NN_NO_LABEL);
        double sum = 0;
        for (int64_t j = 0; j < row.width; j++) {
            double d = nn_row_output(&row, j) - nn_row_target(&row, j);
            sum += d * d;
        }
        nn_mean_add(sums, row.weight, sum / (double)row.width);
    }
}

const nn_metric NN_REAL_NAME(nn_metric_mean_squared_error) = {
    .kind = {.name = "mean_squared_error",
             .help = "the mean squared difference of outputs and targets",
             .shapes = "outputs (..., k), targets (..., k) -> a number",
             .formula = "sum_i w_i (1/k sum_j (z_ij - y_ij)^2) / sum_i w_i",
             .source = "MeanSquaredError of Keras",
             .example = "mean_squared_error"},
    .lower_is_better = true,
    .add = add,
    .value = nn_mean_value,
};
