#include "nnmpi/loss.h"

#include <string.h>

#define X(name) extern const nn_loss NN_REAL_NAME(nn_loss_##name);
#include "losses.def"
#undef X

const nn_kind *const nn_loss_kinds[] = {
#define X(name) &NN_REAL_NAME(nn_loss_##name).kind,
#include "losses.def"
#undef X
    NULL};

const nn_loss *nn_loss_of(const nn_kind *kind) {
    for (int i = 0; kind && nn_loss_kinds[i]; i++)
        if (nn_loss_kinds[i] == kind || !strcmp(nn_loss_kinds[i]->name, kind->name))
            return (const nn_loss *)nn_loss_kinds[i];
    return NULL;
}
