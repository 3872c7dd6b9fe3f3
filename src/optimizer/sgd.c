/* sgd:  W <- W - alpha g, the lecture's gradient descent; with momentum mu the memory v of earlier
 * gradients  v <- mu v + d  takes the place of d = g + lambda W.   (PyTorch's formulation.) */
#include "nnmpi/optimizer.h"

#include <math.h>

typedef struct nn_sgd_options {
    double learning_rate, momentum, weight_decay;
    bool nesterov;
} nn_sgd_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_sgd_options, learning_rate), .preset = "0.01",
     .min = 0, .max = HUGE_VAL, .help = "alpha: how far a step goes"},
    {"momentum", NN_KEY_REAL, offsetof(nn_sgd_options, momentum), .preset = "0", .min = 0, .max = 1,
     .help = "mu: how much of the last step is kept"},
    {"nesterov", NN_KEY_BOOL, offsetof(nn_sgd_options, nesterov), .preset = "false",
     .help = "look ahead: the step is d + mu v instead of v (with momentum only)"},
    {"weight_decay", NN_KEY_REAL, offsetof(nn_sgd_options, weight_decay), .preset = "0", .min = 0,
     .max = HUGE_VAL, .help = "lambda: adds lambda W to the gradient"},
    {0}};

static int slots(const void *options) {
    return ((const nn_sgd_options *)options)->momentum > 0;
}

NN_CLONES static void plain(const nn_step *s, nn_real decay) {
    nn_real *restrict W = s->W, alpha = (nn_real)s->learning_rate, scale = (nn_real)s->scale;
    const nn_real *restrict dW = s->dW;
    for (int64_t i = 0; i < s->n; i++)
        W[i] -= alpha * (scale * dW[i] + decay * W[i]); /* W <- W - alpha d */
}

NN_CLONES static void with_momentum(const nn_step *s, nn_real decay, nn_real mu, bool nesterov) {
    nn_real *restrict W = s->W, *restrict v = s->slot[0];
    const nn_real *restrict dW = s->dW;
    nn_real alpha = (nn_real)s->learning_rate, scale = (nn_real)s->scale;
    nn_real of_d = nesterov ? 1 : 0, of_v = nesterov ? mu : 1;
    for (int64_t i = 0; i < s->n; i++) {
        nn_real d = scale * dW[i] + decay * W[i]; /* d = g + lambda W */
        v[i] = mu * v[i] + d;                     /* v <- mu v + d */
        W[i] -= alpha * (of_d * d + of_v * v[i]); /* W <- W - alpha v */
    }
}

static void step(const void *options, const nn_step *s) {
    const nn_sgd_options *o = options;
    nn_real decay = (nn_real)(o->weight_decay * s->weight_decay_factor);
    if (o->momentum > 0)
        with_momentum(s, decay, (nn_real)o->momentum, o->nesterov);
    else
        plain(s, decay);
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_sgd) = {
    .kind = {.name = "sgd",
             .help = "gradient descent; with momentum, nesterov's look ahead, weight decay",
             .shapes = "keeps v, like W, with momentum; else nothing",
             .formula = "d = g + weight_decay W, g the mean gradient of the batch\n"
                        "v <- momentum v + d\n"
                        "W <- W - learning_rate v (nesterov: d + momentum v)",
             .source = "Robbins and Monro, 1951; Sutskever, Martens, Dahl and Hinton, ICML 2013, "
                       "as PyTorch writes it; SGD of Keras",
             .details = "With batch_size: all and no momentum: the lecture's gradient descent.",
             .example = "{type: sgd, learning_rate: 0.1, momentum: 0.9}",
             .keys = keys,
             .options_size = sizeof(nn_sgd_options)},
    .slots = slots,
    .slot_name = {"momentum"},
    .keras_class = "SGD",
    .step = step,
};
