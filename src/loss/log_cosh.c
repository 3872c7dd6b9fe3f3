/* log_cosh:  L(z, y) = 1/k sum_j log cosh(z_j - y_j),  grad L = 1/k tanh(z - y);
 * log cosh d = |d| + log(1 + e^(-2|d|)) - log 2, which does not overflow */
#include "row.h"

static double of_row(const void *options, const nn_loss_row *row) {
    nn_real scale = row->weight / (nn_real)row->width;
    double sum = 0;
    for (int64_t j = 0; j < row->width; j++) {
        nn_real d = row->z[j] - row->y[j], size = fabs(d);
        sum += (double)size + (double)log1p(exp(-2 * size)) - M_LN2;
        if (row->dz) row->dz[j] = scale * tanh(d); /* 1/k tanh(z - y) */
    }
    return sum / (double)row->width;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_values(options, rows, dz, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_log_cosh) = {
    .kind = {.name = "log_cosh",
             .help = "squared for small differences, absolute for large ones, smooth everywhere",
             .shapes = "outputs (..., k), targets (..., k) -> one number a row",
             .formula = "L(z, y) = 1/k sum_j log cosh(z_j - y_j), k the width of the last axis\n"
                        "grad L  = 1/k tanh(z - y)",
             .source = "LogCosh of Keras",
             .example = "log_cosh"},
    .keras_name = "log_cosh",
    .value_gradient = value_gradient,
};
