/* max_pool2d: see pool.h. */
#include "pool.h"

static bool setup(nn_layer *l) {
    return nn_max_pool_setup(l, 2);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_max_pool2d) = {
    .kind = {.name = "max_pool2d",
             .help = "the largest number of each window of rows and columns, channel by channel",
             .shapes = "(h, w, c) -> (h', w', c), channels last\n"
                       "valid: h' = floor((h - pool_size) / stride) + 1; same: h' = ceil(h / "
                       "stride)",
             .formula = "z(o, c) = max over k of z(j-1)(o stride + k - padding, c)\n"
                        "dz(j-1) = dz(j) at the first place that attains it, else 0",
             .source = "Riesenhuber and Poggio, Nature Neuroscience 2, 1999; MaxPooling2D of "
                       "Keras",
             .details = "strides: pool_size if not given.",
             .example = "{type: max_pool2d, pool_size: 2}",
             .keys = nn_pool_keys,
             .options_size = sizeof(nn_pool_options)},
    .n_inputs = 1,
    .keras_class = "MaxPooling2D",
    .setup = setup,
    .forward = nn_max_pool_forward,
    .backward_input = nn_max_pool_backward,
    .flops = nn_pool_flops,
};
