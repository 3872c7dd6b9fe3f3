/* Lines for the tables of keys of layer_norm, group_norm and rms_norm. `at` is the place of the
 * member in the layer's own structure of options. */
#ifndef NNMPI_LAYER_NORM_KEYS_H
#define NNMPI_LAYER_NORM_KEYS_H

#include "norm.h"

#define NN_KEY_EPSILON(preset_, at)                                                                \
    {                                                                                              \
        .name = "epsilon", .type = NN_KEY_REAL, .offset = at, .preset = preset_, .min = 1e-12,     \
        .max = 1, .help = "added to the variance"                                                  \
    }
#define NN_KEY_CENTER(at)                                                                          \
    { .name = "center", .type = NN_KEY_BOOL, .offset = at, .preset = "true", .help = "add beta" }
#define NN_KEY_SCALE(at)                                                                           \
    {                                                                                              \
        .name = "scale", .type = NN_KEY_BOOL, .offset = at, .preset = "true",                      \
        .help = "multiply by gamma"                                                                \
    }
#define NN_KEY_FIRST_VALUES(name_, preset_, at, what)                                              \
    {                                                                                              \
        .name = name_, .type = NN_KEY_KIND, .offset = at, .preset = preset_,                       \
        .kinds = nn_initializer_kinds, .help = "first values of " what                             \
    }

#endif
