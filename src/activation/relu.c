/* relu:  f(x) = max(0, x),  f'(x) = 1 where x > 0, else 0. */
#include "nnmpi/activation.h"

NN_CLONES static void forward(const void *options, int64_t rows, int64_t width, nn_real *z) {
    for (int64_t i = 0; i < rows * width; i++)
        z[i] = z[i] < 0 ? 0 : z[i]; /* z = max(0, x); a NaN stays */
}

NN_CLONES static void backward(const void *options, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    for (int64_t i = 0; i < rows * width; i++) dz[i] = z[i] > 0 ? dz[i] : 0; /* dz . [x > 0] */
}

const nn_activation NN_REAL_NAME(nn_activation_relu) = {
    .kind = {.name = "relu",
             .help = "rectified linear unit: max(0, x)",
             .shapes = "any, kept",
             .formula = "f(x) = max(0, x)\n"
                        "f'(x) = 1 where x > 0, else 0",
             .source = "Nair and Hinton, ICML 2010; relu of Keras",
             .example = "relu"},
    .forward = forward,
    .backward = backward,
    .keras_name = "relu",
};
