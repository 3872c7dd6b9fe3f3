/* global_avg_pool: the window of pool.h is the whole input. */
#include "pool.h"

static const char *const keras_class[] = {"GlobalAveragePooling1D", "GlobalAveragePooling2D",
                                          "GlobalAveragePooling3D"};

static bool setup(nn_layer *l) {
    return nn_avg_pool_setup_all(l, keras_class);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_global_avg_pool) = {
    .kind = {.name = "global_avg_pool",
             .help = "the average of each channel",
             .shapes = "(..., c) -> (c), or (1, ..., c) with keepdims; two axes or more",
             .formula = "z(c) = average over i of z(j-1)(i, c), dz(j-1)(i, c) = dz(j)(c) / places",
             .source = "Lin, Chen and Yan, Network in Network, ICLR 2014; "
                       "GlobalAveragePooling1D, 2D and 3D of Keras",
             .example = "global_avg_pool",
             .keys = nn_global_pool_keys,
             .options_size = sizeof(nn_global_pool_options)},
    .n_inputs = 1,
    .keras_class = "GlobalAveragePooling2D",
    .setup = setup,
    .forward = nn_avg_pool_forward,
    .backward_input = nn_avg_pool_backward,
    .flops = nn_pool_flops,
};
