/* avg_pool1d: see pool.h. */
#include "pool.h"

static bool setup(nn_layer *l) {
    return nn_avg_pool_setup(l, 1);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_avg_pool1d) = {
    .kind = {.name = "avg_pool1d",
             .help = "the average of each window of steps, channel by channel",
             .shapes = "(steps, c) -> (steps', c), channels last\n"
                       "valid: steps' = floor((steps - pool_size) / stride) + 1; same: steps' = "
                       "ceil(steps / stride)",
             .formula = "z(o, c) = average over the k inside of z(j-1)(o stride + k - padding, "
                        "c); padding does not count",
             .source = "LeCun et al., Proceedings of the IEEE 86, 1998; AveragePooling1D of "
                       "Keras",
             .details = "strides: pool_size if not given.",
             .example = "{type: avg_pool1d, pool_size: 2}",
             .keys = nn_pool_keys,
             .options_size = sizeof(nn_pool_options)},
    .n_inputs = 1,
    .keras_class = "AveragePooling1D",
    .setup = setup,
    .forward = nn_avg_pool_forward,
    .backward_input = nn_avg_pool_backward,
    .flops = nn_pool_flops,
};
