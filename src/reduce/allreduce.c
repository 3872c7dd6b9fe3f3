/* allreduce: MPI_Allreduce of the gradient, in pieces. The control word, a few doubles, is started
 * first and completed after them, so that it costs no latency of its own. */
#include <string.h>

#include "reductions.h"

void nn_reduce_by_mpi(MPI_Comm comm, nn_real *x, int64_t n, double *control, int c) {
    MPI_Request request = MPI_REQUEST_NULL;
    if (c) MPI_Iallreduce(MPI_IN_PLACE, control, c, MPI_DOUBLE, MPI_SUM, comm, &request);
    for (int64_t at = 0; at < n; at += NN_PIECE) {
        int64_t piece = n - at < NN_PIECE ? n - at : NN_PIECE;
        MPI_Allreduce(MPI_IN_PLACE, x + at, (int)piece, NN_MPI_REAL, MPI_SUM, comm);
    }
    MPI_Wait(&request, MPI_STATUS_IGNORE);
}

static void sum(nn_reduce *reduce, double *control) {
    MPI_Comm comm = *(const MPI_Comm *)nn_comm_handle(reduce->comm);
    memcpy(control, reduce->control, (size_t)reduce->c * sizeof *control);
    nn_reduce_by_mpi(comm, reduce->dW, reduce->n, control, reduce->c);
}

const nn_reduction NN_REDUCTION(allreduce) = {
    .kind = {.name = "allreduce",
             .help = "MPI_Allreduce of the gradient, 4 MB at a time",
             .shapes = "dW: all weights in one vector, kept",
             .formula =
                 "dW <- sum of dW over ranks, in the order that MPI likes for this size and "
                 "number of ranks; every rank receives the same bits. Not with training.shards",
             .source = "MPI_Allreduce of MPI",
             .example = "allreduce"},
    .any_order = true,
    .open = nn_reduce_plain,
    .sum = sum};
