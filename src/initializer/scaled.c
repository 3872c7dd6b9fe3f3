/* Variance by fan: a weight has mean 0 and variance
 *     glorot 2 / (fan_in + fan_out)     he 2 / fan_in     lecun 1 / fan_in
 * uniform: on [-a, a) with a = sqrt(3 variance); normal: plain, where Keras cuts the normal law at
 * two standard deviations and widens it to the same variance. */
#include "nnmpi/initializer.h"

#include <math.h>

static double variance_glorot(const nn_shape *shape) {
    double fan_in, fan_out;
    nn_initializer_fans(shape, &fan_in, &fan_out);
    return 2 / (fan_in + fan_out);
}

static double variance_he(const nn_shape *shape) {
    double fan_in, fan_out;
    nn_initializer_fans(shape, &fan_in, &fan_out);
    return 2 / fan_in;
}

static double variance_lecun(const nn_shape *shape) {
    double fan_in, fan_out;
    nn_initializer_fans(shape, &fan_in, &fan_out);
    return 1 / fan_in;
}

static void fill_uniform(double variance, const nn_stream *stream, const nn_shape *shape,
                         nn_real *w) {
    int64_t n = nn_shape_size(shape);
    double a = sqrt(3 * variance);
    for (int64_t i = 0; i < n; i++)
        w[i] = (nn_real)(a * (2 * nn_random_uniform(stream, (uint64_t)i) - 1));
}

static void fill_normal(double variance, const nn_stream *stream, const nn_shape *shape,
                        nn_real *w) {
    int64_t n = nn_shape_size(shape);
    double stddev = sqrt(variance);
    for (int64_t i = 0; i < n; i++)
        w[i] = (nn_real)(stddev * nn_random_normal(stream, (uint64_t)i));
}

#define SCALED(rule, law, keras, variance_text, source_text)                                       \
    static void fill_##rule##_##law(const void *options, const nn_stream *stream,                  \
                                    const nn_shape *shape, nn_real *w) {                           \
        fill_##law(variance_##rule(shape), stream, shape, w);                                      \
    }                                                                                              \
    const nn_initializer NN_REAL_NAME(nn_initializer_##rule##_##law) = {                           \
        .kind = {.name = #rule "_" #law,                                                           \
                 .help = #law ", mean 0, variance " variance_text,                                 \
                 .shapes = "weights of any shape (..., fan_in, fan_out); fan_in and fan_out of a " \
                           "convolution are times its kernel's field",                             \
                 .formula = "w " #law ", mean 0, variance " variance_text,                         \
                 .source = source_text "; " keras " of Keras",                                     \
                 .details = "normal: not truncated; Keras cuts it at two standard deviations and " \
                            "widens it to the same variance.",                                     \
                 .example = #rule "_" #law},                                                       \
        .fill = fill_##rule##_##law,                                                               \
        .keras_class = keras,                                                                      \
    };

SCALED(glorot, uniform, "GlorotUniform", "2 / (fan_in + fan_out)",
       "Glorot and Bengio, AISTATS 2010")
SCALED(glorot, normal, "GlorotNormal", "2 / (fan_in + fan_out)", "Glorot and Bengio, AISTATS 2010")
SCALED(he, uniform, "HeUniform", "2 / fan_in", "He et al., ICCV 2015")
SCALED(he, normal, "HeNormal", "2 / fan_in", "He et al., ICCV 2015")
SCALED(lecun, uniform, "LecunUniform", "1 / fan_in", "LeCun et al., Efficient BackProp, 1998")
SCALED(lecun, normal, "LecunNormal", "1 / fan_in", "LeCun et al., Efficient BackProp, 1998")
