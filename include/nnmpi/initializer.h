/* Initial weights: pure functions of seed, layer, parameter and position. Floor 1.
 * One file each in src/initializer (a family may share one) and one line in initializers.def. */
#ifndef NNMPI_INITIALIZER_H
#define NNMPI_INITIALIZER_H

#include "nnmpi/config.h"
#include "nnmpi/random.h"
#include "nnmpi/real.h"
#include "nnmpi/shape.h"

#define nn_initializer_kinds NN_REAL_NAME(nn_initializer_kinds)
#define nn_initializer_of NN_REAL_NAME(nn_initializer_of)
#define nn_initialize NN_REAL_NAME(nn_initialize)
#define nn_initializer_fans NN_REAL_NAME(nn_initializer_fans)

/* Fans of a weight of Keras shape: for (in, out) fan_in = in, fan_out = out; for (k..., in, out)
 * both times the receptive field k...; for rank 1 both the length. */
typedef struct nn_initializer {
    nn_kind kind;
    void (*fill)(const void *options, const nn_stream *stream, const nn_shape *shape, nn_real *w);
    const char *keras_class; /* "GlorotUniform" */
} nn_initializer;

extern const nn_kind *const nn_initializer_kinds[]; /* ended by NULL */
/* Found by name, so a kind of the other precision will do; NULL if there is none. */
const nn_initializer *nn_initializer_of(const nn_kind *kind);
/* Fills w by the initializer chosen: kind and options as bound by the config, or the head of an
 * nn_initializer of this precision that a layer has of its own and gives itself. */
void nn_initialize(const nn_typed *chosen, const nn_stream *stream, const nn_shape *shape,
                   nn_real *w);
void nn_initializer_fans(const nn_shape *shape, double *fan_in, double *fan_out);

#endif
