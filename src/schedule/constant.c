/* constant: the base rate, after a warm-up if one is wanted */
#include "warmup.h"

static const nn_key keys[] = {NN_WARMUP_KEYS, {0}};

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    return base;
}

const nn_schedule nn_schedule_constant = {
    .kind = {.name = "constant",
             .help = "the same learning rate all along",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha = base, the learning rate of the optimizer\n"
                        "warm-up: alpha (t + 1) / w in step t < w",
             .source = "Robbins and Monro, 1951; warm-up: Goyal et al., arXiv:1706.02677, 2017",
             .example = "{type: constant, warmup_steps: 100}",
             .keys = keys,
             .options_size = sizeof(nn_warmup)},
    .rate = rate,
};
