/* adadelta:  s <- rho s + (1 - rho) g^2,  u = g sqrt(a + e) / sqrt(s + e),
 * a <- rho a + (1 - rho) u^2,  W <- W - alpha u.   Zeiler, arXiv:1212.5701, 2012 */
#include "nnmpi/optimizer.h"

#include <tgmath.h>

typedef struct nn_adadelta_options {
    double learning_rate, rho, epsilon, weight_decay;
} nn_adadelta_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_adadelta_options, learning_rate), .preset = "1",
     .min = 0, .max = HUGE_VAL, .help = "alpha: 1 is the paper's method"},
    {"rho", NN_KEY_REAL, offsetof(nn_adadelta_options, rho), .preset = "0.95", .min = 0, .max = 1,
     .help = "how much of the averages is kept each step"},
    {"epsilon", NN_KEY_REAL, offsetof(nn_adadelta_options, epsilon), .preset = "1e-6", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true,
     .help = "keeps the roots away from 0; also sets the first steps"},
    {"weight_decay", NN_KEY_REAL, offsetof(nn_adadelta_options, weight_decay), .preset = "0",
     .min = 0, .max = HUGE_VAL, .help = "lambda: adds lambda W to the gradient"},
    {0}};

static int slots(const void *options) {
    return 2;
}

NN_CLONES static void step(const void *options, const nn_step *s) {
    const nn_adadelta_options *o = options;
    nn_real *restrict W = s->W, *restrict square = s->slot[0], *restrict moved = s->slot[1];
    const nn_real *restrict dW = s->dW;
    nn_real alpha = (nn_real)s->learning_rate, scale = (nn_real)s->scale;
    nn_real decay = (nn_real)(o->weight_decay * s->weight_decay_factor),
            epsilon = (nn_real)o->epsilon;
    nn_real rho = (nn_real)o->rho, rest = (nn_real)(1 - o->rho);
    for (int64_t i = 0; i < s->n; i++) {
        nn_real g = scale * dW[i] + decay * W[i];
        square[i] = rho * square[i] + rest * g * g; /* s <- rho s + (1 - rho) g^2 */
        nn_real u = g * (sqrt(moved[i] + epsilon) / sqrt(square[i] + epsilon));
        moved[i] = rho * moved[i] + rest * u * u; /* a <- rho a + (1 - rho) u^2 */
        W[i] -= alpha * u;
    }
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_adadelta) = {
    .kind = {.name = "adadelta",
             .help = "steps in the units of the weights: nearly no rate to choose",
             .shapes = "keeps s, a, like W",
             .formula = "g <- g + weight_decay W\n"
                        "s <- rho s + (1 - rho) g^2\n"
                        "u = g sqrt(a + epsilon) / sqrt(s + epsilon)\n"
                        "a <- rho a + (1 - rho) u^2\n"
                        "W <- W - learning_rate u",
             .source = "Zeiler, ADADELTA, arXiv:1212.5701, 2012 (learning_rate 1; Adadelta of "
                       "Keras has 0.001)",
             .example = "{type: adadelta}",
             .keys = keys,
             .options_size = sizeof(nn_adadelta_options)},
    .slots = slots,
    .slot_name = {"accumulated_gradient", "accumulated_update"},
    .keras_class = "Adadelta",
    .step = step,
};
