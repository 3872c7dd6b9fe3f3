/* group_norm: the channels of a group, at all positions of a sample, normalised together.
 * Wu and He, ECCV 2018. The formulas are in norm.h. */
#include "norm_keys.h"

typedef struct options {
    int64_t groups;
    double epsilon;
    bool center, scale;
    nn_typed gamma_initializer, beta_initializer;
} options;

static const nn_key keys[] = {
    {.name = "groups",
     .type = NN_KEY_INT,
     .offset = offsetof(options, groups),
     .preset = "32",
     .min = -1,
     .max = 1 << 24,
     .help = "groups of channels, all of one size; -1: one a channel (instance normalisation)"},
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
    int64_t groups = o->groups < 0 ? channels : o->groups;
    if (groups == 0 || channels % groups)
        return nn_layer_complain(l, "groups", NULL, "%lld channels do not make %lld equal groups",
                                 (long long)channels, (long long)groups);
    nn_norm_setup(l, &(nn_norm){.items = 1,
                                .positions = nn_shape_size(&l->in[0]) / channels,
                                .channels = channels,
                                .groups = groups,
                                .epsilon = o->epsilon,
                                .centered = true,
                                .gamma = o->scale ? o->gamma_initializer : (nn_typed){0},
                                .beta = o->center ? o->beta_initializer : (nn_typed){0},
                                .gamma_name = "gamma"});
    return true;
}

const nn_layer_ops NN_REAL_NAME(nn_layer_group_norm) = {
    .kind = {.name = "group_norm",
             .help = "groups of channels of a sample get mean 0 and variance 1, then gamma, beta",
             .shapes = "(..., c), kept\n"
                       "gamma, beta: (c)",
             .formula = "z(j) = gamma h + beta, h = (x - m) / sqrt(v + epsilon), m and v the mean "
                        "and variance of the c / groups channels of a group at all positions of a "
                        "sample",
             .source = "Wu and He, Group normalization, ECCV 2018; GroupNormalization of Keras",
             .details = "1 group: all of a sample together; c groups: instance normalisation.",
             .example = "{type: group_norm, groups: 2}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "GroupNormalization",
    .setup = setup,
    .forward = nn_norm_forward,
    .backward_input = nn_norm_backward_input,
    .backward_params = nn_norm_backward_params,
    .flops = nn_norm_flops,
};
