/* binary_focal:  L(p, y) = -1/k sum_j a_j (1 - p_t)^gamma (y_j log p_j + (1 - y_j) log(1 - p_j)),
 * p_t = y p + (1 - y)(1 - p), a = alpha y + (1 - alpha)(1 - y).   Lin et al., ICCV 2017.
 *
 * With b the cross-entropy of one output, q = 1 - p:
 *     p q dL/dp = dL/dz (through sigmoid)
 *               = a (1 - p_t)^gamma (p - y - gamma (2y - 1) b p q / (1 - p_t)) */
#include "row.h"

typedef struct nn_binary_focal_options {
    double gamma, alpha;
} nn_binary_focal_options;

static const nn_key keys[] = {
    {"gamma", NN_KEY_REAL, offsetof(nn_binary_focal_options, gamma), .preset = "2", .min = 0,
     .max = HUGE_VAL,
     .help = "how much rows that are already right are played down; 0: not at all"},
    {"alpha", NN_KEY_REAL, offsetof(nn_binary_focal_options, alpha), .preset = "0.25", .min = 0,
     .max = 1, .help = "the weight of targets 1; that of targets 0 is 1 - alpha"},
    {0}};

/* A probability p, q = 1 - p, and their logarithms. */
typedef struct nn_yes_no {
    double p, q, log_p, log_q;
    bool clipped;
} nn_yes_no;

static nn_yes_no of_logit(double z) {
    double rest = log1p(exp(-fabs(z)));
    double log_p = (z < 0 ? z : 0) - rest, log_q = (z > 0 ? -z : 0) - rest;
    if (z != z) log_p = log_q = z;
    return (nn_yes_no){exp(log_p), exp(log_q), log_p, log_q, false};
}

static nn_yes_no of_probability(double p) {
    double tiny = (double)NN_TINY_PROBABILITY, q = 1 - p;
    bool low = p < tiny, high = q < tiny;
    if (low) p = tiny;
    if (high) q = tiny;
    return (nn_yes_no){p, q, log(p), log(q), low || high};
}

/* One term and p q dL/dp; p q / (1 - p_t) is 1 where both vanish. */
static double term(const nn_binary_focal_options *o, double y, const nn_yes_no *x, double *g) {
    double cross = -(y * x->log_p + (1 - y) * x->log_q);
    double far = y * x->q + (1 - y) * x->p; /* 1 - p_t */
    double a = (o->alpha * y + (1 - o->alpha) * (1 - y)) * pow(far, o->gamma);
    double ratio = far > 0 ? x->p * x->q / far : 1;
    *g = a * (x->p - y - o->gamma * (2 * y - 1) * cross * ratio);
    return a * cross;
}

static double of_row(const void *options, const nn_loss_row *row) {
    double scale = (double)row->weight / (double)row->width, sum = 0, g;
    for (int64_t j = 0; j < row->width; j++) {
        double z = (double)row->z[j];
        nn_yes_no x = row->fused ? of_logit(z) : of_probability(z);
        sum += term(options, (double)row->y[j], &x, &g);
        if (!row->fused) g = x.clipped ? 0 : g / (x.p * x.q);
        if (row->dz) row->dz[j] = (nn_real)(scale * g);
    }
    return sum / (double)row->width;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_values(options, rows, dz, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_binary_focal) = {
    .kind = {.name = "binary_focal",
             .help = "binary_crossentropy that plays down what is already right: rare events",
             .shapes = "outputs (..., k), targets (..., k) -> one number a row",
             .formula = "L(p, y) = 1/k sum_j a_j (1 - p_t)^gamma b_j, k the width of the last "
                        "axis\n"
                        "b = -(y log p + (1 - y) log(1 - p)), p_t = y p + (1 - y)(1 - p), a = "
                        "alpha y + (1 - alpha)(1 - y)",
             .source = "Lin, Goyal, Girshick, He and Dollar, Focal loss for dense object "
                       "detection, ICCV 2017; BinaryFocalCrossentropy of Keras",
             .details = "targets: numbers from 0 to 1, one an output.\n"
                        "After sigmoid both are computed as one; after any other layer the "
                        "outputs are taken as probabilities, clipped at 1e-30.",
             .example = "{type: binary_focal, gamma: 2, alpha: 0.25}",
             .keys = keys,
             .options_size = sizeof(nn_binary_focal_options)},
    .of_classes = true,
    .fused_with = "sigmoid",
    .keras_name = "binary_focal_crossentropy",
    .targets = NN_PROBABILITIES,
    .value_gradient = value_gradient,
};
