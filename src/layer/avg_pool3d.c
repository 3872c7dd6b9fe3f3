/* avg_pool3d: see pool.h. */
#include "pool.h"

static bool setup(nn_layer *l) {
    return nn_avg_pool_setup(l, 3);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_avg_pool3d) = {
    .kind = {.name = "avg_pool3d",
             .help = "the average of each window of planes, rows and columns, channel by channel",
             .shapes = "(d, h, w, c) -> (d', h', w', c), channels last\n"
                       "valid: d' = floor((d - pool_size) / stride) + 1; same: d' = ceil(d / "
                       "stride)",
             .formula = "z(o, c) = average over the k inside of z(j-1)(o stride + k - padding, "
                        "c); padding does not count",
             .source = "LeCun et al., Proceedings of the IEEE 86, 1998; AveragePooling3D of "
                       "Keras",
             .details = "strides: pool_size if not given.",
             .example = "{type: avg_pool3d, pool_size: 2}",
             .keys = nn_pool_keys,
             .options_size = sizeof(nn_pool_options)},
    .n_inputs = 1,
    .keras_class = "AveragePooling3D",
    .setup = setup,
    .forward = nn_avg_pool_forward,
    .backward_input = nn_avg_pool_backward,
    .flops = nn_pool_flops,
};
