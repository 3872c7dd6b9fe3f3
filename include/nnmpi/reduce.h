/* Sums of gradients over ranks. Floor 3; with comm the only door to mpi.h.
 * Each strategy is one file in src/reduce and one line in reductions.def.
 *
 * A batch is cut into parts, and a rank has one or several that follow each other. Without shards
 * every rank has one. With S shards there are S parts on any number of ranks from 1 to S, and they
 * are added in the order of one binary tree (src/reduce/order.h): the sum has the same bits on any
 * number of ranks and with any strategy. */
#ifndef NNMPI_REDUCE_H
#define NNMPI_REDUCE_H

#include "nnmpi/arena.h"
#include "nnmpi/comm.h"
#include "nnmpi/config.h"
#include "nnmpi/real.h"

#define nn_reduce_kinds NN_REAL_NAME(nn_reduce_kinds)
#define nn_reduce_create NN_REAL_NAME(nn_reduce_create)
#define nn_reduce_destroy NN_REAL_NAME(nn_reduce_destroy)
#define nn_reduction_of NN_REAL_NAME(nn_reduction_of)
#define nn_reduce_buffers NN_REAL_NAME(nn_reduce_buffers)
#define nn_reduce_part NN_REAL_NAME(nn_reduce_part)
#define nn_reduce_fold NN_REAL_NAME(nn_reduce_fold)
#define nn_reduce_sum NN_REAL_NAME(nn_reduce_sum)
#define nn_reduce_words NN_REAL_NAME(nn_reduce_words)

typedef struct nn_reduce nn_reduce;
typedef struct nn_reduction {
    nn_kind kind;
    bool any_order; /* adds in an order of its own: not for shards */
    /* Gets what sum needs, and memory for dW; or puts another reduction in its own place and opens
     * that. Collective: the same status on all ranks. */
    nn_status (*open)(nn_reduce *reduce);
    /* dW[n] and control[c] <- the sums over all ranks of what is in their buffers, in the order
     * of reduce->order, the same bits on each rank. Collective. */
    void (*sum)(nn_reduce *reduce, double *control);
    void (*close)(nn_reduce *reduce); /* Collective. NULL: nothing to do. */
    /* Numbers of the buffers of others that a rank reads and writes, of a node of so many ranks.
     * NULL: none. */
    int64_t (*touched)(int64_t n, int64_t buffers, int ranks);
} nn_reduction;

struct nn_reduce {
    const nn_reduction *reduction; /* the one that is at work; never auto on more than one rank */
    nn_comm *comm;
    int64_t n;       /* numbers of the gradient */
    int c;           /* of the control word */
    int parts;       /* of the batch, */
    nn_share mine;   /* and those that are this rank's */
    nn_real *dW;     /* [n], 0 at first: the first of the buffers, and where the sum is */
    double *control; /* [c]: that of the first buffer */
    int64_t stride;  /* numbers from one buffer's gradient to that of the next; controls: c */
    const struct nn_order *order;
    struct nn_stack *stack; /* of the parts that were folded since the last sum */
    struct nn_words *words;
    nn_arena *arena; /* until it is destroyed */
    void *private;   /* the reduction's */
};

/* Where a part's gradient and control word are to be computed. */
typedef struct nn_part {
    nn_real *dW;     /* [n] */
    double *control; /* [c] */
} nn_part;

/* What is to be summed. */
typedef struct nn_reduce_size {
    int64_t n;      /* numbers of a gradient */
    int c;          /* of a control word */
    int64_t shards; /* 0: one part a rank */
    bool together;  /* a rank computes all of its parts before it folds the first */
} nn_reduce_size;

extern const nn_kind *const nn_reduce_kinds[]; /* ended by NULL */
/* `chosen` NULL: there are no gradients, only words. NN_NO_MEMORY; NN_BAD_CONFIG where the strategy
 * cannot keep the order of shards on these nodes. With shards: not with a strategy of any_order,
 * and not fewer shards than ranks. Collective. */
const nn_reduction *nn_reduction_of(const nn_typed *chosen);
nn_status nn_reduce_create(nn_reduce **reduce, const nn_typed *chosen, nn_comm *comm,
                           const nn_reduce_size *size);
void nn_reduce_destroy(nn_reduce *reduce); /* Collective. NULL is allowed. */

/* Gradients that a rank must hold at once, the most of all ranks. */
int nn_reduce_buffers(int ranks, int64_t shards, bool together);

/* The place of part k of this rank's: its control word is zero, its gradient anything. Unless they
 * are computed together the parts before it have been folded. */
nn_part nn_reduce_part(nn_reduce *reduce, int k);
/* Part k is in its place; the parts before it have been folded. */
void nn_reduce_fold(nn_reduce *reduce, int k);
/* reduce->dW and control <- the sums of all parts, the same bits on each rank: the control word
 * travels with the gradients, so every rank decides the same. On the same ranks and nodes the same
 * input gives the same bits. Collective. */
void nn_reduce_sum(nn_reduce *reduce, double *control);
/* out[n] <- the sum over all parts in the same order; words[mine.count][n] are those of this rank's
 * parts and are not kept. Collective. */
void nn_reduce_words(nn_reduce *reduce, double *words, int n, double *out);

#endif
