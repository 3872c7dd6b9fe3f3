/* squared_hinge:  L(z, y) = 1/k sum_j max(1 - y_j z_j, 0)^2,  y_j = -1 or 1 */
#include "row.h"

/* Targets are -1 and 1; 0 is taken as -1. */
static inline nn_real side(nn_real y) {
    return y == 0 ? -1 : y;
}

static double of_row(const void *options, const nn_loss_row *row) {
    nn_real scale = row->weight / (nn_real)row->width;
    double sum = 0;
    for (int64_t j = 0; j < row->width; j++) {
        nn_real y = side(row->y[j]), m = 1 - y * row->z[j];
        if (m < 0) m = 0;
        sum += (double)(m * m);
        if (row->dz) row->dz[j] = m > 0 ? -scale * y * 2 * m : 0;
    }
    return sum / (double)row->width;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_values(options, rows, dz, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_squared_hinge) = {
    .kind = {.name = "squared_hinge",
             .help = "the squared margin of a support vector machine, smooth",
             .shapes = "outputs (..., k), targets (..., k) -> one number a row",
             .formula = "L(z, y) = 1/k sum_j max(1 - y_j z_j, 0)^2, k the width of the last axis\n"
                        "grad L  = 1/k of: -2 y_j max(1 - y_j z_j, 0)",
             .source = "Cortes and Vapnik, Support-vector networks, 1995; SquaredHinge of Keras",
             .details = "targets: -1 or 1, one an output; 0 is taken as -1.\n"
                        "The outputs are not probabilities: end the model with a linear layer or "
                        "tanh. An output above 0 decides for 1.",
             .example = "squared_hinge"},
    .of_classes = true,
    .by_sign = true,
    .keras_name = "squared_hinge",
    .targets = NN_SIDES,
    .value_gradient = value_gradient,
};
