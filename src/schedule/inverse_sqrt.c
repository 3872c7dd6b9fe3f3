/* inverse_sqrt: base sqrt(c / (c + t)), t the steps after the warm-up.   Vaswani et al., NeurIPS
 * 2017 */
#include "warmup.h"

typedef struct nn_inverse_sqrt_options {
    nn_warmup warmup;
    int64_t scale_steps;
} nn_inverse_sqrt_options;

static const char *const scale_words[] = {"auto", NULL};

static const nn_key keys[] = {
    NN_WARMUP_KEYS,
    {"scale_steps", NN_KEY_COUNT, offsetof(nn_inverse_sqrt_options, scale_steps), .preset = "auto",
     .min = 1, .max = INT64_MAX / 2, .words = scale_words,
     .help = "c: the rate is halved after 3 c steps; auto: the length of the warm-up, or 1"},
    {0}};

static double rate(const void *options, double base, double done, const nn_progress *progress) {
    const nn_inverse_sqrt_options *o = options;
    double c = o->scale_steps > 0 ? (double)o->scale_steps
                                  : fmax(1, nn_warmup_length(&o->warmup, progress));
    return base * sqrt(c / (c + nn_steps_after_warmup(&o->warmup, progress)));
}

const nn_schedule nn_schedule_inverse_sqrt = {
    .kind = {.name = "inverse_sqrt",
             .help = "falls as one over the square root of the steps: transformers, with a warm-up",
             .shapes = "steps done -> alpha, the learning rate of the next step",
             .formula = "alpha = base sqrt(c / (c + t)), t the steps done after the warm-up, c = "
                        "scale_steps",
             .source = "Vaswani et al., Attention is all you need, NeurIPS 2017",
             .details = "With c the length w of the warm-up: base sqrt(w) / sqrt(step), as in the "
                        "paper.",
             .example = "{type: inverse_sqrt, warmup_steps: 4000}",
             .keys = keys,
             .options_size = sizeof(nn_inverse_sqrt_options)},
    .rate = rate,
};
