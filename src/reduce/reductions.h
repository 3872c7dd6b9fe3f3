/* The strategies, by name, and what they share. */
#ifndef NNMPI_REDUCE_REDUCTIONS_H
#define NNMPI_REDUCE_REDUCTIONS_H

#include <mpi.h>

#include "nnmpi/reduce.h"

#define nn_reduce_plain NN_REAL_NAME(nn_reduce_plain)
#define nn_reduce_by_mpi NN_REAL_NAME(nn_reduce_by_mpi)

#ifdef NN_DOUBLE
#define NN_MPI_REAL MPI_DOUBLE
#else
#define NN_MPI_REAL MPI_FLOAT
#endif

#define NN_REDUCTION(name) NN_REAL_NAME(nn_reduction_##name)
#define X(name) extern const nn_reduction NN_REDUCTION(name);
#include "reductions.def"
#undef X

/* dW in memory of this rank's own. Collective. */
nn_status nn_reduce_plain(nn_reduce *reduce);
/* x[n] and control[c] <- their sums over the ranks of comm; c may be 0. Collective over comm. */
void nn_reduce_by_mpi(MPI_Comm comm, nn_real *x, int64_t n, double *control, int c);

#endif
