/* silu:  f(x) = x s(x),  f'(x) = s(x) (1 + x (1 - s(x))),  s(x) = 1 / (1 + e^-x). */
#include "nnmpi/exponential.h"
#include "nnmpi/activation.h"

NN_CLONES static void forward(const void *options, int64_t rows, int64_t width, nn_real *z) {
    for (int64_t i = 0; i < rows * width; i++) z[i] = z[i] * nn_sigmoid(z[i]); /* z = x s(x) */
}

NN_CLONES static void backward(const void *options, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    for (int64_t i = 0; i < rows * width; i++) {
        nn_real s = nn_sigmoid(x[i]);
        dz[i] *= s * (1 + x[i] * (1 - s)); /* dz . s (1 + x (1 - s)) */
    }
}

const nn_activation NN_REAL_NAME(nn_activation_silu) = {
    .kind = {.name = "silu",
             .help = "sigmoid linear unit, also called swish: x * sigmoid(x)",
             .shapes = "any, kept",
             .formula = "f(x) = x * s(x), s(x) = 1 / (1 + exp(-x))\n"
                        "f'(x) = s(x) * (1 + x * (1 - s(x)))",
             .source = "Elfwing, Uchibe and Doya, 2017; Ramachandran, Zoph and Le, 2017; swish "
                       "of Keras",
             .example = "silu"},
    .forward = forward,
    .backward = backward,
    .needs_input = true,
    .keras_name = "swish",
};
