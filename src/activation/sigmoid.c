/* sigmoid:  f(x) = 1 / (1 + e^-x),  f'(x) = f(x) (1 - f(x)). */
#include "nnmpi/exponential.h"
#include "nnmpi/activation.h"

NN_CLONES static void forward(const void *options, int64_t rows, int64_t width, nn_real *z) {
    for (int64_t i = 0; i < rows * width; i++) z[i] = nn_sigmoid(z[i]); /* z = 1 / (1 + e^-x) */
}

NN_CLONES static void backward(const void *options, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    for (int64_t i = 0; i < rows * width; i++) dz[i] *= z[i] * (1 - z[i]); /* dz . z (1 - z) */
}

const nn_activation NN_REAL_NAME(nn_activation_sigmoid) = {
    .kind = {.name = "sigmoid",
             .help = "the logistic function, into (0, 1)",
             .shapes = "any, kept",
             .formula = "f(x) = 1 / (1 + exp(-x))\n"
                        "f'(x) = f(x) * (1 - f(x))",
             .source = "sigmoid of Keras",
             .example = "sigmoid"},
    .forward = forward,
    .backward = backward,
    .keras_name = "sigmoid",
};
