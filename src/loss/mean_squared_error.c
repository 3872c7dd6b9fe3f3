/* mean_squared_error:  L(z, y) = 1/k sum_j (z_j - y_j)^2,  grad L = 2/k (z - y) */
#include "row.h"

static double of_row(const void *options, const nn_loss_row *row) {
    double sum = 0;
    for (int64_t j = 0; j < row->width; j++) {
        double d = (double)(row->z[j] - row->y[j]);
        sum += d * d;
    }
    if (row->dz) {
        nn_real scale = 2 * row->weight / (nn_real)row->width;
        NN_EACH(j, row->width) row->dz[j] = scale * (row->z[j] - row->y[j]); /* 2/k (z - y) */
    }
    return sum / (double)row->width;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_values(options, rows, dz, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_mean_squared_error) = {
    .kind = {.name = "mean_squared_error",
             .help = "the mean over the outputs of the squared difference: regression",
             .shapes = "outputs (..., k), targets (..., k) -> one number a row",
             .formula = "L(z, y) = 1/k sum_j (z_j - y_j)^2, k the width of the last axis\n"
                        "grad L  = 2/k (z - y)",
             .source = "the lecture's least squares; MeanSquaredError of Keras",
             .details = "Without the factor 1/2, as in Keras.",
             .example = "mean_squared_error"},
    .keras_name = "mean_squared_error",
    .value_gradient = value_gradient,
};
