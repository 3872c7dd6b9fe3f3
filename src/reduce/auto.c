/* auto: shared where a node has several ranks, else allreduce.
 *
 * The choice decides in which order numbers are added, so it depends on where the ranks are and on
 * nothing that is measured: the same command gives the same bits. (docs/parallel.md has the times.)
 */
#include "nnmpi/log.h"
#include "reductions.h"

static nn_status open(nn_reduce *reduce) {
    nn_comm *comm = reduce->comm;
    int ranks = nn_comm_size(comm), nodes = nn_comm_nodes(comm);
    if (nodes < ranks) {
        reduce->reduction = &NN_REDUCTION(shared);
        nn_detail("reduction: shared, because the %d ranks are on %d node%s", ranks, nodes,
                  nodes == 1 ? "" : "s");
        if (reduce->reduction->open(reduce) == NN_OK) return NN_OK;
        nn_warning("%s\n  gradients are summed by MPI_Allreduce, which takes longer",
                   nn_error_message());
        nn_error_clear();
    }
    reduce->reduction = &NN_REDUCTION(allreduce);
    nn_detail("reduction: allreduce, because %s",
              nodes < ranks ? "there is no shared memory" : "each rank has a node of its own");
    return reduce->reduction->open(reduce);
}

const nn_reduction NN_REDUCTION(auto) = {
    .kind = {.name = "auto",
             .help = "shared where a node has several ranks, else allreduce",
             .shapes = "dW: all weights in one vector, kept",
             .formula = "dW <- sum of dW over ranks",
             .source = "docs/parallel.md, with times",
             .details = "chosen by where the ranks are, never by a measurement: the same command "
                        "gives the same bits. -v tells what was chosen and why",
             .example = "auto"},
    .open = open};
