/* leaky_relu:  f(x) = x where x > 0, else a x;  f'(x) = 1 where x > 0, else a.  a = negative_slope.
 * a >= 0, so z > 0 where and only where x > 0. */
#include "nnmpi/activation.h"

typedef struct options {
    double negative_slope;
} options;

static const nn_key keys[] = {{.name = "negative_slope",
                               .type = NN_KEY_REAL,
                               .offset = offsetof(options, negative_slope),
                               .preset = "0.3",
                               .min = 0,
                               .max = 1e6,
                               .help = "slope for x < 0 (alpha of Keras 2)"},
                              {0}};

NN_CLONES static void forward(const void *given, int64_t rows, int64_t width, nn_real *z) {
    const nn_real a = (nn_real)((const options *)given)->negative_slope;
    for (int64_t i = 0; i < rows * width; i++) z[i] = z[i] < 0 ? a * z[i] : z[i]; /* z = x or a x */
}

NN_CLONES static void backward(const void *given, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    const nn_real a = (nn_real)((const options *)given)->negative_slope;
    for (int64_t i = 0; i < rows * width; i++)
        dz[i] = z[i] > 0 ? dz[i] : a * dz[i]; /* dz . (1 or a) */
}

const nn_activation NN_REAL_NAME(nn_activation_leaky_relu) = {
    .kind = {.name = "leaky_relu",
             .help = "relu with a small slope for negative numbers",
             .shapes = "any, kept",
             .formula = "f(x) = x where x > 0, else negative_slope * x\n"
                        "f'(x) = 1 where x > 0, else negative_slope",
             .source = "Maas, Hannun and Ng, ICML 2013; LeakyReLU of Keras",
             .example = "{type: leaky_relu, negative_slope: 0.1}",
             .keys = keys,
             .options_size = sizeof(options)},
    .forward = forward,
    .backward = backward,
    .keras_class = "LeakyReLU",
};
