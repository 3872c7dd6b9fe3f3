/* binary_crossentropy:  L(p, y) = -1/k sum_j y_j log p_j + (1 - y_j) log(1 - p_j).
 * With sigmoid:  L = 1/k sum_j max(z_j, 0) - z_j y_j + log(1 + e^-|z_j|),  grad L = 1/k (p - y). */
#include "nnmpi/exponential.h"
#include "row.h"

typedef struct nn_binary_crossentropy_options {
    double label_smoothing;
} nn_binary_crossentropy_options;

static const nn_key keys[] = {
    {"label_smoothing", NN_KEY_REAL, offsetof(nn_binary_crossentropy_options, label_smoothing),
     .preset = "0", .min = 0, .max = 1, .help = "s in [0, 1]: targets become (1 - s) y + s/2"},
    {0}};

static double of_logits(const nn_loss_row *row, nn_real a, nn_real b, nn_real scale) {
    double sum = 0;
    for (int64_t j = 0; j < row->width; j++) {
        nn_real z = row->z[j], t = a * row->y[j] + b;
        sum += (double)((z < 0 ? 0 : z) - z * t + log1p(exp(-fabs(z))));
        if (row->dz) row->dz[j] = scale * (nn_sigmoid(z) - t); /* 1/k (p - y) */
    }
    return sum;
}

static double of_probabilities(const nn_loss_row *row, nn_real a, nn_real b, nn_real scale) {
    double sum = 0;
    for (int64_t j = 0; j < row->width; j++) {
        nn_real t = a * row->y[j] + b, p = row->z[j], q = 1 - p;
        bool low = p < NN_TINY_PROBABILITY, high = q < NN_TINY_PROBABILITY;
        if (low) p = NN_TINY_PROBABILITY;
        if (high) q = NN_TINY_PROBABILITY;
        sum -= (double)(t * log(p) + (1 - t) * log(q));
        if (row->dz) row->dz[j] = scale * ((high ? 0 : (1 - t) / q) - (low ? 0 : t / p));
    }
    return sum;
}

static double of_row(const void *options, const nn_loss_row *row) {
    const nn_binary_crossentropy_options *o = options;
    nn_real a = (nn_real)(1 - o->label_smoothing), b = (nn_real)(o->label_smoothing / 2);
    nn_real scale = row->weight / (nn_real)row->width;
    double sum = row->fused ? of_logits(row, a, b, scale) : of_probabilities(row, a, b, scale);
    return sum / (double)row->width;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_values(options, rows, dz, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_binary_crossentropy) = {
    .kind = {.name = "binary_crossentropy",
             .help = "cross-entropy of yes/no outputs, each by itself",
             .shapes = "outputs (..., k), targets (..., k) -> one number a row",
             .formula = "L(p, y) = -1/k sum_j (y_j log p_j + (1 - y_j) log(1 - p_j)), k the width "
                        "of the last axis\n"
                        "after sigmoid, both as one: L = 1/k sum_j (max(z_j, 0) - z_j y_j + log(1 "
                        "+ exp(-|z_j|))), grad L = 1/k (sigmoid(z) - y)",
             .source = "Cox, The regression analysis of binary sequences, 1958; "
                       "BinaryCrossentropy of Keras",
             .details = "targets: numbers from 0 to 1, one an output.\n"
                        "After any other layer the outputs are taken as probabilities; p and 1 - "
                        "p are clipped at 1e-30.",
             .example = "binary_crossentropy",
             .keys = keys,
             .options_size = sizeof(nn_binary_crossentropy_options)},
    .of_classes = true,
    .fused_with = "sigmoid",
    .keras_name = "binary_crossentropy",
    .targets = NN_PROBABILITIES,
    .value_gradient = value_gradient,
};
