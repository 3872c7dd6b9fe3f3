/* elu:  f(x) = x where x > 0, else a (e^x - 1);  f'(x) = 1 where x > 0, else a e^x = f(x) + a.
 * a = alpha >= 0, so z > 0 where and only where x > 0. */
#include "nnmpi/exponential.h"
#include "nnmpi/activation.h"

typedef struct options {
    double alpha;
} options;

static const nn_key keys[] = {{.name = "alpha",
                               .type = NN_KEY_REAL,
                               .offset = offsetof(options, alpha),
                               .preset = "1.0",
                               .min = 0,
                               .max = 1e6,
                               .help = "f(x) tends to -alpha for x to -infinity"},
                              {0}};

NN_CLONES static void forward(const void *given, int64_t rows, int64_t width, nn_real *z) {
    const nn_real a = (nn_real)((const options *)given)->alpha;
    for (int64_t i = 0; i < rows * width; i++)
        z[i] = z[i] > 0 ? z[i] : a * nn_expm1(z[i]); /* z = x or a (e^x - 1) */
}

NN_CLONES static void backward(const void *given, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    const nn_real a = (nn_real)((const options *)given)->alpha;
    for (int64_t i = 0; i < rows * width; i++)
        dz[i] *= z[i] > 0 ? 1 : z[i] + a; /* dz . (1 or a e^x) */
}

const nn_activation NN_REAL_NAME(nn_activation_elu) = {
    .kind = {.name = "elu",
             .help = "exponential linear unit",
             .shapes = "any, kept",
             .formula = "f(x) = x where x > 0, else alpha * (exp(x) - 1)\n"
                        "f'(x) = 1 where x > 0, else alpha * exp(x)",
             .source = "Clevert, Unterthiner and Hochreiter, ICLR 2016; elu of Keras",
             .example = "{type: elu, alpha: 0.5}",
             .keys = keys,
             .options_size = sizeof(options)},
    .forward = forward,
    .backward = backward,
    .keras_name = "elu",
    .keras_class = "ELU",
};
