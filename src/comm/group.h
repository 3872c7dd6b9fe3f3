/* The inside of nn_comm. */
#ifndef NNMPI_COMM_GROUP_H
#define NNMPI_COMM_GROUP_H

#include <mpi.h>

#include "nnmpi/comm.h"

struct nn_comm {
    MPI_Comm all, node;
    bool adopted; /* MPI is not ours to end, `all` is */
    int rank, size, node_rank, node_size, nodes;
    int number; /* this rank's in the job */
    int crowd;  /* ranks of the job on this node */
    struct nn_letter *posted;
    char host[MPI_MAX_PROCESSOR_NAME];
};

/* Forgets the notes that have gone; with `wait` all of them, after they have. */
void nn_comm_posted_free(nn_comm *comm, bool wait);

#endif
