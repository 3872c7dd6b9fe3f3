/* softplus:  f(x) = log(1 + e^x) = max(x, 0) + log(1 + e^-|x|),  f'(x) = 1/(1 + e^-x) = 1 -
 * e^-f(x).
 */
#include "nnmpi/exponential.h"
#include "nnmpi/activation.h"

NN_CLONES static void forward(const void *options, int64_t rows, int64_t width, nn_real *z) {
    for (int64_t i = 0; i < rows * width; i++)
        z[i] = (z[i] < 0 ? 0 : z[i]) + nn_log1p(nn_exp(-nn_magnitude(z[i]))); /* z = log(1 + e^x) */
}

NN_CLONES static void backward(const void *options, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    for (int64_t i = 0; i < rows * width; i++) dz[i] *= -nn_expm1(-z[i]); /* dz . (1 - e^-z) */
}

const nn_activation NN_REAL_NAME(nn_activation_softplus) = {
    .kind = {.name = "softplus",
             .help = "a smooth relu: log(1 + exp(x))",
             .shapes = "any, kept",
             .formula = "f(x) = log(1 + exp(x))\n"
                        "f'(x) = 1 / (1 + exp(-x))",
             .source = "Dugas et al., NIPS 2000; softplus of Keras",
             .details = "Computed without overflow.",
             .example = "softplus"},
    .forward = forward,
    .backward = backward,
    .keras_name = "softplus",
};
