/* layer_norm: the last axis of each position normalised by its own mean and variance.
 * Ba, Kiros and Hinton, 2016. The formulas are in norm.h. */
#include "norm_keys.h"

typedef struct options {
    double epsilon;
    bool center, scale;
    nn_typed gamma_initializer, beta_initializer;
} options;

static const nn_key keys[] = {
    NN_KEY_EPSILON("1e-3", offsetof(options, epsilon)),
    NN_KEY_CENTER(offsetof(options, center)),
    NN_KEY_SCALE(offsetof(options, scale)),
    NN_KEY_FIRST_VALUES("gamma_initializer", "ones", offsetof(options, gamma_initializer), "gamma"),
    NN_KEY_FIRST_VALUES("beta_initializer", "zeros", offsetof(options, beta_initializer), "beta"),
    {0}};

static bool setup(nn_layer *l) {
    const options *o = l->options;
    if (l->in[0].rank < 1)
        return nn_layer_complain(l, NULL, NULL, "its input is a scalar, an axis is needed");
    int64_t channels = l->in[0].dim[l->in[0].rank - 1];
    nn_norm_setup(l, &(nn_norm){.items = nn_shape_size(&l->in[0]) / channels,
                                .positions = 1,
                                .channels = channels,
                                .groups = 1,
                                .epsilon = o->epsilon,
                                .centered = true,
                                .gamma = o->scale ? o->gamma_initializer : (nn_typed){0},
                                .beta = o->center ? o->beta_initializer : (nn_typed){0},
                                .gamma_name = "gamma"});
    nn_layer_each_position(l);
    return true;
}

const nn_layer_ops NN_REAL_NAME(nn_layer_layer_norm) = {
    .kind = {.name = "layer_norm",
             .help = "the last axis of each position gets mean 0 and variance 1, then gamma, beta",
             .shapes = "(..., k), kept\n"
                       "gamma, beta: (k)",
             .formula = "z(j) = gamma h + beta, h = (x - m) / sqrt(v + epsilon), m and v the mean "
                        "and variance of the k numbers of a position",
             .source = "Ba, Kiros and Hinton, Layer normalization, 2016; LayerNormalization of "
                       "Keras",
             .example = "layer_norm",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "LayerNormalization",
    .setup = setup,
    .forward = nn_norm_forward,
    .backward_input = nn_norm_backward_input,
    .backward_params = nn_norm_backward_params,
    .flops = nn_norm_flops,
};
