/* zeros, ones, constant. */
#include "nnmpi/initializer.h"

typedef struct options {
    double value;
} options;

static const nn_key keys[] = {{.name = "value",
                               .type = NN_KEY_REAL,
                               .offset = offsetof(options, value),
                               .preset = "0.0",
                               .help = "every weight"},
                              {0}};

static void fill(const nn_shape *shape, double value, nn_real *w) {
    int64_t n = nn_shape_size(shape);
    for (int64_t i = 0; i < n; i++) w[i] = (nn_real)value;
}

static void fill_zeros(const void *given, const nn_stream *stream, const nn_shape *shape,
                       nn_real *w) {
    fill(shape, 0, w);
}

static void fill_ones(const void *given, const nn_stream *stream, const nn_shape *shape,
                      nn_real *w) {
    fill(shape, 1, w);
}

static void fill_constant(const void *given, const nn_stream *stream, const nn_shape *shape,
                          nn_real *w) {
    fill(shape, ((const options *)given)->value, w);
}

const nn_initializer NN_REAL_NAME(nn_initializer_zeros) = {
    .kind = {.name = "zeros",
             .help = "all 0",
             .shapes = "weights of any shape",
             .formula = "w = 0",
             .source = "Zeros of Keras",
             .example = "zeros"},
    .fill = fill_zeros,
    .keras_class = "Zeros",
};

const nn_initializer NN_REAL_NAME(nn_initializer_ones) = {
    .kind = {.name = "ones",
             .help = "all 1",
             .shapes = "weights of any shape",
             .formula = "w = 1",
             .source = "Ones of Keras",
             .example = "ones"},
    .fill = fill_ones,
    .keras_class = "Ones",
};

const nn_initializer NN_REAL_NAME(nn_initializer_constant) = {
    .kind = {.name = "constant",
             .help = "all equal to `value`",
             .shapes = "weights of any shape",
             .formula = "w = value",
             .source = "Constant of Keras",
             .example = "{type: constant, value: 0.1}",
             .keys = keys,
             .options_size = sizeof(options)},
    .fill = fill_constant,
    .keras_class = "Constant",
};
