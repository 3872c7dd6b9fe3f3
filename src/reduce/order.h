/* In which order sums are taken. A batch has parts: shards, or one a rank. A rank adds its own as
 * they come; what is left, sums of consecutive parts in buffers of the ranks, is added at the end.
 *
 * With shards the order is that of one binary tree, whatever the number of ranks: its leaves are
 * the shards 0 ... S-1, and the inner nodes the sums over shards [j 2^l, (j+1) 2^l), cut off at S.
 * Of two sums side by side one is made as soon as it is such a node, so a rank is left with the
 * largest subtrees that it owns. Without shards sums are taken from left to right. */
#ifndef NNMPI_REDUCE_ORDER_H
#define NNMPI_REDUCE_ORDER_H

#include "nnmpi/reduce.h"

#define nn_order_create NN_REAL_NAME(nn_order_create)
#define nn_order_buffer NN_REAL_NAME(nn_order_buffer)
#define nn_order_push NN_REAL_NAME(nn_order_push)
#define nn_order_finish NN_REAL_NAME(nn_order_finish)
#define nn_order_finish_words NN_REAL_NAME(nn_order_finish_words)

#define NN_ORDER_DEPTH 64 /* sums that wait at once: 2 log2(S) + 2 at most */

/* The sum of the parts [first, end), in a buffer of a rank. */
typedef struct nn_sum {
    int64_t first, end;
    int rank, buffer;
    int joins; /* how often the two newest sums become one when it has come */
} nn_sum;

typedef struct nn_order {
    int ranks;
    int64_t shards; /* 0: none, one part a rank */
    bool together;  /* a rank's parts are computed at the same time, each in a buffer of its own */
    int n;          /* sums that the ranks are left with, rank after rank */
    nn_sum *sum;
    int *begin;   /* [ranks + 1]: where those of a rank begin */
    int *buffers; /* [ranks]: that a rank needs */
    int depth;    /* of the sums at the end, how many wait at once */
} nn_order;

/* Parts that a rank is adding. */
typedef struct nn_stack {
    nn_sum sum[NN_ORDER_DEPTH];
    int top;
} nn_stack;

nn_order *nn_order_create(nn_arena *arena, int ranks, int64_t shards, bool together);
/* The parts of a rank. */
static inline nn_share nn_order_parts(const nn_order *o, int rank) {
    return nn_share_of(o->shards ? o->shards : o->ranks, o->ranks, rank);
}
/* The buffer for the part k of a rank's own, the parts before it being in the stack. */
int nn_order_buffer(const nn_order *o, const nn_stack *stack, int k);
/* A part has come: how many times the newest two are to be added, the newer into the older. They
 * are in the buffers from[i] and to[i]. */
int nn_order_push(const nn_order *o, nn_stack *stack, nn_sum part, int *from, int *to);

/* out[n] <- the sum over all, sum i being at[i][offset ...]; room for depth * n numbers. */
void nn_order_finish(const nn_order *o, const nn_real *const *at, int64_t offset, int64_t n,
                     nn_real *out, nn_real *room);
void nn_order_finish_words(const nn_order *o, const double *const *at, int n, double *out);

#endif
