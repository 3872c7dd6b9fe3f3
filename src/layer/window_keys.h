/* Lines for the tables of keys of layers with a window. `at` is the place of the member in the
 * layer's own structure of options. */
#ifndef NNMPI_LAYER_WINDOW_KEYS_H
#define NNMPI_LAYER_WINDOW_KEYS_H

#include "window.h"

#define NN_KEY_WINDOW_SIZE(name_, at)                                                              \
    {                                                                                              \
        .name = name_, .type = NN_KEY_INTS, .offset = at, .min = 1, .max = NN_WINDOW_MOST,         \
        .required = true, .help = "its window: one length for all axes, or one an axis"            \
    }
#define NN_KEY_POOL_SIZE(at)                                                                       \
    {                                                                                              \
        .name = "pool_size", .type = NN_KEY_INTS, .offset = at, .preset = "2", .min = 1,           \
        .max = NN_WINDOW_MOST, .help = "its window: one length for all axes, or one an axis"       \
    }
#define NN_KEY_STRIDES(preset_, at)                                                                \
    {                                                                                              \
        .name = "strides", .type = NN_KEY_INTS, .offset = at, .preset = preset_, .min = 1,         \
        .max = NN_WINDOW_MOST,                                                                     \
        .help = "from one position to the next: one number for all axes, or one an axis"           \
    }
#define NN_KEY_PADDING(at)                                                                         \
    {                                                                                              \
        .name = "padding", .type = NN_KEY_INTS, .offset = at, .preset = "valid", .min = 0,         \
        .max = NN_WINDOW_MOST, .words = nn_window_words,                                           \
        .help = "none (valid); up to as many positions as input over stride (same); or numbers: "  \
                "one, one an axis, or two an axis (before, after)"                                 \
    }
#define NN_KEY_DILATION(at)                                                                        \
    {                                                                                              \
        .name = "dilation_rate", .type = NN_KEY_INTS, .offset = at, .preset = "1", .min = 1,       \
        .max = NN_WINDOW_MOST, .help = "from one tap of the window to the next"                    \
    }
#define NN_KEY_FILTERS(at)                                                                         \
    {                                                                                              \
        .name = "filters", .type = NN_KEY_INT, .offset = at, .min = 1, .max = 1 << 30,             \
        .required = true, .help = "channels of the output"                                         \
    }
#define NN_KEY_MULTIPLIER(at)                                                                      \
    {                                                                                              \
        .name = "depth_multiplier", .type = NN_KEY_INT, .offset = at, .preset = "1", .min = 1,     \
        .max = NN_WINDOW_MOST, .help = "filters of each channel"                                   \
    }
#define NN_KEY_ACTIVATION(at)                                                                      \
    {                                                                                              \
        .name = "activation", .type = NN_KEY_KIND, .offset = at, .preset = "linear",               \
        .kinds = nn_activation_kinds, .help = "applied to the result"                              \
    }
#define NN_KEY_USE_BIAS(at)                                                                        \
    {                                                                                              \
        .name = "use_bias", .type = NN_KEY_BOOL, .offset = at, .preset = "true",                   \
        .help = "add a bias b, one number a channel"                                               \
    }
#define NN_KEY_INITIALIZER(name_, preset_, at, what)                                               \
    {                                                                                              \
        .name = name_, .type = NN_KEY_KIND, .offset = at, .preset = preset_,                       \
        .kinds = nn_initializer_kinds, .help = "first values of " what                             \
    }

#endif
