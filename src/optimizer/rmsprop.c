/* rmsprop:  s <- rho s + (1 - rho) g^2,  W <- W - alpha g / (sqrt(s) + e); centered: s less the
 * square of the mean gradient m; with momentum the steps add up in v.   Tieleman, Hinton, 2012;
 * Graves 2013 */
#include "nnmpi/optimizer.h"

#include <tgmath.h>

typedef struct nn_rmsprop_options {
    double learning_rate, rho, momentum, epsilon, weight_decay;
    bool centered;
} nn_rmsprop_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_rmsprop_options, learning_rate), .preset = "0.001",
     .min = 0, .max = HUGE_VAL, .help = "alpha: how far a step goes"},
    {"rho", NN_KEY_REAL, offsetof(nn_rmsprop_options, rho), .preset = "0.9", .min = 0, .max = 1,
     .help = "how much of the average square is kept each step"},
    {"momentum", NN_KEY_REAL, offsetof(nn_rmsprop_options, momentum), .preset = "0", .min = 0,
     .max = 1, .help = "how much of the last step is kept"},
    {"epsilon", NN_KEY_REAL, offsetof(nn_rmsprop_options, epsilon), .preset = "1e-7", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true, .help = "keeps the division away from 0"},
    {"centered", NN_KEY_BOOL, offsetof(nn_rmsprop_options, centered), .preset = "false",
     .help = "divide by the deviation instead of the root mean square"},
    {"weight_decay", NN_KEY_REAL, offsetof(nn_rmsprop_options, weight_decay), .preset = "0",
     .min = 0, .max = HUGE_VAL, .help = "lambda: adds lambda W to the gradient"},
    {0}};

static int slots(const void *options) {
    const nn_rmsprop_options *o = options;
    return o->centered ? 3 : o->momentum > 0 ? 2 : 1;
}

/* slot 0: s; slot 1: v (with momentum); slot 2: m (centered). The two flags are constants where it
 * is inlined. */
static inline __attribute__((always_inline)) void
move(const nn_rmsprop_options *o, const nn_step *s, bool momentum, bool centered) {
    nn_real *restrict W = s->W, *restrict square = s->slot[0];
    nn_real *restrict v = s->slot[1], *restrict mean = s->slot[2];
    const nn_real *restrict dW = s->dW;
    nn_real alpha = (nn_real)s->learning_rate, scale = (nn_real)s->scale;
    nn_real decay = (nn_real)(o->weight_decay * s->weight_decay_factor),
            epsilon = (nn_real)o->epsilon;
    nn_real rho = (nn_real)o->rho, rest = (nn_real)(1 - o->rho), mu = (nn_real)o->momentum;
    for (int64_t i = 0; i < s->n; i++) {
        nn_real g = scale * dW[i] + decay * W[i];
        square[i] = rho * square[i] + rest * g * g; /* s <- rho s + (1 - rho) g^2 */
        nn_real variance = square[i];
        if (centered) {
            mean[i] = rho * mean[i] + rest * g; /* m <- rho m + (1 - rho) g */
            variance -= mean[i] * mean[i];
            variance = variance < 0 ? 0 : variance; /* by rounding only */
        }
        nn_real u = g / (sqrt(variance) + epsilon);
        if (momentum) u = v[i] = mu * v[i] + u; /* v <- mu v + u */
        W[i] -= alpha * u;                      /* W <- W - alpha u */
    }
}

NN_CLONES static void step(const void *options, const nn_step *s) {
    const nn_rmsprop_options *o = options;
    if (o->centered)
        o->momentum > 0 ? move(o, s, true, true) : move(o, s, false, true);
    else
        o->momentum > 0 ? move(o, s, true, false) : move(o, s, false, false);
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_rmsprop) = {
    .kind = {.name = "rmsprop",
             .help = "gradients divided by their recent size: recurrent networks",
             .shapes = "keeps s, and v with momentum, m if centered, like W",
             .formula = "g <- g + weight_decay W\n"
                        "s <- rho s + (1 - rho) g^2\n"
                        "u = g / (sqrt(s) + epsilon); centered: sqrt(s - m^2), m <- rho m + (1 - "
                        "rho) g\n"
                        "v <- momentum v + u\n"
                        "W <- W - learning_rate v",
             .source = "Tieleman and Hinton, Coursera lecture 6.5, 2012; Graves, "
                       "arXiv:1308.0850, 2013; RMSprop of Keras",
             .details = "epsilon stands outside of the root, as in PyTorch.",
             .example = "{type: rmsprop, learning_rate: 0.001}",
             .keys = keys,
             .options_size = sizeof(nn_rmsprop_options)},
    .slots = slots,
    .slot_name = {"velocity", "momentum", "average_gradient"},
    .keras_class = "RMSprop",
    .step = step,
};
