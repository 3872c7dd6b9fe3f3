/* The registry of strategies, and the door to the one that was chosen. */
#include <stdlib.h>
#include <string.h>

#include "reductions.h"

const nn_kind *const nn_reduce_kinds[] = {
#define X(name) &NN_REDUCTION(name).kind,
#include "reductions.def"
#undef X
    NULL};

nn_status nn_reduce_create(nn_reduce **out, const nn_typed *chosen, nn_comm *comm) {
    const nn_kind *kind = NULL;
    for (int i = 0; nn_reduce_kinds[i]; i++)
        if (strcmp(nn_reduce_kinds[i]->name, chosen->kind->name) == 0) kind = nn_reduce_kinds[i];
    nn_reduce *reduce = malloc(sizeof *reduce);
    nn_assert(kind && reduce);
    *reduce = (nn_reduce){.reduction = (const nn_reduction *)kind, .comm = comm};
    *out = reduce;
    return NN_OK;
}

void nn_reduce_destroy(nn_reduce *reduce) {
    free(reduce);
}

void nn_reduce_sum(nn_reduce *reduce, nn_real *dW, int64_t n, double *control, int c) {
    if (nn_comm_size(reduce->comm) > 1) reduce->reduction->sum(reduce, dW, n, control, c);
}
