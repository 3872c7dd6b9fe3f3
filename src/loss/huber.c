/* huber:  L(z, y) = 1/k sum_j h(z_j - y_j),  h(d) = d^2/2 for |d| <= delta, else
 * delta (|d| - delta/2);  h'(d) = d cut to [-delta, delta].   Huber, Ann. Math. Stat. 35, 1964 */
#include "row.h"

typedef struct nn_huber_options {
    double delta;
} nn_huber_options;

static const nn_key keys[] = {
    {"delta", NN_KEY_REAL, offsetof(nn_huber_options, delta), .preset = "1", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true,
     .help = "the difference up to which the loss is quadratic; linear beyond"},
    {0}};

static double of_row(const void *options, const nn_loss_row *row) {
    const nn_huber_options *o = options;
    double delta = o->delta, sum = 0;
    for (int64_t j = 0; j < row->width; j++) {
        double d = fabs((double)(row->z[j] - row->y[j]));
        sum += d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta);
    }
    if (row->dz) {
        nn_real scale = row->weight / (nn_real)row->width, cut = (nn_real)delta;
        NN_EACH(j, row->width) { /* 1/k h'(z - y) */
            nn_real d = row->z[j] - row->y[j];
            row->dz[j] = scale * (d > cut ? cut : d < -cut ? -cut : d);
        }
    }
    return sum / (double)row->width;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_values(options, rows, dz, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_huber) = {
    .kind = {.name = "huber",
             .help = "squared for small differences, absolute for large ones",
             .shapes = "outputs (..., k), targets (..., k) -> one number a row",
             .formula = "L(z, y) = 1/k sum_j h(z_j - y_j), k the width of the last axis\n"
                        "h(d) = d^2 / 2 for |d| <= delta, else delta (|d| - delta / 2)\n"
                        "h'(d) = d, cut to [-delta, delta]",
             .source = "Huber, Robust estimation of a location parameter, 1964; Huber of Keras",
             .example = "{type: huber, delta: 1}",
             .keys = keys,
             .options_size = sizeof(nn_huber_options)},
    .keras_name = "huber",
    .value_gradient = value_gradient,
};
