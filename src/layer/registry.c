/* The registry: the layers of layers.def, then the activations as layers. */
#include "activation_layer.h"

#include <string.h>

#define X(name) extern const nn_layer_ops NN_REAL_NAME(nn_layer_##name);
#include "layers.def"
#undef X
#define X(name) extern const nn_activation NN_REAL_NAME(nn_activation_##name);
#include "../activation/activations.def"
#undef X

const nn_kind *const nn_layer_kinds[] = {
#define X(name) &NN_REAL_NAME(nn_layer_##name).kind,
#include "layers.def"
#undef X
#define X(name) &NN_REAL_NAME(nn_activation_##name).kind,
#include "../activation/activations.def"
#undef X
    NULL};

static const nn_layer_ops *const table[] = {
#define X(name) &NN_REAL_NAME(nn_layer_##name),
#include "layers.def"
#undef X
    NULL};

const nn_layer_ops *nn_layer_ops_of(const nn_kind *kind) {
    if (!kind) return NULL;
    for (int i = 0; table[i]; i++)
        if (!strcmp(table[i]->kind.name, kind->name)) return table[i];
    return nn_activation_of(kind) ? &nn_activation_layer : NULL;
}
