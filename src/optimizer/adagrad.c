/* adagrad:  s <- s + g^2,  W <- W - alpha g / (sqrt(s) + e): a rate of its own for each weight,
 * smaller the more it has moved.   Duchi, Hazan, Singer, JMLR 12, 2011 */
#include "nnmpi/optimizer.h"

#include <tgmath.h>

typedef struct nn_adagrad_options {
    double learning_rate, initial_accumulator_value, epsilon, weight_decay;
} nn_adagrad_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_adagrad_options, learning_rate), .preset = "0.01",
     .min = 0, .max = HUGE_VAL, .help = "alpha: how far a step goes"},
    {"initial_accumulator_value", NN_KEY_REAL,
     offsetof(nn_adagrad_options, initial_accumulator_value), .preset = "0.1", .min = 0,
     .max = HUGE_VAL, .help = "what s starts from; PyTorch: 0"},
    {"epsilon", NN_KEY_REAL, offsetof(nn_adagrad_options, epsilon), .preset = "1e-7", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true, .help = "keeps the division away from 0"},
    {"weight_decay", NN_KEY_REAL, offsetof(nn_adagrad_options, weight_decay), .preset = "0",
     .min = 0, .max = HUGE_VAL, .help = "lambda: adds lambda W to the gradient"},
    {0}};

static int slots(const void *options) {
    return 1;
}

NN_CLONES static void step(const void *options, const nn_step *s) {
    const nn_adagrad_options *o = options;
    nn_real *restrict W = s->W, *restrict sum = s->slot[0];
    const nn_real *restrict dW = s->dW;
    nn_real alpha = (nn_real)s->learning_rate, scale = (nn_real)s->scale;
    nn_real decay = (nn_real)(o->weight_decay * s->weight_decay_factor),
            epsilon = (nn_real)o->epsilon;
    nn_real first = s->t == 1 ? (nn_real)o->initial_accumulator_value : 0;
    for (int64_t i = 0; i < s->n; i++) {
        nn_real g = scale * dW[i] + decay * W[i];
        sum[i] += first + g * g; /* s <- s + g^2 */
        W[i] -= alpha * g / (sqrt(sum[i]) + epsilon);
    }
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_adagrad) = {
    .kind = {.name = "adagrad",
             .help = "a rate for each weight, smaller the more its gradients have added up: sparse "
                     "features",
             .shapes = "keeps s, like W",
             .formula = "g <- g + weight_decay W\n"
                        "s <- s + g^2, from initial_accumulator_value\n"
                        "W <- W - learning_rate g / (sqrt(s) + epsilon)",
             .source = "Duchi, Hazan and Singer, Adaptive subgradient methods, JMLR 12, 2011; "
                       "Adagrad of Keras",
             .example = "{type: adagrad, learning_rate: 0.01}",
             .keys = keys,
             .options_size = sizeof(nn_adagrad_options)},
    .slots = slots,
    .slot_name = {"accumulator"},
    .keras_class = "Adagrad",
    .step = step,
};
