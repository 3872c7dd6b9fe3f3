/* alltoall: every rank sends slices of the sums that it is left with to the slices' owners, who
 * finish the sums and give them to all.
 *
 *     for each piece of dW:  MPI_Alltoallv of its slices;  my slice summed in the given order;
 *                            MPI_Allgatherv of the sums
 *
 * The order is given, so the bits do not depend on what MPI likes. */
#include <string.h>

#include "reductions.h"

typedef struct nn_exchange {
    nn_real *out;       /* slices to send, one rank's after another's; then my slice of the sum */
    nn_real *in;        /* my slice of all that the ranks are left with */
    nn_real *room;      /* for nn_order_finish */
    const nn_real **at; /* [order->n]: in `in` */
    const double **control;
    int *out_count, *out_at, *in_count, *in_at, *count, *first; /* one a rank */
} nn_exchange;

static nn_real *numbers(nn_reduce *reduce, int64_t n) {
    return nn_arena_alloc_untouched(reduce->arena, (size_t)n * sizeof(nn_real));
}

static nn_status open(nn_reduce *reduce) {
    const nn_order *o = reduce->order;
    nn_exchange *x = NN_NEW(reduce->arena, nn_exchange);
    int64_t piece = reduce->n < NN_PIECE ? reduce->n : NN_PIECE, slice = piece / o->ranks + 1;
    int rank = nn_comm_rank(reduce->comm);
    x->out = numbers(reduce, (o->begin[rank + 1] - o->begin[rank]) * piece + 1);
    x->in = numbers(reduce, o->n * slice);
    x->room = numbers(reduce, (int64_t)o->depth * NN_CHUNK);
    x->at = NN_NEW_ARRAY(reduce->arena, const nn_real *, o->n);
    x->control = NN_NEW_ARRAY(reduce->arena, const double *, o->n);
    int **counts[] = {&x->out_count, &x->out_at, &x->in_count, &x->in_at, &x->count, &x->first};
    for (int i = 0; i < 6; i++) *counts[i] = NN_NEW_ARRAY(reduce->arena, int, o->ranks);
    reduce->private = x;
    nn_status status = x->out && x->in && x->room
                           ? NN_OK
                           : nn_error(NN_NO_MEMORY, "no memory to exchange gradients");
    NN_TRY(nn_comm_agree(reduce->comm, status));
    return nn_reduce_plain(reduce);
}

/* How a piece of m numbers is shared out. */
static void count(const nn_reduce *reduce, nn_exchange *x, int64_t m) {
    const nn_order *o = reduce->order;
    int rank = nn_comm_rank(reduce->comm), mine = o->begin[rank + 1] - o->begin[rank];
    int64_t slice = nn_share_of(m, o->ranks, rank).count;
    for (int r = 0; r < o->ranks; r++) {
        nn_share share = nn_share_of(m, o->ranks, r);
        x->first[r] = (int)share.first;
        x->count[r] = (int)share.count;
        x->out_at[r] = mine * x->first[r];
        x->out_count[r] = mine * x->count[r];
        x->in_at[r] = o->begin[r] * (int)slice;
        x->in_count[r] = (o->begin[r + 1] - o->begin[r]) * (int)slice;
    }
    for (int i = 0; i < o->n; i++) x->at[i] = x->in + i * slice;
}

/* out <- the slices of this rank's sums of numbers [at, ...). */
static void pack(const nn_reduce *reduce, const nn_exchange *x, int64_t at) {
    const nn_order *o = reduce->order;
    int rank = nn_comm_rank(reduce->comm);
    nn_real *to = x->out;
    for (int r = 0; r < o->ranks; r++)
        for (int i = o->begin[rank]; i < o->begin[rank + 1]; i++, to += x->count[r])
            memcpy(to, reduce->dW + o->sum[i].buffer * reduce->stride + at + x->first[r],
                   (size_t)x->count[r] * sizeof *to);
}

static void sum_piece(nn_reduce *reduce, nn_exchange *x, int64_t at, int64_t m) {
    const nn_order *o = reduce->order;
    MPI_Comm comm = *(const MPI_Comm *)nn_comm_handle(reduce->comm);
    count(reduce, x, m);
    pack(reduce, x, at);
    MPI_Alltoallv(x->out, x->out_count, x->out_at, NN_MPI_REAL, x->in, x->in_count, x->in_at,
                  NN_MPI_REAL, comm);
    int64_t slice = x->count[nn_comm_rank(reduce->comm)];
    for (int64_t k = 0; k < slice; k += NN_CHUNK)
        nn_order_finish(o, x->at, k, slice - k < NN_CHUNK ? slice - k : NN_CHUNK, x->out + k,
                        x->room);
    MPI_Allgatherv(x->out, (int)slice, NN_MPI_REAL, reduce->dW + at, x->count, x->first,
                   NN_MPI_REAL, comm);
}

static void sum(nn_reduce *reduce, double *control) {
    nn_exchange *x = reduce->private;
    const nn_order *o = reduce->order;
    int rank = nn_comm_rank(reduce->comm);
    for (int i = o->begin[rank]; i < o->begin[rank + 1]; i++)
        x->control[i - o->begin[rank]] = reduce->control + o->sum[i].buffer * reduce->c;
    nn_words_exchange(reduce, x->control, reduce->c, control);
    for (int64_t at = 0; at < reduce->n; at += NN_PIECE)
        sum_piece(reduce, x, at, reduce->n - at < NN_PIECE ? reduce->n - at : NN_PIECE);
}

const nn_reduction NN_REDUCTION(alltoall) = {
    .kind = {.name = "alltoall",
             .help = "slices of the gradients sent to those who sum them, in a given order",
             .shapes = "dW: all weights in one vector, kept",
             .formula = "dW <- sum of dW over ranks, from the first to the last; with "
                        "training.shards in the order of their tree; every rank receives the same "
                        "bits",
             .source = "reduce-scatter and allgather (Rabenseifner, ICCS 2004)",
             .details = "MPI_Alltoallv and MPI_Allgatherv, 4 MB at a time",
             .example = "alltoall"},
    .open = open,
    .sum = sum};
