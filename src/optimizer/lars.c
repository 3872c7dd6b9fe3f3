/* lars:  sgd whose rate is, for each weight tensor, in proportion to |W| / |g|:
 * r = eta |W| / (|g| + lambda |W|),  v <- mu v + alpha r (g + lambda W),  W <- W - v.
 * You, Gitman, Ginsburg, arXiv:1708.03888, 2017 */
#include "nnmpi/optimizer.h"

#include <tgmath.h>

typedef struct nn_lars_options {
    double learning_rate, momentum, trust_coefficient, weight_decay;
} nn_lars_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_lars_options, learning_rate), .preset = "1",
     .min = 0, .max = HUGE_VAL, .help = "alpha: how far a step goes"},
    {"momentum", NN_KEY_REAL, offsetof(nn_lars_options, momentum), .preset = "0.9", .min = 0,
     .max = 1, .help = "mu: how much of the last step is kept"},
    {"trust_coefficient", NN_KEY_REAL, offsetof(nn_lars_options, trust_coefficient),
     .preset = "0.001", .min = 0, .max = HUGE_VAL, .exclusive_min = true,
     .help = "eta: the size of a step as a part of that of the weights"},
    {"weight_decay", NN_KEY_REAL, offsetof(nn_lars_options, weight_decay), .preset = "0", .min = 0,
     .max = HUGE_VAL, .help = "lambda: adds lambda W to the gradient"},
    {0}};

static int slots(const void *options) {
    return 1;
}

static void step(const void *options, const nn_step *s) {
    const nn_lars_options *o = options;
    nn_real *restrict W = s->W, *restrict v = s->slot[0];
    const nn_real *restrict dW = s->dW;
    double lambda = o->weight_decay * s->weight_decay_factor;
    nn_real scale = (nn_real)s->scale, decay = (nn_real)lambda;
    nn_real mu = (nn_real)o->momentum;
    double length_W = 0, length_g = 0;
    for (int64_t i = 0; i < s->n; i++) {
        nn_real g = scale * dW[i];
        length_g += (double)g * (double)g;
        length_W += (double)W[i] * (double)W[i];
    }
    length_W = sqrt(length_W), length_g = sqrt(length_g);
    double r = 1; /* eta |W| / (|g| + lambda |W|) */
    if (length_W > 0 && length_g > 0)
        r = o->trust_coefficient * length_W / (length_g + lambda * length_W);
    nn_real alpha = (nn_real)(s->learning_rate * r);
    for (int64_t i = 0; i < s->n; i++) {
        nn_real g = scale * dW[i] + decay * W[i];
        v[i] = mu * v[i] + alpha * g; /* v <- mu v + alpha r (g + lambda W) */
        W[i] -= v[i];                 /* W <- W - v */
    }
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_lars) = {
    .kind = {.name = "lars",
             .help =
                 "sgd with steps in proportion to the weights of each layer: very large batches",
             .shapes = "keeps v, like W",
             .formula = "r = trust_coefficient |W| / (|g| + weight_decay |W|), for each weight "
                        "tensor (1 where a length is 0)\n"
                        "v <- momentum v + learning_rate r (g + weight_decay W)\n"
                        "W <- W - v",
             .source = "You, Gitman and Ginsburg, arXiv:1708.03888, 2017",
             .example = "{type: lars, learning_rate: 1, momentum: 0.9}",
             .keys = keys,
             .options_size = sizeof(nn_lars_options)},
    .slots = slots,
    .slot_name = {"momentum"},
    .step = step,
};
