/* shared: the gradients of a node's ranks lie in memory that all of them see.
 *
 *     wait for all of the node;  s = sum over its ranks, in rank order, of my slice of dW;
 *     between nodes:             s <- MPI_Allreduce of s with those who have this slice elsewhere;
 *     write s to every dW of the node;  wait for all of the node
 *
 * Nothing is copied before it is added, each number is read once and written once for each rank,
 * and all ranks of a node work at it. After the second wait a rank has its dW for itself again.
 * Nodes may have different numbers of ranks: there are as many slices as the smallest has. */
#include <string.h>

#include "reductions.h"

#define NN_CHUNK 8192 /* numbers that stay in the first cache while ranks are added */
#define NN_LINE ((int64_t)(NN_ALIGNMENT / sizeof(nn_real)))

typedef struct nn_sharing {
    nn_comm_window *window;
    int ranks, rank; /* of the node */
    nn_real **dW;    /* of each */
    double **control;
    double *total;  /* of the control words: written between the two waits, read after them */
    nn_share slice; /* mine; none if the node has more ranks than slices */
    MPI_Comm peers; /* those who have my slice on all nodes; MPI_COMM_NULL: there is one node */
} nn_sharing;

static int64_t round_up(int64_t bytes) {
    return (bytes + NN_ALIGNMENT - 1) / NN_ALIGNMENT * NN_ALIGNMENT;
}

/* A rank's part of the window: its dW, its control word; in node rank 0's their total. */
static int64_t control_at(const nn_reduce *reduce) {
    return round_up(reduce->n * (int64_t)sizeof(nn_real));
}
static int64_t total_at(const nn_reduce *reduce) {
    return control_at(reduce) + round_up(reduce->c * (int64_t)sizeof(double));
}

static void find_parts(nn_reduce *reduce, nn_sharing *s) {
    s->dW = NN_NEW_ARRAY(reduce->arena, nn_real *, s->ranks);
    s->control = NN_NEW_ARRAY(reduce->arena, double *, s->ranks);
    for (int r = 0; r < s->ranks; r++) {
        char *part = nn_comm_window_part(s->window, r);
        s->dW[r] = (nn_real *)(void *)part;
        s->control[r] = (double *)(void *)(part + control_at(reduce));
    }
    s->total = (double *)(void *)((char *)nn_comm_window_part(s->window, 0) + total_at(reduce));
    reduce->dW = s->dW[s->rank];
    memset(reduce->dW, 0, (size_t)reduce->n * sizeof(nn_real));
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

static nn_status open(nn_reduce *reduce) {
    nn_sharing *s = NN_NEW(reduce->arena, nn_sharing);
    int64_t bytes = total_at(reduce) + reduce->c * (int64_t)sizeof(double);
    NN_TRY(nn_comm_window_create(reduce->comm, bytes, &s->window));
    s->ranks = nn_comm_node_size(reduce->comm);
    s->rank = nn_comm_node_rank(reduce->comm);
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

NN_CLONES static void add(int64_t n, const nn_real *a, const nn_real *b, nn_real *restrict out) {
    for (int64_t i = 0; i < n; i++) out[i] = a[i] + b[i];
}

NN_CLONES static void add_to(int64_t n, const nn_real *restrict a, nn_real *restrict out) {
    for (int64_t i = 0; i < n; i++) out[i] += a[i];
}

/* The sum over the node of numbers [at, at + n) of dW, n at most NN_CHUNK. */
static void sum_chunk(const nn_sharing *s, int64_t at, int64_t n, nn_real *out) {
    if (s->ranks == 1) {
        memcpy(out, s->dW[0] + at, (size_t)n * sizeof *out);
        return;
    }
    add(n, s->dW[0] + at, s->dW[1] + at, out);
    for (int r = 2; r < s->ranks; r++) add_to(n, s->dW[r] + at, out);
}

static void write_chunk(const nn_sharing *s, int64_t at, int64_t n, const nn_real *x) {
    for (int r = 0; r < s->ranks; r++)
        if (x != s->dW[r] + at) memcpy(s->dW[r] + at, x, (size_t)n * sizeof *x);
}

/* Node rank 0 does it for the node. */
static void sum_control(const nn_reduce *reduce, const nn_sharing *s) {
    if (s->rank != 0) return;
    for (int i = 0; i < reduce->c; i++) {
        s->total[i] = s->control[0][i];
        for (int r = 1; r < s->ranks; r++) s->total[i] += s->control[r][i];
    }
}

/* My slice summed over the node, into every dW of it, or into mine only. */
static void sum_slice(const nn_sharing *s, bool into_all) {
    nn_real chunk[NN_CHUNK];
    int64_t end = s->slice.first + s->slice.count;
    for (int64_t at = s->slice.first; at < end; at += NN_CHUNK) {
        int64_t n = end - at < NN_CHUNK ? end - at : NN_CHUNK;
        sum_chunk(s, at, n, chunk);
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
    size_t bytes = (size_t)reduce->c * sizeof *control;
    memcpy(s->control[s->rank], control, bytes);
    nn_comm_window_barrier(s->window); /* every gradient is there */
    sum_control(reduce, s);
    if (nn_comm_nodes(reduce->comm) == 1)
        sum_slice(s, true);
    else if (s->peers != MPI_COMM_NULL)
        sum_on_nodes(reduce, s);
    nn_comm_window_barrier(s->window); /* every sum is */
    memcpy(control, s->total, bytes);
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
                 "is given the sum",
             .example = "shared"},
    .open = open,
    .sum = sum,
    .close = close};
