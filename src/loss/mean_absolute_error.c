/* mean_absolute_error:  L(z, y) = 1/k sum_j |z_j - y_j|,  grad L = 1/k sign(z - y) */
#include "row.h"

static double of_row(const void *options, const nn_loss_row *row) {
    double sum = 0;
    for (int64_t j = 0; j < row->width; j++) sum += fabs((double)(row->z[j] - row->y[j]));
    if (row->dz) {
        nn_real scale = row->weight / (nn_real)row->width;
        NN_EACH(j, row->width) { /* 1/k sign(z - y) */
            nn_real d = row->z[j] - row->y[j];
            row->dz[j] = scale * (nn_real)((d > 0) - (d < 0));
        }
    }
    return sum / (double)row->width;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_values(options, rows, dz, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_mean_absolute_error) = {
    .kind = {.name = "mean_absolute_error",
             .help = "the mean over the outputs of the absolute difference: regression that "
                     "forgives outliers",
             .shapes = "outputs (..., k), targets (..., k) -> one number a row",
             .formula = "L(z, y) = 1/k sum_j |z_j - y_j|, k the width of the last axis\n"
                        "grad L  = 1/k sign(z - y), 0 where z_j = y_j",
             .source = "Laplace, 1774; MeanAbsoluteError of Keras",
             .example = "mean_absolute_error"},
    .keras_name = "mean_absolute_error",
    .value_gradient = value_gradient,
};
