/* plateau: the rate times `factor` whenever a number has not improved for `patience` epochs.
 *
 * What it remembers (the best value, epochs without improvement, the cooldown) is worked out anew
 * from the history, so there is nothing to keep in a checkpoint. */
#include "warmup.h"

typedef struct nn_plateau_options {
    nn_warmup warmup;
    const char *monitor;
    double factor, min_delta, final;
    int64_t patience, cooldown;
} nn_plateau_options;

static const nn_key keys[] = {
    NN_WARMUP_KEYS,
    {"monitor", NN_KEY_TEXT, offsetof(nn_plateau_options, monitor), .preset = "validation_loss",
     .help = "the number to watch: train_loss, validation_loss, validation_accuracy, ..."},
    {"factor", NN_KEY_REAL, offsetof(nn_plateau_options, factor), .preset = "0.1", .min = 0,
     .max = 1, .help = "what the rate is multiplied by"},
    {"patience", NN_KEY_INT, offsetof(nn_plateau_options, patience), .preset = "10", .min = 1,
     .max = 1e9, .help = "epochs without improvement before that"},
    {"min_delta", NN_KEY_REAL, offsetof(nn_plateau_options, min_delta), .preset = "1e-4", .min = 0,
     .max = HUGE_VAL, .help = "the least change that counts as an improvement"},
    {"cooldown", NN_KEY_INT, offsetof(nn_plateau_options, cooldown), .preset = "0", .min = 0,
     .max = 1e9, .help = "epochs after a reduction that do not count"},
    {"final", NN_KEY_REAL, offsetof(nn_plateau_options, final), .preset = "0", .min = 0,
     .max = HUGE_VAL, .help = "no rate is lower"},
    {0}};

static const char *monitor(const void *options) {
    return ((const nn_plateau_options *)options)->monitor;
}

/* Is it better than the best so far (NaN: none yet) by more than min_delta? */
static bool improves(const nn_watched *w, double value, double best, double delta) {
    if (isnan(best)) return !isnan(value);
    return w->lower_is_better ? value < best - delta : value > best + delta;
}

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    const nn_plateau_options *o = options;
    const nn_watched *w = &progress->watched;
    double warmup = nn_warmup_length(&o->warmup, progress), best = NAN, alpha = base;
    int64_t wait = 0, cooling = 0;
    for (int64_t e = 0; e < w->epochs; e++) {
        double value = w->value[e * w->stride];
        if ((double)((e + 1) * progress->steps_per_epoch) <= warmup) continue;
        if (cooling > 0) cooling--, wait = 0;
        if (improves(w, value, best, o->min_delta)) {
            best = value;
            wait = 0;
        } else if (cooling == 0 && ++wait >= o->patience) {
            alpha = fmax(alpha * o->factor, fmin(o->final, alpha));
            cooling = o->cooldown;
            wait = 0;
        }
    }
    return alpha;
}

const nn_schedule nn_schedule_plateau = {
    .kind = {.name = "plateau",
             .help = "falls by a factor when a number no longer improves",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha <- max(factor alpha, final) when `monitor` has not improved by "
                        "min_delta for `patience` epochs",
             .source = "ReduceLROnPlateau of Keras",
             .details = "Whether lower or higher is better is known of each metric. Epochs that "
                        "end in the warm-up, or within `cooldown` epochs of a reduction, do not "
                        "count.",
             .example = "{type: plateau, monitor: validation_loss, factor: 0.5, patience: 5}",
             .keys = keys,
             .options_size = sizeof(nn_plateau_options)},
    .rate = rate,
    .monitor = monitor,
};
