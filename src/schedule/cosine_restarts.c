/* cosine_restarts: cosine waves one after the other, each longer by `growth` and lower by `peak`.
 * Loshchilov, Hutter, SGDR, ICLR 2017 */
#include "warmup.h"

typedef struct nn_cosine_restarts_options {
    nn_warmup warmup;
    double epochs, growth, peak, final;
} nn_cosine_restarts_options;

static const nn_key keys[] = {
    NN_WARMUP_KEYS,
    {"epochs", NN_KEY_REAL, offsetof(nn_cosine_restarts_options, epochs), .preset = "10", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true, .help = "length of the first wave, after the warm-up"},
    {"growth", NN_KEY_REAL, offsetof(nn_cosine_restarts_options, growth), .preset = "2", .min = 1,
     .max = HUGE_VAL, .help = "length of a wave as a multiple of the one before it"},
    {"peak", NN_KEY_REAL, offsetof(nn_cosine_restarts_options, peak), .preset = "1", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true,
     .help = "where a wave starts as a multiple of the one before it"},
    NN_FINAL_KEY(nn_cosine_restarts_options),
    {0}};

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    const nn_cosine_restarts_options *o = options;
    double length = o->epochs * (double)progress->steps_per_epoch, wave = 0;
    double t = nn_steps_after_warmup(&o->warmup, progress) / length; /* in lengths of the first */
    double g = o->growth, size = 1;
    if (g == 1) {
        wave = floor(t);
        t -= wave;
    } else {
        for (; t >= size; size *= g, wave++) t -= size;
    }
    double high = base * pow(o->peak, wave);
    return o->final + (high - o->final) * (1 + cos(M_PI * t / size)) / 2;
}

const nn_schedule nn_schedule_cosine_restarts = {
    .kind = {.name = "cosine_restarts",
             .help = "cosine waves that start again at the full rate",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha = final + (high - final) (1 + cos(pi t / T)) / 2, t the steps done "
                        "in this wave of T steps\n"
                        "T: epochs, epochs growth, epochs growth^2 ...; high: base, base peak, "
                        "base peak^2 ...",
             .source = "Loshchilov and Hutter, SGDR, ICLR 2017; CosineDecayRestarts of Keras",
             .example = "{type: cosine_restarts, epochs: 10, growth: 2}",
             .keys = keys,
             .options_size = sizeof(nn_cosine_restarts_options)},
    .rate = rate,
};
