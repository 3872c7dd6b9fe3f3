/* piecewise: the base rate times factors[i] from epoch epochs[i] on */
#include "warmup.h"

typedef struct nn_piecewise_options {
    nn_warmup warmup;
    nn_reals epochs, factors;
} nn_piecewise_options;

static const nn_key keys[] = {
    NN_WARMUP_KEYS,
    {"epochs", NN_KEY_REALS, offsetof(nn_piecewise_options, epochs), .required = true,
     .help = "where the rate changes: epochs done, rising"},
    {"factors", NN_KEY_REALS, offsetof(nn_piecewise_options, factors), .preset = "0.1",
     .help = "the rate there, as a factor of learning_rate; one number: its powers"},
    {0}};

/* factors[i], or the (i+1)th power of the only one; after the last it stays. */
static double factor(const nn_reals *factors, int i) {
    if (factors->n == 1) return pow(factors->value[0], i + 1);
    return factors->value[i < factors->n ? i : factors->n - 1];
}

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    const nn_piecewise_options *o = options;
    double epoch = nn_epochs_done(progress), alpha = base;
    for (int i = 0; i < o->epochs.n; i++)
        if (epoch >= o->epochs.value[i]) alpha = base * factor(&o->factors, i);
    return alpha;
}

const nn_schedule nn_schedule_piecewise = {
    .kind = {.name = "piecewise",
             .help = "constant pieces: changes at given epochs",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha = base, then base factors[i] from epoch epochs[i] on",
             .source = "PiecewiseConstantDecay of Keras",
             .details = "With a single number f in factors: base f, base f^2, ...",
             .example = "{type: piecewise, epochs: [30, 60], factors: [0.1, 0.01]}",
             .keys = keys,
             .options_size = sizeof(nn_piecewise_options)},
    .rate = rate,
};
