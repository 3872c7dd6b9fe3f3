/* global_max_pool: the window of pool.h is the whole input. */
#include "pool.h"

static const char *const keras_class[] = {"GlobalMaxPooling1D", "GlobalMaxPooling2D",
                                          "GlobalMaxPooling3D"};

static bool setup(nn_layer *l) {
    return nn_max_pool_setup_all(l, keras_class);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_global_max_pool) = {
    .kind = {.name = "global_max_pool",
             .help = "the largest number of each channel",
             .shapes = "(..., c) -> (c), or (1, ..., c) with keepdims; two axes or more",
             .formula = "z(c) = max over i of z(j-1)(i, c)\n"
                        "dz(j-1) = dz(j) at the first place that attains it, else 0",
             .source = "GlobalMaxPooling1D, 2D and 3D of Keras",
             .details = "After a dense layer and a reshape to (pieces, units) it is maxout: "
                        "configs/maxout.yaml.",
             .example = "global_max_pool",
             .keys = nn_global_pool_keys,
             .options_size = sizeof(nn_global_pool_options)},
    .n_inputs = 1,
    .keras_class = "GlobalMaxPooling2D",
    .setup = setup,
    .forward = nn_max_pool_forward,
    .backward_input = nn_max_pool_backward,
    .flops = nn_pool_flops,
};
