/* uniform and normal, with bounds and moments given by the user. */
#include "nnmpi/initializer.h"

typedef struct uniform_options {
    double minval, maxval;
} uniform_options;

typedef struct normal_options {
    double mean, stddev;
} normal_options;

static const nn_key uniform_keys[] = {{.name = "minval",
                                       .type = NN_KEY_REAL,
                                       .offset = offsetof(uniform_options, minval),
                                       .preset = "-0.05",
                                       .help = "the lower end"},
                                      {.name = "maxval",
                                       .type = NN_KEY_REAL,
                                       .offset = offsetof(uniform_options, maxval),
                                       .preset = "0.05",
                                       .help = "the upper end"},
                                      {0}};

static const nn_key normal_keys[] = {{.name = "mean",
                                      .type = NN_KEY_REAL,
                                      .offset = offsetof(normal_options, mean),
                                      .preset = "0.0",
                                      .help = "the mean"},
                                     {.name = "stddev",
                                      .type = NN_KEY_REAL,
                                      .offset = offsetof(normal_options, stddev),
                                      .preset = "0.05",
                                      .min = 0,
                                      .max = 1e30,
                                      .help = "the standard deviation"},
                                     {0}};

static void fill_uniform(const void *given, const nn_stream *stream, const nn_shape *shape,
                         nn_real *w) {
    const uniform_options *o = given;
    int64_t n = nn_shape_size(shape);
    for (int64_t i = 0; i < n; i++)
        w[i] =
            (nn_real)(o->minval + (o->maxval - o->minval) * nn_random_uniform(stream, (uint64_t)i));
}

static void fill_normal(const void *given, const nn_stream *stream, const nn_shape *shape,
                        nn_real *w) {
    const normal_options *o = given;
    int64_t n = nn_shape_size(shape);
    for (int64_t i = 0; i < n; i++)
        w[i] = (nn_real)(o->mean + o->stddev * nn_random_normal(stream, (uint64_t)i));
}

const nn_initializer NN_REAL_NAME(nn_initializer_uniform) = {
    .kind = {.name = "uniform",
             .help = "uniform in [minval, maxval)",
             .shapes = "weights of any shape",
             .formula = "w uniform in [minval, maxval)",
             .source = "RandomUniform of Keras",
             .example = "{type: uniform, minval: -0.1, maxval: 0.1}",
             .keys = uniform_keys,
             .options_size = sizeof(uniform_options)},
    .fill = fill_uniform,
    .keras_class = "RandomUniform",
};

const nn_initializer NN_REAL_NAME(nn_initializer_normal) = {
    .kind = {.name = "normal",
             .help = "normal with mean and standard deviation given",
             .shapes = "weights of any shape",
             .formula = "w normal with mean `mean` and standard deviation `stddev`",
             .source = "RandomNormal of Keras",
             .example = "{type: normal, stddev: 0.01}",
             .keys = normal_keys,
             .options_size = sizeof(normal_options)},
    .fill = fill_normal,
    .keras_class = "RandomNormal",
};
