/* Normalizers: constants of a feature from its moments over the training samples. */
#include <math.h>

#include "inside.h"

static const char *const per_words[] = {"auto", "last_axis", "all", NULL};

static const nn_key keys[] = {
    {"per", NN_KEY_CHOICE, offsetof(nn_normalizer_options, per), .preset = "auto",
     .words = per_words,
     .help = "what has constants of its own: each place on the last axis, or all together; auto: "
             "last_axis, but all for samples of two axes (grey images)"},
    {0}};

/* Mean 0 and variance 1 (of the population, as in scikit-learn and Keras). */
static void standard_constants(const nn_moments *feature, double *shift, double *factor) {
    *shift = feature->mean;
    *factor = 1 / sqrt(feature->m2 / feature->n);
}

/* From 0 to 1. */
static void minmax_constants(const nn_moments *feature, double *shift, double *factor) {
    *shift = feature->low;
    *factor = 1 / (feature->high - feature->low);
}

static const nn_normalizer none = {.kind = {.name = "none",
                                            .help = "inputs as they are",
                                            .shapes = "samples of any shape, kept",
                                            .formula = "x <- x",
                                            .source = "the identity",
                                            .example = "normalize: none"}};

static const nn_normalizer standard = {
    .kind = {.name = "standard",
             .help = "mean 0 and variance 1",
             .shapes = "samples (..., k), kept; constants: one or two for each of the k "
                       "features, or for all together (`per`)",
             .formula = "x <- (x - mean) / sqrt(variance), over the training samples",
             .source = "StandardScaler of scikit-learn; Normalization of Keras",
             .details = "The constants are kept in checkpoints. A feature that is constant "
                        "becomes 0.",
             .example = "normalize: {type: standard}",
             .keys = keys,
             .options_size = sizeof(nn_normalizer_options)},
    .constants = standard_constants};

static const nn_normalizer minmax = {
    .kind = {.name = "minmax",
             .help = "from 0 to 1",
             .shapes = "samples (..., k), kept; constants: one or two for each of the k "
                       "features, or for all together (`per`)",
             .formula = "x <- (x - min) / (max - min), over the training samples",
             .source = "MinMaxScaler of scikit-learn",
             .details = "The constants are kept in checkpoints. A feature that is constant "
                        "becomes 0.",
             .example = "normalize: {type: minmax}",
             .keys = keys,
             .options_size = sizeof(nn_normalizer_options)},
    .constants = minmax_constants};

const nn_kind *const nn_normalizer_kinds[] = {
#define X(name) &name.kind,
#include "normalizers.def"
#undef X
    NULL};
