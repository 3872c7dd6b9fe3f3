/* How many threads the BLAS of a rank gets. */
#ifndef NNMPI_TRAIN_THREADS_H
#define NNMPI_TRAIN_THREADS_H

#include "nnmpi/comm.h"

/* Cores in this rank's affinity mask, divided by the number of ranks on its host whose masks meet
 * it; 1 at least. Collective. */
int nn_threads_for_rank(nn_comm *comm);

#endif
