/* tanh:  f(x) = tanh(x),  f'(x) = 1 - f(x)^2. */
#include "nnmpi/exponential.h"
#include "nnmpi/activation.h"

NN_CLONES static void forward(const void *options, int64_t rows, int64_t width, nn_real *z) {
    for (int64_t i = 0; i < rows * width; i++) z[i] = nn_tanh(z[i]); /* z = tanh(x) */
}

NN_CLONES static void backward(const void *options, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    for (int64_t i = 0; i < rows * width; i++) dz[i] *= 1 - z[i] * z[i]; /* dz . (1 - z^2) */
}

const nn_activation NN_REAL_NAME(nn_activation_tanh) = {
    .kind = {.name = "tanh",
             .help = "hyperbolic tangent, into (-1, 1)",
             .shapes = "any, kept",
             .formula = "f(x) = tanh(x)\n"
                        "f'(x) = 1 - f(x)^2",
             .source = "tanh of Keras",
             .example = "tanh"},
    .forward = forward,
    .backward = backward,
    .keras_name = "tanh",
};
