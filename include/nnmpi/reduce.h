/* Sums of gradients over ranks. Floor 3; with comm the only door to mpi.h.
 * Each strategy is one file in src/reduce and one line in reductions.def. */
#ifndef NNMPI_REDUCE_H
#define NNMPI_REDUCE_H

#include "nnmpi/arena.h"
#include "nnmpi/comm.h"
#include "nnmpi/config.h"
#include "nnmpi/real.h"

#define nn_reduce_kinds NN_REAL_NAME(nn_reduce_kinds)
#define nn_reduce_create NN_REAL_NAME(nn_reduce_create)
#define nn_reduce_destroy NN_REAL_NAME(nn_reduce_destroy)
#define nn_reduce_sum NN_REAL_NAME(nn_reduce_sum)

typedef struct nn_reduce nn_reduce;
typedef struct nn_reduction {
    nn_kind kind;
    /* Gets what sum needs, and memory for dW; or puts another reduction in its own place and opens
     * that. Collective: the same status on all ranks. */
    nn_status (*open)(nn_reduce *reduce);
    /* dW[n] and control[c] <- their sums over all ranks, the same bits on each rank. Collective. */
    void (*sum)(nn_reduce *reduce, double *control);
    void (*close)(nn_reduce *reduce); /* Collective. NULL: nothing to do. */
} nn_reduction;

struct nn_reduce {
    const nn_reduction *reduction; /* the one that is at work; never auto on more than one rank */
    nn_comm *comm;
    int64_t n;       /* numbers of the gradient */
    int c;           /* of the control word */
    nn_real *dW;     /* [n], 0 at first: the place where every rank computes its gradient */
    nn_arena *arena; /* until it is destroyed */
    void *private;   /* the reduction's */
};

extern const nn_kind *const nn_reduce_kinds[]; /* ended by NULL */
/* For gradients of n numbers and control words of c. NN_NO_MEMORY. Collective. */
nn_status nn_reduce_create(nn_reduce **reduce, const nn_typed *chosen, nn_comm *comm, int64_t n,
                           int c);
void nn_reduce_destroy(nn_reduce *reduce); /* Collective. NULL is allowed. */
/* reduce->dW and control <- their sums over all ranks, the same bits on each of them: the control
 * word travels with the gradients, so every rank decides the same. On the same ranks and nodes the
 * same input gives the same bits. Collective. */
void nn_reduce_sum(nn_reduce *reduce, double *control);

#endif
