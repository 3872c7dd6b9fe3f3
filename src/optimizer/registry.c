#include "nnmpi/optimizer.h"

#include "nnmpi/status.h"

#include <stdio.h>
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

const char *nn_optimizer_slot_name(const nn_optimizer *optimizer, int k,
                                   char text[NN_SLOT_NAME_SIZE]) {
    int names = 0, most = (int)(sizeof optimizer->slot_name / sizeof *optimizer->slot_name);
    while (names < most && optimizer->slot_name[names]) names++;
    nn_assert(names > 0);
    const char *name = optimizer->slot_name[k % names];
    snprintf(text, NN_SLOT_NAME_SIZE, k < names ? "%s" : "%s_%d", name, k / names);
    return text;
}
