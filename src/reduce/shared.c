/* shared: the gradients of a node's ranks lie in memory that all of them see.
 *
 *     wait for all of the node;  s = sum over its ranks, in the given order, of my slice of dW;
 *     between nodes:             s <- MPI_Allreduce of s with those who have this slice elsewhere;
 *     write s to every dW of the node;  wait for all of the node
 *
 * Nothing is copied before it is added, each number is read once and written once for each rank,
 * and all ranks of a node work at it. After the second wait a rank has its dW for itself again.
 * Nodes may have different numbers of ranks: there are as many slices as the smallest has. With
 * shards there is one node, since MPI_Allreduce adds in an order of its own. */
#include <string.h>

#include "reductions.h"

typedef struct nn_sharing {
    nn_comm_window *window;
    const nn_order *order; /* of the sums of this node */
    int ranks, rank;       /* of the node */
    nn_real **dW;          /* of each rank: where the sum goes */
    const nn_real **sum;   /* [order->n] what the ranks are left with, */
    const double **control;
    nn_real *room;  /* for nn_order_finish */
    double *total;  /* of the control words: written between the two waits, read after them */
    nn_share slice; /* mine; none if the node has more ranks than slices */
    MPI_Comm peers; /* those who have my slice on all nodes; MPI_COMM_NULL: there is one node */
} nn_sharing;

static int64_t round_up(int64_t bytes) {
    return (bytes + NN_ALIGNMENT - 1) / NN_ALIGNMENT * NN_ALIGNMENT;
}

/* A rank's part of the window: its gradients, its control words; in node rank 0's their total. */
static int64_t control_at(const nn_reduce *reduce, int buffers) {
    return buffers * reduce->stride * (int64_t)sizeof(nn_real);
}
static int64_t total_at(const nn_reduce *reduce, int buffers) {
    return control_at(reduce, buffers) + round_up(buffers * reduce->c * (int64_t)sizeof(double));
}

static void find_parts(nn_reduce *reduce, nn_sharing *s) {
    const nn_order *o = s->order;
    s->dW = NN_NEW_ARRAY(reduce->arena, nn_real *, s->ranks);
    s->sum = NN_NEW_ARRAY(reduce->arena, const nn_real *, o->n);
    s->control = NN_NEW_ARRAY(reduce->arena, const double *, o->n);
    s->room = NN_NEW_ARRAY(reduce->arena, nn_real, o->depth * NN_CHUNK);
    for (int r = 0; r < s->ranks; r++) {
        char *part = nn_comm_window_part(s->window, r);
        double *control = (double *)(void *)(part + control_at(reduce, o->buffers[r]));
        s->dW[r] = (nn_real *)(void *)part;
        if (r == s->rank) reduce->control = control;
        for (int i = o->begin[r]; i < o->begin[r + 1]; i++) {
            s->sum[i] = s->dW[r] + o->sum[i].buffer * reduce->stride;
            s->control[i] = control + o->sum[i].buffer * reduce->c;
        }
    }
    char *first = nn_comm_window_part(s->window, 0);
    s->total = (double *)(void *)(first + total_at(reduce, o->buffers[0]));
    reduce->dW = s->dW[s->rank];
    memset(reduce->dW, 0, (size_t)control_at(reduce, o->buffers[s->rank]));
}

/* Slices begin where cache lines do. */
static nn_share slice_of(int64_t n, int slices, int rank) {
    nn_share lines = nn_share_of((n + NN_LINE - 1) / NN_LINE, slices, rank);
    if (rank >= slices || lines.count == 0) return (nn_share){0, 0};
    int64_t first = lines.first * NN_LINE, end = first + lines.count * NN_LINE;
    return (nn_share){first, (end < n ? end : n) - first};
}

static void find_peers(nn_reduce *reduce, nn_sharing *s) {
    MPI_Comm all = *(const MPI_Comm *)nn_comm_handle(reduce->comm);
    int slices = s->ranks;
    MPI_Allreduce(MPI_IN_PLACE, &slices, 1, MPI_INT, MPI_MIN, all);
    s->slice = slice_of(reduce->n, slices, s->rank);
    s->peers = MPI_COMM_NULL;
    if (nn_comm_nodes(reduce->comm) == 1) return;
    int color = s->rank < slices ? s->rank : MPI_UNDEFINED;
    MPI_Comm_split(all, color, nn_comm_rank(reduce->comm), &s->peers);
}

