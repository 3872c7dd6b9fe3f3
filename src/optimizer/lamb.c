/* lamb:  adam's step u = m' / (sqrt(v') + e) + lambda W, given the length of the weights, for each
 * weight tensor:  W <- W - alpha |W| / |u| u.   You, Li, Reddi et al., ICLR 2020 */
#include "adam.h"

#define NN_LAMB_BLOCK 512 /* weights at a time */

typedef struct nn_lamb_options {
    double learning_rate, beta_1, beta_2, epsilon, weight_decay;
} nn_lamb_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_lamb_options, learning_rate), .preset = "0.001",
     .min = 0, .max = HUGE_VAL,
     .help = "alpha: how far a step goes, as a part of the length of the weights"},
    NN_MOMENT_KEYS(nn_lamb_options),
    {"weight_decay", NN_KEY_REAL, offsetof(nn_lamb_options, weight_decay), .preset = "0", .min = 0,
     .max = HUGE_VAL, .help = "lambda: adds lambda W to the step"},
    {0}};

static int slots(const void *options) {
    return 2;
}

/* What of adam's step does not depend on the weight. */
typedef struct nn_lamb_factors {
    nn_real beta1, beta2, rest1, rest2, of_m, root, epsilon, decay;
} nn_lamb_factors;

/* u = m' / (sqrt(v') + e) + lambda W */
static inline nn_real direction(const nn_lamb_factors *f, nn_real m, nn_real v, nn_real W) {
    return f->of_m * m / (sqrt(v) * f->root + f->epsilon) + f->decay * W;
}

/* m, v, u of `n` weights from `at` on; adds to |W|^2 and |u|^2. */
NN_CLONES static void advance(const nn_lamb_factors *factors, const nn_step *s, int64_t at,
                              int64_t n, double *square_W, double *square_u) {
    nn_lamb_factors f = *factors;
    nn_real u[NN_LAMB_BLOCK], scale = (nn_real)s->scale;
    nn_real *restrict m = s->slot[0] + at, *restrict v = s->slot[1] + at;
    const nn_real *restrict W = s->W + at, *restrict dW = s->dW + at;
    for (int64_t i = 0; i < n; i++) {
        nn_real g = scale * dW[i];
        m[i] = f.beta1 * m[i] + f.rest1 * g;     /* m <- beta1 m + (1 - beta1) g */
        v[i] = f.beta2 * v[i] + f.rest2 * g * g; /* v <- beta2 v + (1 - beta2) g^2 */
        u[i] = direction(&f, m[i], v[i], W[i]);
    }
    double sum_W = 0, sum_u = 0;
    for (int64_t i = 0; i < n; i++) {
        sum_W += (double)W[i] * (double)W[i];
        sum_u += (double)u[i] * (double)u[i];
    }
    *square_W += sum_W;
    *square_u += sum_u;
}

static void step(const void *options, const nn_step *s) {
    const nn_lamb_options *o = options;
    nn_lamb_factors f = {.beta1 = (nn_real)o->beta_1,
                         .beta2 = (nn_real)o->beta_2,
                         .rest1 = (nn_real)(1 - o->beta_1),
                         .rest2 = (nn_real)(1 - o->beta_2),
                         .of_m = (nn_real)(1 / (1 - pow(o->beta_1, (double)s->t))),
                         .root = (nn_real)(1 / sqrt(1 - pow(o->beta_2, (double)s->t))),
                         .epsilon = (nn_real)o->epsilon,
                         .decay = (nn_real)(o->weight_decay * s->weight_decay_factor)};
    double square_W = 0, square_u = 0;
    for (int64_t at = 0; at < s->n; at += NN_LAMB_BLOCK) {
        int64_t n = s->n - at < NN_LAMB_BLOCK ? s->n - at : NN_LAMB_BLOCK;
        advance(&f, s, at, n, &square_W, &square_u);
    }
    bool trust = square_W > 0 && square_u > 0;
    nn_real alpha = (nn_real)(s->learning_rate * (trust ? sqrt(square_W / square_u) : 1));
    nn_real *restrict W = s->W;
    const nn_real *restrict m = s->slot[0], *restrict v = s->slot[1];
    for (int64_t i = 0; i < s->n; i++)
        W[i] -= alpha * direction(&f, m[i], v[i], W[i]); /* W <- W - alpha |W| / |u| u */
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_lamb) = {
    .kind = {.name = "lamb",
             .help =
                 "adam with steps in proportion to the weights of each layer: very large batches",
             .shapes = "keeps m, v, like W",
             .formula = "u = m' / (sqrt(v') + epsilon) + weight_decay W, m' and v' as in adam\n"
                        "W <- W - learning_rate |W| / |u| u, for each weight tensor (the factor "
                        "is 1 where a length is 0)",
             .source = "You, Li, Reddi et al., Large batch optimization for deep learning, ICLR "
                       "2020",
             .example = "{type: lamb, learning_rate: 0.002}",
             .keys = keys,
             .options_size = sizeof(nn_lamb_options)},
    .slots = slots,
    .slot_name = {"m", "v"},
    .keras_class = "Lamb",
    .step = step,
};
