/* root_mean_squared_error:  sqrt(mean over rows of 1/k sum_j (z_j - y_j)^2) */
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

static double value(const void *options, int64_t width, const double *sums) {
    return sqrt(sums[0] / sums[1]);
}

const nn_metric NN_REAL_NAME(nn_metric_root_mean_squared_error) = {
    .kind = {.name = "root_mean_squared_error",
             .help = "the square root of the mean squared difference, in the units of the targets",
             .shapes = "outputs (..., k), targets (..., k) -> a number",
             .formula = "sqrt(sum_i w_i (1/k sum_j (z_ij - y_ij)^2) / sum_i w_i)",
             .source = "RootMeanSquaredError of Keras",
             .example = "root_mean_squared_error"},
    .lower_is_better = true,
    .add = add,
    .value = value,
};
