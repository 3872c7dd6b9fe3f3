/* The strategies, by name. */
#ifndef NNMPI_REDUCE_REDUCTIONS_H
#define NNMPI_REDUCE_REDUCTIONS_H

#include <mpi.h>

#include "nnmpi/reduce.h"

#ifdef NN_DOUBLE
#define NN_MPI_REAL MPI_DOUBLE
#else
#define NN_MPI_REAL MPI_FLOAT
#endif

#define NN_REDUCTION(name) NN_REAL_NAME(nn_reduction_##name)
#define X(name) extern const nn_reduction NN_REDUCTION(name);
#include "reductions.def"
#undef X

#endif
