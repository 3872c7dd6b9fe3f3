/* one_cycle: up from base / start_divisor to the base rate, then down to nearly nothing, both by
 * half a cosine wave.   Smith, Topin, arXiv:1708.07120, 2018 */
#include "warmup.h"

typedef struct nn_one_cycle_options {
    nn_warmup warmup;
    double rise, start_divisor, final_divisor;
} nn_one_cycle_options;

static const nn_key keys[] = {
    NN_WARMUP_KEYS,
    {"rise", NN_KEY_REAL, offsetof(nn_one_cycle_options, rise), .preset = "0.3", .min = 0, .max = 1,
     .help = "the part of the steps in which it goes up"},
    {"start_divisor", NN_KEY_REAL, offsetof(nn_one_cycle_options, start_divisor), .preset = "25",
     .min = 0, .max = HUGE_VAL, .exclusive_min = true,
     .help = "it starts from the learning rate over this"},
    {"final_divisor", NN_KEY_REAL, offsetof(nn_one_cycle_options, final_divisor), .preset = "10000",
     .min = 0, .max = HUGE_VAL, .exclusive_min = true, .help = "it ends at the start over this"},
    {0}};

static double between(double from, double to, double part) {
    return to + (from - to) * (1 + cos(M_PI * part)) / 2;
}

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    const nn_one_cycle_options *o = options;
    double start = base / o->start_divisor, last = start / o->final_divisor;
    if (done < o->rise) return between(start, base, done / o->rise);
    return o->rise < 1 ? between(base, last, (done - o->rise) / (1 - o->rise)) : base;
}

const nn_schedule nn_schedule_one_cycle = {
    .kind = {.name = "one_cycle",
             .help = "up to the learning rate and down to nearly nothing, once",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha rises from base / start_divisor to base in the first part `rise` "
                        "of the steps, then falls to base / start_divisor / final_divisor, both "
                        "as half a cosine wave",
             .source = "Smith and Topin, Super-convergence, arXiv:1708.07120, 2018; OneCycleLR "
                       "of PyTorch",
             .example = "{type: one_cycle, rise: 0.3}",
             .keys = keys,
             .options_size = sizeof(nn_one_cycle_options)},
    .rate = rate,
};
