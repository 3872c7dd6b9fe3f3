/* poisson:  L(z, y) = 1/k sum_j z_j - y_j log(z_j + e),  grad L = 1/k (1 - y / (z + e)),  e = 1e-7:
 * minus the log-likelihood of counts y of mean z, up to a constant */
#include "row.h"

#define NN_POISSON_EPSILON ((nn_real)1e-7)

static double of_row(const void *options, const nn_loss_row *row) {
    nn_real scale = row->weight / (nn_real)row->width;
    double sum = 0;
    for (int64_t j = 0; j < row->width; j++) {
        nn_real z = row->z[j], y = row->y[j], safe = z + NN_POISSON_EPSILON;
        sum += (double)z - (double)(y * log(safe));
        if (row->dz) row->dz[j] = scale * (1 - y / safe); /* 1/k (1 - y / z) */
    }
    return sum / (double)row->width;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_values(options, rows, dz, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_poisson) = {
    .kind = {.name = "poisson",
             .help = "counts: the outputs are the means of Poisson distributions",
             .shapes = "outputs (..., k), targets (..., k) -> one number a row",
             .formula = "L(z, y) = 1/k sum_j (z_j - y_j log(z_j + 1e-7)), k the width of the last "
                        "axis\n"
                        "grad L  = 1/k (1 - y / (z + 1e-7))",
             .source = "Nelder and Wedderburn, Generalized linear models, 1972; Poisson of Keras",
             .details = "targets: numbers >= 0, one an output.\n"
                        "The outputs must be positive: end the model with softplus, say. A "
                        "negative one is NaN.",
             .example = "poisson"},
    .keras_name = "poisson",
    .targets = {"a number >= 0", 0, HUGE_VAL, false},
    .value_gradient = value_gradient,
};
