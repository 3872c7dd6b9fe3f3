/* categorical_crossentropy:  L(p, y) = -sum_j y_j log p_j; for a class id c:  -log p_c.
 * With softmax, p = softmax(z):  L = log sum_j e^(z_j) - sum_j y_j z_j,  grad L = p - y. */
#include "row.h"

typedef struct nn_categorical_crossentropy_options {
    nn_ignore_option ignore;
    double label_smoothing;
} nn_categorical_crossentropy_options;

static const nn_key keys[] = {
    {"label_smoothing", NN_KEY_REAL, offsetof(nn_categorical_crossentropy_options, label_smoothing),
     .preset = "0", .min = 0, .max = 1,
     .help = "s in [0, 1]: targets become (1 - s) y + s/k, k the number of classes"},
    NN_IGNORE_KEY,
    {0}};

static double of_row(const void *options, const nn_loss_row *row) {
    const nn_categorical_crossentropy_options *o = options;
    nn_real s = (nn_real)o->label_smoothing;
    return nn_crossentropy(row, 1 - s, s / (nn_real)row->width);
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_row(options, rows, dz, nn_ignored_label(options), of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_categorical_crossentropy) = {
    .kind = {.name = "categorical_crossentropy",
             .help = "minus the logarithm of the probability of the right class: classification",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> one number a "
                       "row",
             .formula = "L(p, y) = -sum_j y_j log p_j; for a class id c: -log p_c\n"
                        "after softmax, both as one: L = log sum_j exp(z_j) - sum_j y_j z_j, grad "
                        "L = softmax(z) - y",
             .source = "Good, Rational decisions, 1952; Bridle, NIPS 1989; "
                       "CategoricalCrossentropy and SparseCategoricalCrossentropy of Keras",
             .details = "targets: class ids, or rows of probabilities (one-hot for instance).\n"
                        "After softmax the largest z_j is taken off first. After any other layer "
                        "the outputs are taken as probabilities, clipped at 1e-30.",
             .example = "{type: categorical_crossentropy, label_smoothing: 0.1}",
             .keys = keys,
             .options_size = sizeof(nn_categorical_crossentropy_options)},
    .of_classes = true,
    .takes_labels = true,
    .fused_with = "softmax",
    .keras_name = "categorical_crossentropy",
    .targets = NN_PROBABILITIES,
    .value_gradient = value_gradient,
    .ignored_label = nn_ignored_label,
    .unfit = nn_one_is_no_choice,
};
