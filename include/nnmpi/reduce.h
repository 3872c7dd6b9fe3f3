/* Sums of gradients over ranks. Floor 3; with comm the only door to mpi.h.
 * Each strategy is one file in src/reduce and one line in reductions.def. */
#ifndef NNMPI_REDUCE_H
#define NNMPI_REDUCE_H

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
    /* dW[n] and control[c] <- their sums over all ranks, the same bits on each rank. */
    void (*sum)(nn_reduce *reduce, nn_real *dW, int64_t n, double *control, int c);
} nn_reduction;

struct nn_reduce {
    const nn_reduction *reduction;
    nn_comm *comm;
};

extern const nn_kind *const nn_reduce_kinds[]; /* ended by NULL */
nn_status nn_reduce_create(nn_reduce **reduce, const nn_typed *chosen,
                           nn_comm *comm); /* Collective. */
void nn_reduce_destroy(nn_reduce *reduce);
/* Collective. The control word travels with the gradients, so every rank decides the same. */
void nn_reduce_sum(nn_reduce *reduce, nn_real *dW, int64_t n, double *control, int c);

#endif
