/* step: the rate times `factor` every `epochs` epochs */
#include "warmup.h"

typedef struct nn_step_options {
    nn_warmup warmup;
    double epochs, factor;
} nn_step_options;

static const nn_key keys[] = {
    NN_WARMUP_KEYS,
    {"epochs", NN_KEY_REAL, offsetof(nn_step_options, epochs), .preset = "30", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true,
     .help = "how many epochs (of the run, the warm-up included) a rate holds"},
    {"factor", NN_KEY_REAL, offsetof(nn_step_options, factor), .preset = "0.1", .min = 0,
     .max = HUGE_VAL, .help = "what the rate is multiplied by after them"},
    {0}};

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    const nn_step_options *o = options;
    return base * pow(o->factor, floor(nn_epochs_done(progress) / o->epochs));
}

const nn_schedule nn_schedule_step = {
    .kind = {.name = "step",
             .help = "falls by a factor every so many epochs",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha = base factor^floor(e / epochs), e the epochs done",
             .source = "StepLR of PyTorch",
             .example = "{type: step, epochs: 30, factor: 0.1}",
             .keys = keys,
             .options_size = sizeof(nn_step_options)},
    .rate = rate,
};
