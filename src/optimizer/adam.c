/* adam:  m, v: running means of g and g^2; W <- W - alpha m' / (sqrt(v') + e) with
 * m' = m / (1 - beta1^t), v' = v / (1 - beta2^t).   Kingma, Ba, ICLR 2015 */
#include "adam.h"

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_adam_options, learning_rate), .preset = "0.001",
     .min = 0, .max = HUGE_VAL, .help = "alpha: how far a step goes"},
    NN_MOMENT_KEYS(nn_adam_options),
    NN_AMSGRAD_KEY,
    {"weight_decay", NN_KEY_REAL, offsetof(nn_adam_options, weight_decay), .preset = "0", .min = 0,
     .max = HUGE_VAL, .help = "lambda: adds lambda W to the gradient (adamw decays otherwise)"},
    {0}};

int nn_adam_slots(const void *options) {
    return ((const nn_adam_options *)options)->amsgrad ? 3 : 2;
}

NN_CLONES void nn_adam_step(const nn_adam_options *o, const nn_step *s, double decay, double keep) {
    nn_real *restrict W = s->W, *restrict m = s->slot[0], *restrict v = s->slot[1];
    nn_real *restrict largest = o->amsgrad ? s->slot[2] : NULL;
    const nn_real *restrict dW = s->dW;
    nn_real scale = (nn_real)s->scale, epsilon = (nn_real)o->epsilon;
    nn_real beta1 = (nn_real)o->beta_1, beta2 = (nn_real)o->beta_2;
    nn_real rest1 = (nn_real)(1 - o->beta_1), rest2 = (nn_real)(1 - o->beta_2);
    double t = (double)s->t; /* the averages start from 0: divide by 1 - beta^t */
    nn_real alpha = (nn_real)(s->learning_rate / (1 - pow(o->beta_1, t)));
    nn_real root = (nn_real)(1 / sqrt(1 - pow(o->beta_2, t)));
    nn_real of_W = (nn_real)decay, kept = (nn_real)keep;
    for (int64_t i = 0; i < s->n; i++) {
        nn_real g = scale * dW[i] + of_W * W[i];
        m[i] = beta1 * m[i] + rest1 * g;     /* m <- beta1 m + (1 - beta1) g */
        v[i] = beta2 * v[i] + rest2 * g * g; /* v <- beta2 v + (1 - beta2) g^2 */
        nn_real square = v[i];
        if (largest) square = largest[i] = largest[i] < square ? square : largest[i];
        W[i] = kept * W[i] - alpha * m[i] / (sqrt(square) * root + epsilon);
    }
}

static void step(const void *options, const nn_step *s) {
    const nn_adam_options *o = options;
    nn_adam_step(o, s, o->weight_decay * s->weight_decay_factor, 1);
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_adam) = {
    .kind = {.name = "adam",
             .help = "a rate for each weight from the running mean and square of its gradient: the "
                     "usual first choice",
             .shapes = "keeps m, v, and the largest v with amsgrad, like W",
             .formula = "g <- g + weight_decay W\n"
                        "m <- beta_1 m + (1 - beta_1) g, v <- beta_2 v + (1 - beta_2) g^2, in "
                        "step t\n"
                        "W <- W - learning_rate m' / (sqrt(v') + epsilon), m' = m / (1 - "
                        "beta_1^t), v' = v / (1 - beta_2^t)\n"
                        "amsgrad: the largest v so far in place of v",
             .source = "Kingma and Ba, ICLR 2015; amsgrad: Reddi, Kale and Kumar, ICLR 2018; "
                       "Adam of Keras",
             .example = "{type: adam, learning_rate: 0.001}",
             .keys = keys,
             .options_size = sizeof(nn_adam_options)},
    .slots = nn_adam_slots,
    .slot_name = {"m", "v", "vhat"},
    .keras_class = "Adam",
    .step = step,
};