int64_t nn_reduce_touched(int64_t n, int64_t buffers, int ranks) {
    return (ranks - 1) * buffers * ((n + ranks - 1) / ranks);
}

static nn_status open(nn_reduce *reduce) {
    int64_t shards = reduce->order->shards;
    if (shards && nn_comm_nodes(reduce->comm) > 1)
        return nn_error(NN_BAD_CONFIG, "training.reduction: shared adds between nodes in an order "
                                       "that training.shards does not allow: auto or alltoall");
    nn_sharing *s = NN_NEW(reduce->arena, nn_sharing);
    s->ranks = nn_comm_node_size(reduce->comm);
    s->rank = nn_comm_node_rank(reduce->comm);
    s->order = shards ? reduce->order : nn_order_create(reduce->arena, s->ranks, 0, false);
    int64_t bytes =
        total_at(reduce, s->order->buffers[s->rank]) + reduce->c * (int64_t)sizeof(double);
    NN_TRY(nn_comm_window_create(reduce->comm, bytes, &s->window));
    find_parts(reduce, s);
    find_peers(reduce, s);
    reduce->private = s;
    return NN_OK;
}

static void close(nn_reduce *reduce) {
    nn_sharing *s = reduce->private;
    if (s->peers != MPI_COMM_NULL) MPI_Comm_free(&s->peers);
    nn_comm_window_destroy(s->window);
}

static void write_chunk(const nn_sharing *s, int64_t at, int64_t n, const nn_real *x) {
    for (int r = 0; r < s->ranks; r++)
        if (x != s->dW[r] + at) memcpy(s->dW[r] + at, x, (size_t)n * sizeof *x);
}

/* My slice summed over the node, into every dW of it, or into mine only. */
static void sum_slice(const nn_sharing *s, bool into_all) {
    nn_real chunk[NN_CHUNK];
    int64_t end = s->slice.first + s->slice.count;
    for (int64_t at = s->slice.first; at < end; at += NN_CHUNK) {
        int64_t n = end - at < NN_CHUNK ? end - at : NN_CHUNK;
        nn_order_finish(s->order, s->sum, at, n, chunk, s->room);
        if (into_all)
            write_chunk(s, at, n, chunk);
        else
            memcpy(s->dW[s->rank] + at, chunk, (size_t)n * sizeof *chunk);
    }
}

static void sum_on_nodes(const nn_reduce *reduce, const nn_sharing *s) {
    nn_real *mine = s->dW[s->rank] + s->slice.first;
    sum_slice(s, false);
    nn_reduce_by_mpi(s->peers, mine, s->slice.count, s->total, s->rank == 0 ? reduce->c : 0);
    write_chunk(s, s->slice.first, s->slice.count, mine);
}

static void sum(nn_reduce *reduce, double *control) {
    nn_sharing *s = reduce->private;
    nn_comm_window_barrier(s->window); /* every gradient is there */
    if (s->rank == 0) nn_order_finish_words(s->order, s->control, reduce->c, s->total);
    if (nn_comm_nodes(reduce->comm) == 1)
        sum_slice(s, true);
    else if (s->peers != MPI_COMM_NULL)
        sum_on_nodes(reduce, s);
    nn_comm_window_barrier(s->window); /* every sum is */
    memcpy(control, s->total, (size_t)reduce->c * sizeof *control);
}

const nn_reduction NN_REDUCTION(shared) = {
    .kind = {.name = "shared",
             .help = "in memory that the ranks of a node share, by MPI between nodes",
             .shapes = "dW: all weights in one vector, kept; those of a node's ranks in /dev/shm",
             .formula = "dW <- sum of dW over ranks, the same bits on each",
             .source = "reduce-scatter and allgather (Rabenseifner, ICCS 2004) in shared memory",
             .details =
                 "each rank adds its slice of the gradients of its node, in the order of the "
                 "ranks; with several nodes MPI_Allreduce adds slice by slice; then every rank "
                 "is given the sum. With training.shards: on one node, in the order of their tree",
             .example = "shared"},
    .open = open,
    .sum = sum,
    .close = close,
    .touched = nn_reduce_touched};
