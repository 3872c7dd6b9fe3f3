#include "nnmpi/activation.h"

#include <string.h>

#define X(name) extern const nn_activation NN_REAL_NAME(nn_activation_##name);
#include "activations.def"
#undef X

const nn_kind *const nn_activation_kinds[] = {
#define X(name) &NN_REAL_NAME(nn_activation_##name).kind,
#include "activations.def"
#undef X
    NULL};

const nn_activation *nn_activation_of(const nn_kind *kind) {
    if (!kind) return NULL;
    for (int i = 0; nn_activation_kinds[i]; i++)
        if (nn_activation_kinds[i] == kind) return (const nn_activation *)kind;
    for (int i = 0; nn_activation_kinds[i]; i++)
        if (!strcmp(nn_activation_kinds[i]->name, kind->name))
            return (const nn_activation *)nn_activation_kinds[i];
    return NULL;
}
