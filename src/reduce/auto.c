/* auto: shared where a node has several ranks, else allreduce. With shards the bits are the same
 * with every strategy that keeps their order: shared on one node, else alltoall.
 *
 * The choice decides in which order numbers are added, so it depends on where the ranks are and on
 * nothing that is measured: the same command gives the same bits. (docs/parallel.md has the times.)
 */
#include "nnmpi/log.h"
#include "reductions.h"

static nn_status open(nn_reduce *reduce) {
    nn_comm *comm = reduce->comm;
    int ranks = nn_comm_size(comm), nodes = nn_comm_nodes(comm);
    bool shards = reduce->order->shards > 0;
    const nn_reduction *by_mpi = shards ? &NN_REDUCTION(alltoall) : &NN_REDUCTION(allreduce);
    if (shards ? nodes == 1 : nodes < ranks) {
        reduce->reduction = &NN_REDUCTION(shared);
        nn_detail("reduction: shared, because the %d ranks are on %d node%s", ranks, nodes,
                  nodes == 1 ? "" : "s");
        if (reduce->reduction->open(reduce) == NN_OK) return NN_OK;
        nn_warning("%s\n  gradients are summed by %s, which takes longer", nn_error_message(),
                   shards ? "messages" : "MPI_Allreduce");
        nn_error_clear();
    }
    reduce->reduction = by_mpi;
    nn_detail("reduction: %s, because %s", by_mpi->kind.name,
              nodes == 1       ? "there is no shared memory"
              : shards         ? "the ranks are on several nodes and there are shards"
              : nodes == ranks ? "each rank has a node of its own"
                               : "there is no shared memory");
    return reduce->reduction->open(reduce);
}

const nn_reduction NN_REDUCTION(auto) = {
    .kind = {.name = "auto",
             .help = "shared where a node has several ranks, else allreduce or alltoall",
             .shapes = "dW: all weights in one vector, kept",
             .formula = "dW <- sum of dW over ranks",
             .source = "docs/parallel.md, with times",
             .details = "chosen by where the ranks are, never by a measurement: the same command "
                        "gives the same bits. With training.shards: shared on one node, else "
                        "alltoall. -v tells what was chosen and why",
             .example = "auto"},
    .open = open,
    .touched = nn_reduce_touched};
