/* cosine: half a wave from the base rate down to the final one.  Loshchilov, Hutter, ICLR 2017 */
#include "warmup.h"

typedef struct nn_cosine_options {
    nn_warmup warmup;
    double final;
} nn_cosine_options;

static const nn_key keys[] = {NN_WARMUP_KEYS, NN_FINAL_KEY(nn_cosine_options), {0}};

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    const nn_cosine_options *o = options;
    return o->final + (base - o->final) * (1 + cos(M_PI * done)) / 2;
}

const nn_schedule nn_schedule_cosine = {
    .kind = {.name = "cosine",
             .help = "half a cosine wave from the learning rate down to `final`",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha = final + (base - final) (1 + cos(pi s)) / 2, s the part of the "
                        "steps after the warm-up that is done",
             .source = "Loshchilov and Hutter, SGDR, ICLR 2017; CosineDecay of Keras",
             .example = "{type: cosine, warmup_epochs: 2, final: 1e-4}",
             .keys = keys,
             .options_size = sizeof(nn_cosine_options)},
    .rate = rate,
};
