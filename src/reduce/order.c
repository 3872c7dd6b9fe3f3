#include "order.h"

#include <string.h>

#include "nnmpi/status.h"
#include "nnmpi/tensor.h"

/* Do two sums side by side make a node of the tree? The left child of a node is whole, 2^l shards
 * from a multiple of 2^(l+1) on; the right one may be cut off. */
static bool join(const nn_order *o, const nn_sum *a, const nn_sum *b) {
    if (!o->shards) return true;
    int64_t size = a->end - a->first, end = a->first + 2 * size;
    bool left = (size & (size - 1)) == 0 && a->first % (2 * size) == 0;
    return left && b->end == (end < o->shards ? end : o->shards);
}

int nn_order_buffer(const nn_order *o, const nn_stack *stack, int k) {
    return o->together ? k : stack->top;
}

int nn_order_push(const nn_order *o, nn_stack *stack, nn_sum part, int *from, int *to) {
    int joins = 0;
    nn_assert(stack->top < NN_ORDER_DEPTH);
    stack->sum[stack->top++] = part;
    while (stack->top > 1) {
        nn_sum *a = &stack->sum[stack->top - 2], *b = a + 1;
        if (!join(o, a, b)) break;
        from[joins] = b->buffer;
        to[joins++] = a->buffer;
        a->end = b->end;
        stack->top--;
    }
    return joins;
}

/* What a rank is left with when it has added its own parts. */
static void fold(nn_order *o, int rank, nn_stack *stack) {
    nn_share parts = nn_order_parts(o, rank);
    int from[NN_ORDER_DEPTH], to[NN_ORDER_DEPTH];
    stack->top = 0;
    o->buffers[rank] = 1;
    for (int k = 0; k < (int)parts.count; k++) {
        int64_t first = parts.first + k;
        nn_sum part = {first, first + 1, rank, nn_order_buffer(o, stack, k), 0};
        if (part.buffer >= o->buffers[rank]) o->buffers[rank] = part.buffer + 1;
        nn_order_push(o, stack, part, from, to);
    }
}

nn_order *nn_order_create(nn_arena *arena, int ranks, int64_t shards, bool together) {
    nn_order *o = NN_NEW(arena, nn_order);
    *o = (nn_order){.ranks = ranks, .shards = shards, .together = together};
    o->begin = NN_NEW_ARRAY(arena, int, ranks + 1);
    o->buffers = NN_NEW_ARRAY(arena, int, ranks);
    o->sum = NN_NEW_ARRAY(arena, nn_sum, shards ? shards : ranks);
    nn_stack stack = {.top = 0}, all = {.top = 0};
    int from[NN_ORDER_DEPTH], to[NN_ORDER_DEPTH];
    for (int r = 0; r < ranks; r++) {
        o->begin[r] = o->n;
        fold(o, r, &stack);
        for (int i = 0; i < stack.top; i++) {
            nn_sum *sum = &o->sum[o->n++];
            *sum = stack.sum[i];
            if (all.top + 1 > o->depth) o->depth = all.top + 1;
            sum->joins = nn_order_push(o, &all, *sum, from, to);
        }
    }
    o->begin[ranks] = o->n;
    nn_assert(all.top == 1);
    return o;
}

NN_CLONES static void add(int64_t n, const nn_real *a, const nn_real *b, nn_real *restrict out) {
    for (int64_t i = 0; i < n; i++) out[i] = a[i] + b[i];
}

void nn_order_finish(const nn_order *o, const nn_real *const *at, int64_t offset, int64_t n,
                     nn_real *out, nn_real *room) {
    const nn_real *waiting[NN_ORDER_DEPTH];
    int top = 0;
    for (int i = 0; i < o->n; i++) {
        waiting[top++] = at[i] + offset;
        for (int j = 0; j < o->sum[i].joins; j++, top--) {
            nn_real *to = top == 2 ? out : room + (top - 2) * n;
            if (waiting[top - 2] == to)
                nn_add(n, waiting[top - 1], to);
            else
                add(n, waiting[top - 2], waiting[top - 1], to);
            waiting[top - 2] = to;
        }
    }
    if (waiting[0] != out) memcpy(out, waiting[0], (size_t)n * sizeof *out);
}

void nn_order_finish_words(const nn_order *o, const double *const *at, int n, double *out) {
    for (int w = 0; w < n; w++) {
        double waiting[NN_ORDER_DEPTH] = {[0] = 0};
        int top = 0;
        for (int i = 0; i < o->n; i++) {
            waiting[top++] = at[i][w];
            for (int j = 0; j < o->sum[i].joins; j++, top--) waiting[top - 2] += waiting[top - 1];
        }
        out[w] = waiting[0];
    }
}
