/* polynomial: from the base rate to the final one as a power of the part that is left */
#include "warmup.h"

typedef struct nn_polynomial_options {
    nn_warmup warmup;
    double final, power;
} nn_polynomial_options;

static const nn_key keys[] = {NN_WARMUP_KEYS,
                              NN_FINAL_KEY(nn_polynomial_options),
                              {"power", NN_KEY_REAL, offsetof(nn_polynomial_options, power),
                               .preset = "1", .min = 0, .max = HUGE_VAL, .exclusive_min = true,
                               .help = "1: a straight line"},
                              {0}};

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    const nn_polynomial_options *o = options;
    return o->final + (base - o->final) * pow(1 - done, o->power);
}

const nn_schedule nn_schedule_polynomial = {
    .kind = {.name = "polynomial",
             .help = "a straight line, or a power of one, down to `final`",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha = final + (base - final) (1 - s)^power, s the part of the steps "
                        "after the warm-up that is done",
             .source = "PolynomialDecay of Keras",
             .example = "{type: polynomial, power: 1, final: 0}",
             .keys = keys,
             .options_size = sizeof(nn_polynomial_options)},
    .rate = rate,
};
