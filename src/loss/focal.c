/* focal:  L(p, y) = -alpha sum_j y_j (1 - p_j)^gamma log p_j.   Lin, Goyal, Girshick, He, Dollar,
 * Focal loss for dense object detection, ICCV 2017. With softmax log p_j comes by log-sum-exp.
 *
 * With q = 1 - p,  g_j = p_j dL/dp_j = alpha y_j q_j^gamma (gamma p_j log p_j / q_j - 1):
 *     dL/dp_j = g_j / p_j,   and through softmax  dL/dz_j = g_j - p_j sum_k g_k */
#include "row.h"

typedef struct nn_focal_options {
    nn_ignore_option ignore;
    double gamma, alpha;
} nn_focal_options;

static const nn_key keys[] = {
    {"gamma", NN_KEY_REAL, offsetof(nn_focal_options, gamma), .preset = "2", .min = 0,
     .max = HUGE_VAL,
     .help = "how much rows that are already right are played down; 0: not at all"},
    {"alpha", NN_KEY_REAL, offsetof(nn_focal_options, alpha), .preset = "0.25", .min = 0, .max = 1,
     .help = "a factor of the whole loss"},
    NN_IGNORE_KEY,
    {0}};

static inline nn_real target(const nn_loss_row *row, int64_t j) {
    return row->y ? row->y[j] : (nn_real)(j == row->label);
}

/* One term and its g_j; log p / q tends to -1 where q tends to 0. */
static double term(const nn_focal_options *o, double y, double p, double log_p, double *g) {
    double q = 1 - p, ratio = q > 0 ? log_p / q : -1,
           damp = o->alpha * y * pow(fmax(q, 0), o->gamma);
    *g = damp * (o->gamma * p * ratio - 1);
    return -damp * log_p;
}

static double of_softmax(const nn_focal_options *o, const nn_loss_row *row) {
    nn_real top = row->z[0];
    for (int64_t j = 1; j < row->width; j++) top = row->z[j] > top ? row->z[j] : top;
    double s = 0, value = 0, total = 0, g;
    for (int64_t j = 0; j < row->width; j++) s += exp((double)(row->z[j] - top));
    double log_s = log(s);
    for (int64_t j = 0; j < row->width; j++) {
        double y = (double)target(row, j), log_p = (double)(row->z[j] - top) - log_s;
        if (y == 0 && log_p == log_p) continue;
        value += term(o, y, exp(log_p), log_p, &g);
        total += g;
    }
    for (int64_t j = 0; row->dz && j < row->width; j++) {
        double log_p = (double)(row->z[j] - top) - log_s, p = exp(log_p);
        term(o, (double)target(row, j), p, log_p, &g);
        row->dz[j] = row->weight * (nn_real)(g - p * total);
    }
    return value;
}

static double of_probabilities(const nn_focal_options *o, const nn_loss_row *row) {
    double value = 0, g;
    for (int64_t j = 0; j < row->width; j++) {
        double y = (double)target(row, j), p = (double)row->z[j];
        bool clipped = p < (double)NN_TINY_PROBABILITY;
        if (clipped) p = (double)NN_TINY_PROBABILITY;
        value += term(o, y, p, log(p), &g);
        if (row->dz) row->dz[j] = clipped ? 0 : row->weight * (nn_real)(g / p);
    }
    return value;
}

static double of_row(const void *options, const nn_loss_row *row) {
    return row->fused ? of_softmax(options, row) : of_probabilities(options, row);
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_row(options, rows, dz, nn_ignored_label(options), of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_focal) = {
    .kind = {.name = "focal",
             .help = "cross-entropy that plays down what is already right: rare classes",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> one number a "
                       "row",
             .formula = "L(p, y) = -alpha sum_j y_j (1 - p_j)^gamma log p_j; for a class id c: "
                        "-alpha (1 - p_c)^gamma log p_c",
             .source = "Lin, Goyal, Girshick, He and Dollar, Focal loss for dense object "
                       "detection, ICCV 2017; CategoricalFocalCrossentropy of Keras",
             .details = "targets: class ids, or rows of probabilities.\n"
                        "After softmax both are computed as one; after any other layer the "
                        "outputs are taken as probabilities, clipped at 1e-30.\n"
                        "gamma: 0, alpha: 1 is categorical_crossentropy; with one output: "
                        "binary_focal.",
             .example = "{type: focal, gamma: 2, alpha: 0.25}",
             .keys = keys,
             .options_size = sizeof(nn_focal_options)},
    .of_classes = true,
    .fused_with = "softmax",
    .keras_name = "categorical_focal_crossentropy",
    .targets = NN_PROBABILITIES,
    .takes_labels = true,
    .value_gradient = value_gradient,
    .ignored_label = nn_ignored_label,
    .unfit = nn_one_is_no_choice,
};
