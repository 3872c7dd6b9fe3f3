/* selu:  f(x) = s x where x > 0, else s a (e^x - 1);  f'(x) = s where x > 0, else f(x) + s a.
 * s and a make zero mean and unit variance a fixed point. */
#include "nnmpi/exponential.h"
#include "nnmpi/activation.h"

static const nn_real s = (nn_real)1.0507009873554804934193349852946;
static const nn_real sa =
    (nn_real)(1.0507009873554804934193349852946 * 1.6732632423543772848170429916717);

NN_CLONES static void forward(const void *options, int64_t rows, int64_t width, nn_real *z) {
    for (int64_t i = 0; i < rows * width; i++)
        z[i] = z[i] > 0 ? s * z[i] : sa * nn_expm1(z[i]); /* z = s x or s a (e^x - 1) */
}

NN_CLONES static void backward(const void *options, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    for (int64_t i = 0; i < rows * width; i++)
        dz[i] *= z[i] > 0 ? s : z[i] + sa; /* dz . (s or s a e^x) */
}

const nn_activation NN_REAL_NAME(nn_activation_selu) = {
    .kind = {.name = "selu",
             .help = "scaled exponential linear unit: keeps mean 0 and variance 1",
             .shapes = "any, kept",
             .formula = "f(x) = s * x where x > 0, else s * a * (exp(x) - 1)\n"
                        "f'(x) = s where x > 0, else s * a * exp(x)\n"
                        "s = 1.0507009873554805, a = 1.6732632423543772",
             .source = "Klambauer et al., Self-normalizing neural networks, NIPS 2017; selu of "
                       "Keras",
             .details = "Use it with lecun_normal weights.",
             .example = "selu"},
    .forward = forward,
    .backward = backward,
    .keras_name = "selu",
};
