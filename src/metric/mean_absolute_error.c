/* mean_absolute_error:  mean over rows of 1/k sum_j |z_j - y_j| */
#include "row.h"

#include <math.h>

static void add(const void *options, const nn_rows *rows, double *sums) {
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, NN_NO_LABEL);
        double sum = 0;
        for (int64_t j = 0; j < row.width; j++) {
            double d = nn_row_output(&row, j) - nn_row_target(&row, j);
            sum += fabs(d);
        }
        nn_mean_add(sums, row.weight, sum / (double)row.width);
    }
}

const nn_metric NN_REAL_NAME(nn_metric_mean_absolute_error) = {
    .kind = {.name = "mean_absolute_error",
             .help = "the mean absolute difference of outputs and targets",
             .shapes = "outputs (..., k), targets (..., k) -> a number",
             .formula = "sum_i w_i (1/k sum_j |z_ij - y_ij|) / sum_i w_i",
             .source = "MeanAbsoluteError of Keras",
             .example = "mean_absolute_error"},
    .lower_is_better = true,
    .add = add,
    .value = nn_mean_value,
};
