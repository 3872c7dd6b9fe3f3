/* linear:  f(x) = x,  f'(x) = 1. */
#include "nnmpi/activation.h"

NN_CLONES static void forward(const void *options, int64_t rows, int64_t width, nn_real *z) {}

NN_CLONES static void backward(const void *options, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {}

const nn_activation NN_REAL_NAME(nn_activation_linear) = {
    .kind = {.name = "linear",
             .help = "the identity: no activation",
             .shapes = "any, kept",
             .formula = "f(x) = x, f'(x) = 1",
             .source = "linear of Keras",
             .example = "linear"},
    .forward = forward,
    .backward = backward,
    .identity = true,
    .keras_name = "linear",
};
