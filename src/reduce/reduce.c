/* The registry of strategies, and the door to the one that was chosen. */
#include <stdlib.h>
#include <string.h>

#include "nnmpi/place.h"
#include "nnmpi/tensor.h"
#include "reductions.h"

const nn_kind *const nn_reduce_kinds[] = {
#define X(name) &NN_REDUCTION(name).kind,
#include "reductions.def"
#undef X
    NULL};

nn_status nn_reduce_plain(nn_reduce *reduce) {
    int buffers = reduce->order->buffers[nn_comm_rank(reduce->comm)];
    size_t bytes = (size_t)(buffers * reduce->stride) * sizeof(nn_real);
    nn_status status = NN_OK;
    reduce->control = NN_NEW_ARRAY(reduce->arena, double, buffers * reduce->c);
    reduce->dW = nn_arena_alloc_untouched(reduce->arena, bytes);
    if (reduce->dW)
        memset(reduce->dW, 0, bytes);
    else
        status =
            nn_error(NN_NO_MEMORY, "no memory for the gradient: %s", nn_text_bytes((double)bytes));
    return nn_comm_agree(reduce->comm, status);
}

const nn_reduction *nn_reduction_of(const nn_typed *chosen) {
    const nn_kind *kind = NULL;
    for (int i = 0; nn_reduce_kinds[i]; i++)
        if (strcmp(nn_reduce_kinds[i]->name, chosen->kind->name) == 0) kind = nn_reduce_kinds[i];
    nn_assert(kind);
    return (const nn_reduction *)kind;
}

nn_status nn_reduce_create(nn_reduce **out, const nn_typed *chosen, nn_comm *comm,
                           const nn_reduce_size *size) {
    *out = NULL;
    int ranks = nn_comm_size(comm);
    nn_reduce *reduce = malloc(sizeof *reduce);
    nn_assert(reduce && (size->shards == 0 || size->shards >= ranks));
    const nn_reduction *reduction = chosen && ranks > 1 ? nn_reduction_of(chosen) : NULL;
    nn_assert(!size->shards || !reduction || !reduction->any_order);
    *reduce = (nn_reduce){.reduction = chosen ? nn_reduction_of(chosen) : NULL,
                          .comm = comm,
                          .n = size->n,
                          .c = size->c,
                          .stride = (size->n + NN_LINE - 1) / NN_LINE * NN_LINE,
                          .arena = nn_arena_create()};
    nn_order *order = nn_order_create(reduce->arena, ranks, size->shards, size->together);
    reduce->order = order;
    reduce->parts = (int)(size->shards ? size->shards : ranks);
    reduce->mine = nn_order_parts(order, nn_comm_rank(comm));
    reduce->stack = NN_NEW(reduce->arena, nn_stack);
    reduce->words = nn_words_create(reduce);
    nn_status status = reduction ? reduction->open(reduce) : nn_reduce_plain(reduce);
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
    if (nn_comm_size(reduce->comm) > 1 && reduce->reduction && reduce->reduction->close)
        reduce->reduction->close(reduce);
    nn_arena_destroy(reduce->arena);
    free(reduce);
}

int nn_reduce_buffers(int ranks, int64_t shards, bool together) {
    nn_arena *arena = nn_arena_create();
    const nn_order *order = nn_order_create(arena, ranks, shards, together);
    int most = 1;
    for (int r = 0; r < ranks; r++)
        if (order->buffers[r] > most) most = order->buffers[r];
    nn_arena_destroy(arena);
    return most;
}

static nn_part place(const nn_reduce *reduce, int buffer) {
    return (nn_part){reduce->dW + buffer * reduce->stride, reduce->control + buffer * reduce->c};
}

nn_part nn_reduce_part(nn_reduce *reduce, int k) {
    nn_part part = place(reduce, nn_order_buffer(reduce->order, reduce->stack, k));
    memset(part.control, 0, (size_t)reduce->c * sizeof *part.control);
    return part;
}

void nn_reduce_fold(nn_reduce *reduce, int k) {
    int from[NN_ORDER_DEPTH], to[NN_ORDER_DEPTH];
    int64_t first = reduce->mine.first + k;
    nn_sum sum = {first, first + 1, 0, nn_order_buffer(reduce->order, reduce->stack, k), 0};
    int joins = nn_order_push(reduce->order, reduce->stack, sum, from, to);
    for (int j = 0; j < joins; j++) {
        nn_part a = place(reduce, to[j]), b = place(reduce, from[j]);
        nn_add(reduce->n, b.dW, a.dW);
        for (int i = 0; i < reduce->c; i++) a.control[i] += b.control[i];
    }
}

void nn_reduce_sum(nn_reduce *reduce, double *control) {
    int rank = nn_comm_rank(reduce->comm);
    nn_assert(reduce->stack->top == reduce->order->begin[rank + 1] - reduce->order->begin[rank]);
    reduce->stack->top = 0;
    nn_place_wait(true);
    if (reduce->order->ranks > 1)
        reduce->reduction->sum(reduce, control);
    else
        memcpy(control, reduce->control, (size_t)reduce->c * sizeof *control);
    nn_place_wait(false);
}
