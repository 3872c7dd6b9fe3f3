/* The registry of strategies, and the door to the one that was chosen. */
#include <stdlib.h>
#include <string.h>

#include "reductions.h"

const nn_kind *const nn_reduce_kinds[] = {
#define X(name) &NN_REDUCTION(name).kind,
#include "reductions.def"
#undef X
    NULL};

nn_status nn_reduce_plain(nn_reduce *reduce) {
    size_t bytes = (size_t)reduce->n * sizeof(nn_real);
    nn_status status = NN_OK;
    reduce->dW = nn_arena_alloc_untouched(reduce->arena, bytes);
    if (reduce->dW)
        memset(reduce->dW, 0, bytes);
    else
        status =
            nn_error(NN_NO_MEMORY, "no memory for the gradient: %s", nn_text_bytes((double)bytes));
    return nn_comm_agree(reduce->comm, status);
}

nn_status nn_reduce_create(nn_reduce **out, const nn_typed *chosen, nn_comm *comm, int64_t n,
                           int c) {
    *out = NULL;
    const nn_kind *kind = NULL;
    for (int i = 0; nn_reduce_kinds[i]; i++)
        if (strcmp(nn_reduce_kinds[i]->name, chosen->kind->name) == 0) kind = nn_reduce_kinds[i];
    nn_reduce *reduce = malloc(sizeof *reduce);
    nn_assert(kind && reduce);
    *reduce = (nn_reduce){.reduction = (const nn_reduction *)kind,
                          .comm = comm,
                          .n = n,
                          .c = c,
                          .arena = nn_arena_create()};
    nn_status status =
        nn_comm_size(comm) > 1 ? reduce->reduction->open(reduce) : nn_reduce_plain(reduce);
    if (status == NN_OK) {
        *out = reduce;
        return NN_OK;
    }
    nn_arena_destroy(reduce->arena);
    free(reduce);
    return status;
}

void nn_reduce_destroy(nn_reduce *reduce) {
    if (!reduce) return;
    if (nn_comm_size(reduce->comm) > 1 && reduce->reduction->close)
        reduce->reduction->close(reduce);
    nn_arena_destroy(reduce->arena);
    free(reduce);
}

void nn_reduce_sum(nn_reduce *reduce, double *control) {
    if (nn_comm_size(reduce->comm) > 1) reduce->reduction->sum(reduce, control);
}
