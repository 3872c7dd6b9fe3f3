/* lamb:  adam's step u = m' / (sqrt(v') + e) + lambda W, given the length of the weights, for each
 * weight tensor:  W <- W - alpha |W| / |u| u.   You, Li, Reddi et al., ICLR 2020 */
#include "nnmpi/optimizer.h"

#include <tgmath.h>

typedef struct nn_lamb_options {
    double learning_rate, beta_1, beta_2, epsilon, weight_decay;
} nn_lamb_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_lamb_options, learning_rate), .preset = "0.001",
     .min = 0, .max = HUGE_VAL,
     .help = "alpha: how far a step goes, as a part of the length of the weights"},
    {"beta_1", NN_KEY_REAL, offsetof(nn_lamb_options, beta_1), .preset = "0.9", .min = 0,
     .max = 0.9999999, .help = "how much of the mean gradient m is kept each step"},
    {"beta_2", NN_KEY_REAL, offsetof(nn_lamb_options, beta_2), .preset = "0.999", .min = 0,
     .max = 0.9999999, .help = "how much of the mean square v is kept each step"},
    {"epsilon", NN_KEY_REAL, offsetof(nn_lamb_options, epsilon), .preset = "1e-7", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true, .help = "keeps the division away from 0"},
    {"weight_decay", NN_KEY_REAL, offsetof(nn_lamb_options, weight_decay), .preset = "0", .min = 0,
     .max = HUGE_VAL, .help = "lambda: adds lambda W to the step"},
    {0}};

static int slots(const void *options) {
    return 2;
}

static void step(const void *options, const nn_step *s) {
    const nn_lamb_options *o = options;
    nn_real *restrict W = s->W, *restrict m = s->slot[0], *restrict v = s->slot[1];
    const nn_real *restrict dW = s->dW;
    nn_real scale = (nn_real)s->scale, decay = (nn_real)o->weight_decay;
    nn_real beta1 = (nn_real)o->beta_1, beta2 = (nn_real)o->beta_2;
    nn_real rest1 = (nn_real)(1 - o->beta_1), rest2 = (nn_real)(1 - o->beta_2);
    nn_real epsilon = (nn_real)o->epsilon;
    nn_real of_m = (nn_real)(1 / (1 - pow(o->beta_1, (double)s->t)));
    nn_real root = (nn_real)(1 / sqrt(1 - pow(o->beta_2, (double)s->t)));
    double length_W = 0, length_u = 0;
    for (int64_t i = 0; i < s->n; i++) {
        nn_real g = scale * dW[i];
        m[i] = beta1 * m[i] + rest1 * g;     /* m <- beta1 m + (1 - beta1) g */
        v[i] = beta2 * v[i] + rest2 * g * g; /* v <- beta2 v + (1 - beta2) g^2 */
        nn_real u = of_m * m[i] / (sqrt(v[i]) * root + epsilon) + decay * W[i];
        length_u += (double)u * (double)u;
        length_W += (double)W[i] * (double)W[i];
    }
    bool trust = length_W > 0 && length_u > 0;
    nn_real alpha = (nn_real)(s->learning_rate * (trust ? sqrt(length_W / length_u) : 1));
    for (int64_t i = 0; i < s->n; i++) /* W <- W - alpha |W| / |u| u */
        W[i] -= alpha * (of_m * m[i] / (sqrt(v[i]) * root + epsilon) + decay * W[i]);
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_lamb) = {
    .kind =
        {.name = "lamb",
         .help = "adam with steps in proportion to the weights of each layer: very large batches",
         .details =
             "u = m' / (sqrt(v') + epsilon) + weight_decay W, m' and v' as in adam\n"
             "W <- W - learning_rate |W| / |u| u, for each weight tensor (the factor is 1 where a "
             "length is 0)\n"
             "source: You, Li, Reddi et al., Large batch optimization for deep learning, ICLR 2020",
         .example = "{type: lamb, learning_rate: 0.002}",
         .keys = keys,
         .options_size = sizeof(nn_lamb_options)},
    .slots = slots,
    .slot_name = {"m", "v"},
    .keras_class = "Lamb",
    .step = step,
};
