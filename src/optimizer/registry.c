#include "nnmpi/optimizer.h"

#include <string.h>

#define X(name) extern const nn_optimizer NN_REAL_NAME(nn_optimizer_##name);
#include "optimizers.def"
#undef X

const nn_kind *const nn_optimizer_kinds[] = {
#define X(name) &NN_REAL_NAME(nn_optimizer_##name).kind,
#include "optimizers.def"
#undef X
    NULL};

const nn_optimizer *nn_optimizer_of(const nn_kind *kind) {
    for (int i = 0; kind && nn_optimizer_kinds[i]; i++)
        if (nn_optimizer_kinds[i] == kind || !strcmp(nn_optimizer_kinds[i]->name, kind->name))
            return (const nn_optimizer *)nn_optimizer_kinds[i];
    return NULL;
}
