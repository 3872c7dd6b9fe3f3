/* softmax, by row:  f(x)_i = e^(x_i) / sum_k e^(x_k),  D f = diag(z) - z^T z, so
 * (dz . D f)_i = z_i (dz_i - sum_k dz_k z_k).  The largest x_k is taken off first: no overflow. */
#include "nnmpi/exponential.h"
#include "nnmpi/activation.h"

static void forward_row(int64_t width, nn_real *z) {
    nn_real top = z[0], sum = 0;
    for (int64_t i = 1; i < width; i++) top = z[i] > top ? z[i] : top;
    for (int64_t i = 0; i < width; i++) z[i] = nn_exp(z[i] - top);
    for (int64_t i = 0; i < width; i++) sum += z[i];
    for (int64_t i = 0; i < width; i++) z[i] /= sum; /* z_i = e^(x_i) / sum_k e^(x_k) */
}

static void backward_row(int64_t width, const nn_real *z, nn_real *dz) {
    nn_real dot = 0;
    for (int64_t i = 0; i < width; i++) dot += dz[i] * z[i];
    for (int64_t i = 0; i < width; i++) dz[i] = z[i] * (dz[i] - dot); /* dz . (diag(z) - z^T z) */
}

NN_CLONES static void forward(const void *options, int64_t rows, int64_t width, nn_real *z) {
    for (int64_t i = 0; i < rows; i++) forward_row(width, z + i * width);
}

NN_CLONES static void backward(const void *options, int64_t rows, int64_t width, const nn_real *x,
                               const nn_real *z, nn_real *dz) {
    for (int64_t i = 0; i < rows; i++) backward_row(width, z + i * width, dz + i * width);
}

const nn_activation NN_REAL_NAME(nn_activation_softmax) = {
    .kind = {.name = "softmax",
             .help = "probabilities along the last axis: positive, of sum 1",
             .shapes = "(..., k), kept; along the last axis",
             .formula = "f(x)_i = exp(x_i) / sum_k exp(x_k)\n"
                        "(dz . Df)_i = z_i * (dz_i - sum_k dz_k z_k)",
             .source = "Bridle, NIPS 1989; softmax of Keras",
             .details = "Followed by categorical_crossentropy the two are computed as one.",
             .example = "softmax"},
    .forward = forward,
    .backward = backward,
    .by_row = true,
    .keras_name = "softmax",
};
