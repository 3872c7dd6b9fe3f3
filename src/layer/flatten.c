/* flatten:  z(j) = z(j-1) seen as one row;  dz(j-1) = dz(j). */
#include "identity.h"

static bool setup(nn_layer *l) {
    l->out = nn_shape_of(1, (int64_t[]){nn_shape_size(&l->in[0])});
    l->view = true;
    return true;
}

const nn_layer_ops NN_REAL_NAME(nn_layer_flatten) = {
    .kind = {.name = "flatten",
             .help = "all axes of a sample become one",
             .shapes = "(a, b, ...) -> (a * b * ...), row major, channels last",
             .formula = "z(j) = z(j-1), dz(j-1) = dz(j)",
             .source = "Flatten of Keras",
             .example = "flatten"},
    .n_inputs = 1,
    .keras_class = "Flatten",
    .setup = setup,
    .forward = nn_identity_forward,
    .backward_input = nn_identity_backward,
};
