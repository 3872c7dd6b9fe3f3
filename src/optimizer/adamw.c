/* adamw:  adam whose weight decay does not pass through the averages:
 * W <- (1 - alpha lambda) W - alpha m' / (sqrt(v') + e).   Loshchilov, Hutter, ICLR 2019 */
#include "adam.h"

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_adam_options, learning_rate), .preset = "0.001",
     .min = 0, .max = HUGE_VAL, .help = "alpha: how far a step goes"},
    NN_MOMENT_KEYS(nn_adam_options),
    NN_AMSGRAD_KEY,
    {"weight_decay", NN_KEY_REAL, offsetof(nn_adam_options, weight_decay), .preset = "0.004",
     .min = 0, .max = HUGE_VAL, .help = "lambda: a step also takes alpha lambda W off W"},
    {0}};

static void step(const void *options, const nn_step *s) {
    const nn_adam_options *o = options;
    nn_adam_step(o, s, 0, 1 - s->learning_rate * o->weight_decay * s->weight_decay_factor);
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_adamw) = {
    .kind = {.name = "adamw",
             .help = "adam with decoupled weight decay: transformers",
             .shapes = "keeps m, v, and the largest v with amsgrad, like W",
             .formula = "m <- beta_1 m + (1 - beta_1) g, v <- beta_2 v + (1 - beta_2) g^2, in "
                        "step t\n"
                        "W <- (1 - learning_rate weight_decay) W - learning_rate m' / (sqrt(v') + "
                        "epsilon), m' = m / (1 - beta_1^t), v' = v / (1 - beta_2^t)\n"
                        "amsgrad: the largest v so far in place of v",
             .source = "Loshchilov and Hutter, Decoupled weight decay regularization, ICLR 2019; "
                       "AdamW of Keras",
             .example = "{type: adamw, learning_rate: 0.001, weight_decay: 0.01}",
             .keys = keys,
             .options_size = sizeof(nn_adam_options)},
    .slots = nn_adam_slots,
    .slot_name = {"m", "v", "vhat"},
    .keras_class = "AdamW",
    .step = step,
};
