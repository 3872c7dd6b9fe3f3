/* gelu:  f(x) = x Phi(x),  f'(x) = Phi(x) + x phi(x),  Phi and phi of the standard normal law.
 * approximate:  f(x) = x (1 + t) / 2,  t = tanh(u(x)),  u(x) = sqrt(2/pi) (x + c x^3),
 *               f'(x) = (1 + t) / 2 + x (1 - t^2) u'(x) / 2. */
#include "nnmpi/exponential.h"
#include "nnmpi/activation.h"

typedef struct options {
    bool approximate;
} options;

static const nn_key keys[] = {{.name = "approximate",
                               .type = NN_KEY_BOOL,
                               .offset = offsetof(options, approximate),
                               .preset = "false",
                               .help = "true: by tanh, as in BERT and GPT-2; false: by erf, exact"},
                              {0}};

static const nn_real half = (nn_real)0.5;
static const nn_real c = (nn_real)0.044715;
static const nn_real sqrt_half = (nn_real)0.70710678118654752440;
static const nn_real sqrt_2_pi = (nn_real)0.79788456080286535588;    /* sqrt(2/pi) */
static const nn_real one_sqrt_2pi = (nn_real)0.39894228040143267794; /* 1/sqrt(2 pi) */

NN_CLONES static void forward(const void *given, int64_t rows, int64_t width, nn_real *z) {
    if (((const options *)given)->approximate) {
        for (int64_t i = 0; i < rows * width; i++) {
            nn_real x = z[i];
            z[i] =
                half * x * (1 + nn_tanh(sqrt_2_pi * x * (1 + c * x * x))); /* z = x (1 + t) / 2 */
        }
        return;
    }
    for (int64_t i = 0; i < rows * width; i++)
        z[i] = half * z[i] * nn_erfc(-sqrt_half * z[i]); /* z = x Phi(x) */
}

NN_CLONES static void backward(const void *given, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    if (((const options *)given)->approximate) {
        for (int64_t i = 0; i < rows * width; i++) {
            nn_real t = nn_tanh(sqrt_2_pi * x[i] * (1 + c * x[i] * x[i]));
            nn_real du = sqrt_2_pi * (1 + 3 * c * x[i] * x[i]);
            dz[i] *= half * (1 + t + x[i] * (1 - t * t) * du); /* dz . f'(x) */
        }
        return;
    }
    for (int64_t i = 0; i < rows * width; i++) {
        nn_real phi = one_sqrt_2pi * nn_exp(-half * x[i] * x[i]);
        dz[i] *= half * nn_erfc(-sqrt_half * x[i]) + x[i] * phi; /* dz . (Phi(x) + x phi(x)) */
    }
}

const nn_activation NN_REAL_NAME(nn_activation_gelu) = {
    .kind = {.name = "gelu",
             .help = "Gaussian error linear unit: x times the normal distribution function",
             .shapes = "any, kept",
             .formula = "f(x) = x * Phi(x) = x * (1 + erf(x / sqrt(2))) / 2\n"
                        "f'(x) = Phi(x) + x * exp(-x^2 / 2) / sqrt(2 pi)\n"
                        "approximate: f(x) = x * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3))) / 2",
             .source = "Hendrycks and Gimpel, arXiv:1606.08415, 2016; gelu of Keras",
             .example = "gelu",
             .keys = keys,
             .options_size = sizeof(options)},
    .forward = forward,
    .backward = backward,
    .needs_input = true,
    .keras_name = "gelu",
};
