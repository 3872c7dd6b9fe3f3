#include "nnmpi/initializer.h"
#include "nnmpi/status.h"

#include <string.h>

#define X(name) extern const nn_initializer NN_REAL_NAME(nn_initializer_##name);
#include "initializers.def"
#undef X

const nn_kind *const nn_initializer_kinds[] = {
#define X(name) &NN_REAL_NAME(nn_initializer_##name).kind,
#include "initializers.def"
#undef X
    NULL};

const nn_initializer *nn_initializer_of(const nn_kind *kind) {
    if (!kind) return NULL;
    for (int i = 0; nn_initializer_kinds[i]; i++)
        if (!strcmp(nn_initializer_kinds[i]->name, kind->name))
            return (const nn_initializer *)nn_initializer_kinds[i];
    return NULL;
}

void nn_initialize(const nn_typed *chosen, const nn_stream *stream, const nn_shape *shape,
                   nn_real *w) {
    nn_assert(chosen->kind);
    const nn_initializer *initializer = nn_initializer_of(chosen->kind);
    if (!initializer) initializer = (const nn_initializer *)chosen->kind; /* a layer's own */
    initializer->fill(chosen->options, stream, shape, w);
}

void nn_initializer_fans(const nn_shape *shape, double *fan_in, double *fan_out) {
    int r = shape->rank;
    double field = 1; /* receptive field of a convolution */
    for (int i = 0; i < r - 2; i++) field *= (double)shape->dim[i];
    *fan_in = r == 0 ? 1 : field * (double)shape->dim[r == 1 ? 0 : r - 2];
    *fan_out = r == 0 ? 1 : field * (double)shape->dim[r - 1];
}
