/* residual:  z(j) = z(j-1) + g(z(j-1))   (He, Zhang, Ren, Sun, CVPR 2016)
 * The two branches, g and the identity, meet in an `add`; the z(j-1) that both read receives the
 * sum of their products on the way back:  dz(j-1) = dz(j) + dz(j) . D g(z(j-1)). */
#include "composites.h"

typedef struct nn_residual_options {
    nn_node *layers;
} nn_residual_options;

static const nn_key keys[] = {
    {"layers", NN_KEY_NODE, offsetof(nn_residual_options, layers), .required = true,
     .help = "g: a list of layers whose output has the shape of its input"},
    {0}};

static nn_ref expand(nn_builder *b, nn_node *node, const nn_node_options *common,
                     const void *options, nn_ref in) {
    const nn_residual_options *o = options;
    nn_ref inputs[2] = {nn_expand_list(b, o->layers, in), in};
    return nn_expand_simple(b, "add", node, inputs, 2);
}

const nn_composite NN_COMPOSITE(residual) = {
    .kind = {.name = "residual",
             .help = "adds the input of a list of layers to its output",
             .shapes = "(...) -> (...); the output of `layers` must have the shape of the input",
             .formula = "z(j) = z(j-1) + g(z(j-1)), g the composition of `layers`\n"
                        "dz(j-1) = dz(j) + dz(j) . D g",
             .source = "He, Zhang, Ren and Sun, Deep residual learning, CVPR 2016",
             .example = "{type: residual, layers: [{type: dense, units: 8, activation: tanh}]}",
             .keys = keys,
             .options_size = sizeof(nn_residual_options)},
    .expand = expand};
