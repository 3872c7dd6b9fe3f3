/* The inside of nn_comm. */
#ifndef NNMPI_COMM_GROUP_H
#define NNMPI_COMM_GROUP_H

#include <mpi.h>

#include "nnmpi/comm.h"

struct nn_comm {
    MPI_Comm all, node;
    int rank, size, node_rank, node_size, nodes;
    char host[MPI_MAX_PROCESSOR_NAME];
};

#endif
