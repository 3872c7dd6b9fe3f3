/* rprop:  each weight has a step of its own, which grows while the sign of its gradient stays and
 * shrinks when it turns; the size of the gradient does not matter.   Riedmiller, Braun, ICNN 1993
 */
#include "nnmpi/optimizer.h"

#include <tgmath.h>

typedef struct nn_rprop_options {
    double learning_rate, increase, decrease, min_step, max_step;
} nn_rprop_options;

static const nn_key keys[] = {
    {"learning_rate", NN_KEY_REAL, offsetof(nn_rprop_options, learning_rate), .preset = "0.01",
     .min = 0, .max = HUGE_VAL, .exclusive_min = true,
     .help = "the first step of every weight; a schedule has no further effect"},
    {"increase", NN_KEY_REAL, offsetof(nn_rprop_options, increase), .preset = "1.2", .min = 1,
     .max = HUGE_VAL, .help = "the factor of a step while the sign stays"},
    {"decrease", NN_KEY_REAL, offsetof(nn_rprop_options, decrease), .preset = "0.5", .min = 0,
     .max = 1, .exclusive_min = true, .help = "the factor of a step when the sign turns"},
    {"min_step", NN_KEY_REAL, offsetof(nn_rprop_options, min_step), .preset = "1e-6", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true, .help = "no step is smaller"},
    {"max_step", NN_KEY_REAL, offsetof(nn_rprop_options, max_step), .preset = "50", .min = 0,
     .max = HUGE_VAL, .exclusive_min = true, .help = "no step is larger"},
    {0}};

static int slots(const void *options) {
    return 2;
}

NN_CLONES static void step(const void *options, const nn_step *s) {
    const nn_rprop_options *o = options;
    nn_real *restrict W = s->W, *restrict before = s->slot[0], *restrict size = s->slot[1];
    const nn_real *restrict dW = s->dW;
    nn_real scale = (nn_real)s->scale, first = s->t == 1 ? (nn_real)s->learning_rate : 0;
    nn_real grow = (nn_real)o->increase, shrink = (nn_real)o->decrease;
    nn_real low = (nn_real)o->min_step, high = (nn_real)o->max_step;
    for (int64_t i = 0; i < s->n; i++) {
        nn_real g = scale * dW[i], turn = g * before[i];
        nn_real h = (size[i] + first) * (turn > 0 ? grow : turn < 0 ? shrink : 1);
        size[i] = h = h < low ? low : h > high ? high : h;
        before[i] = g = turn < 0 ? 0 : g;   /* after a turn: wait for one step */
        W[i] -= g > 0 ? h : g < 0 ? -h : 0; /* W <- W - h sign(g) */
    }
}

const nn_optimizer NN_REAL_NAME(nn_optimizer_rprop) = {
    .kind = {.name = "rprop",
             .help = "steps from the signs of the gradient alone: full-batch gradient descent "
                     "(batch_size: all)",
             .shapes = "keeps the last g and h, like W",
             .formula = "h <- h increase where g has the sign of the step before, h decrease "
                        "where it has turned\n"
                        "W <- W - h sign(g); where the sign has turned W waits for one step",
             .source = "Riedmiller and Braun, IEEE ICNN 1993, as in PyTorch",
             .details = "h stays within min_step and max_step and starts from learning_rate.\n"
                        "With mini-batches the signs are noise: use it with batch_size: all.",
             .example = "{type: rprop, learning_rate: 0.01}",
             .keys = keys,
             .options_size = sizeof(nn_rprop_options)},
    .slots = slots,
    .slot_name = {"previous", "step"},
    .step = step,
};
