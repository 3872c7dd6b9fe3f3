/* nadam:  adam with nesterov's look ahead: m' mixes the next mean and the gradient of now.
 * mu_t = beta1 (1 - 0.96^(t d) / 2), d = momentum_decay, M_t = mu_1 ... mu_t;
 * W <- W - alpha ((1 - mu_t) / (1 - M_t) g + mu_(t+1) / (1 - M_(t+1)) m) / (sqrt(v') + e).
 * Dozat, ICLR workshop 2016 */
#include "adam.h"

typedef struct nn_nadam_options {
    double learning_rate, beta_1, beta_2, epsilon, momentum_decay, weight_decay;
} nn_nadam_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_nadam_options, learning_rate), .preset = "0.001",
     .min = 0, .max = HUGE_VAL, .help = "alpha: how far a step goes"},
    NN_MOMENT_KEYS(nn_nadam_options),
    {"momentum_decay", NN_KEY_REAL, offsetof(nn_nadam_options, momentum_decay), .preset = "0.004",
     .min = 0, .max = HUGE_VAL, .help = "d: how fast mu rises to beta_1"},
    {"weight_decay", NN_KEY_REAL, offsetof(nn_nadam_options, weight_decay), .preset = "0", .min = 0,
     .max = HUGE_VAL, .help = "lambda: adds lambda W to the gradient"},
    {0}};

static int slots(const void *options) {
    return 2;
}

/* M_t, a pure function of t, so that it needs no place in a checkpoint; once it is below 1e-20 it
 * no longer counts beside 1. *mu: mu_t. */
static double product(const nn_nadam_options *o, int64_t t, double *mu) {
    double ratio = pow(0.96, o->momentum_decay), power = 1, M = 1;
    for (int64_t i = 1; i <= t && M > 1e-20; i++) M *= o->beta_1 * (1 - 0.5 * (power *= ratio));
    *mu = o->beta_1 * (1 - 0.5 * pow(0.96, (double)t * o->momentum_decay));
    return M;
}

NN_CLONES static void step(const void *options, const nn_step *s) {
    const nn_nadam_options *o = options;
    nn_real *restrict W = s->W, *restrict m = s->slot[0], *restrict v = s->slot[1];
    const nn_real *restrict dW = s->dW;
    nn_real scale = (nn_real)s->scale, decay = (nn_real)(o->weight_decay * s->weight_decay_factor);
    nn_real beta1 = (nn_real)o->beta_1, beta2 = (nn_real)o->beta_2;
    nn_real rest1 = (nn_real)(1 - o->beta_1), rest2 = (nn_real)(1 - o->beta_2);
    nn_real epsilon = (nn_real)o->epsilon;
    double mu, next, M = product(o, s->t, &mu), M_next = product(o, s->t + 1, &next);
    nn_real of_g = (nn_real)(s->learning_rate * (1 - mu) / (1 - M));
    nn_real of_m = (nn_real)(s->learning_rate * next / (1 - M_next));
    nn_real root = (nn_real)(1 / sqrt(1 - pow(o->beta_2, (double)s->t)));
    for (int64_t i = 0; i < s->n; i++) {
        nn_real g = scale * dW[i] + decay * W[i];
        m[i] = beta1 * m[i] + rest1 * g;     /* m <- beta1 m + (1 - beta1) g */
        v[i] = beta2 * v[i] + rest2 * g * g; /* v <- beta2 v + (1 - beta2) g^2 */
        W[i] -= (of_g * g + of_m * m[i]) / (sqrt(v[i]) * root + epsilon);
    }
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_nadam) = {
    .kind = {.name = "nadam",
             .help = "adam with nesterov's look ahead",
             .shapes = "keeps m, v, like W",
             .formula = "g <- g + weight_decay W\n"
                        "m <- beta_1 m + (1 - beta_1) g, v <- beta_2 v + (1 - beta_2) g^2, in "
                        "step t\n"
                        "mu_t = beta_1 (1 - 0.96^(t momentum_decay) / 2), M_t = mu_1 ... mu_t\n"
                        "W <- W - learning_rate ((1 - mu_t) / (1 - M_t) g + mu_(t+1) / (1 - "
                        "M_(t+1)) m) / (sqrt(v / (1 - beta_2^t)) + epsilon)",
             .source = "Dozat, Incorporating Nesterov momentum into Adam, ICLR workshop 2016; "
                       "Nadam of Keras",
             .example = "{type: nadam, learning_rate: 0.001}",
             .keys = keys,
             .options_size = sizeof(nn_nadam_options)},
    .slots = slots,
    .slot_name = {"m", "v"},
    .keras_class = "Nadam",
    .step = step,
};
