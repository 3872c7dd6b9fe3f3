/* exponential: the rate times `factor` for every `epochs` epochs after the warm-up */
#include "warmup.h"

typedef struct nn_exponential_options {
    nn_warmup warmup;
    double epochs, factor;
    bool staircase;
} nn_exponential_options;

static const nn_key keys[] = {
    NN_WARMUP_KEYS,
    {"factor", NN_KEY_REAL, offsetof(nn_exponential_options, factor), .preset = "0.95", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true, .help = "what the rate is multiplied by"},
    {"epochs", NN_KEY_REAL, offsetof(nn_exponential_options, epochs), .preset = "1", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true, .help = "in how many epochs"},
    {"staircase", NN_KEY_BOOL, offsetof(nn_exponential_options, staircase), .preset = "false",
     .help = "at once at their end instead of a little each step"},
    {0}};

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    const nn_exponential_options *o = options;
    double after = nn_steps_after_warmup(&o->warmup, progress);
    double times = after / (o->epochs * (double)progress->steps_per_epoch);
    return base * pow(o->factor, o->staircase ? floor(times) : times);
}

const nn_schedule nn_schedule_exponential = {
    .kind = {.name = "exponential",
             .help = "falls by the same factor in every epoch",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha = base factor^(e / epochs), e the epochs done after the warm-up; "
                        "staircase: rounded down",
             .source = "ExponentialDecay of Keras",
             .example = "{type: exponential, factor: 0.95}",
             .keys = keys,
             .options_size = sizeof(nn_exponential_options)},
    .rate = rate,
};
