/* rms_norm: the last axis of each position divided by the root of its mean square.
 * Zhang and Sennrich, NeurIPS 2019. The formulas are in norm.h. */
#include "norm_keys.h"

#include <string.h>

typedef struct options {
    double epsilon;
} options;

static const nn_key keys[] = {NN_KEY_EPSILON("1e-6", offsetof(options, epsilon)), {0}};

static nn_typed ones(nn_layer *l) {
    const nn_kind *const *kind = nn_initializer_kinds;
    while (strcmp((*kind)->name, "ones")) kind++;
    return nn_kind_preset(l->arena, *kind);
}

static bool setup(nn_layer *l) {
    if (l->in[0].rank < 1)
        return nn_layer_complain(l, NULL, NULL, "its input is a scalar, an axis is needed");
    int64_t channels = l->in[0].dim[l->in[0].rank - 1];
    nn_norm_setup(l, &(nn_norm){.items = nn_shape_size(&l->in[0]) / channels,
                                .positions = 1,
                                .channels = channels,
                                .groups = 1,
                                .epsilon = ((const options *)l->options)->epsilon,
                                .gamma = ones(l),
                                .gamma_name = "scale"});
    nn_layer_each_position(l);
    return true;
}

const nn_layer_ops NN_REAL_NAME(nn_layer_rms_norm) = {
    .kind = {.name = "rms_norm",
             .help = "the last axis of each position gets mean square 1, then a scale",
             .shapes = "(..., k), kept\n"
                       "scale: (k)",
             .formula = "z(j) = scale x / sqrt(mean x^2 + epsilon), the mean over the k numbers "
                        "of a position",
             .source = "Zhang and Sennrich, Root mean square layer normalization, NeurIPS 2019; "
                       "RMSNormalization of Keras 3",
             .example = "rms_norm",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "RMSNormalization",
    .setup = setup,
    .forward = nn_norm_forward,
    .backward_input = nn_norm_backward_input,
    .backward_params = nn_norm_backward_params,
    .flops = nn_norm_flops,
};
