/* Sums of a few doubles: statistics of a layer, an evaluation. Every rank is given what all ranks
 * are left with and adds that up by itself. */
#include <string.h>

#include "nnmpi/place.h"
#include "reductions.h"

#define NN_WORDS 256 /* doubles at a time */

struct nn_words {
    double *mine, *all; /* [of this rank, of all][NN_WORDS] */
    const double **at;  /* [of all] */
    const double **own; /* [of this rank] */
    int *counts, *places;
};

struct nn_words *nn_words_create(nn_reduce *reduce) {
    const nn_order *o = reduce->order;
    struct nn_words *w = NN_NEW(reduce->arena, struct nn_words);
    w->mine = NN_NEW_ARRAY(reduce->arena, double, o->n *NN_WORDS);
    w->all = NN_NEW_ARRAY(reduce->arena, double, o->n *NN_WORDS);
    w->at = NN_NEW_ARRAY(reduce->arena, const double *, o->n);
    w->own = NN_NEW_ARRAY(reduce->arena, const double *, o->n);
    w->counts = NN_NEW_ARRAY(reduce->arena, int, o->ranks);
    w->places = NN_NEW_ARRAY(reduce->arena, int, o->ranks);
    return w;
}

/* n is NN_WORDS at most. */
static void exchange(nn_reduce *reduce, const double *const *word, int64_t from, int n,
                     double *out) {
    struct nn_words *w = reduce->words;
    const nn_order *o = reduce->order;
    int rank = nn_comm_rank(reduce->comm), mine = o->begin[rank + 1] - o->begin[rank];
    for (int i = 0; i < mine; i++)
        memcpy(w->mine + i * n, word[i] + from, (size_t)n * sizeof(double));
    for (int r = 0; r < o->ranks; r++) {
        w->counts[r] = (o->begin[r + 1] - o->begin[r]) * n;
        w->places[r] = o->begin[r] * n;
    }
    nn_place_wait(true);
    MPI_Allgatherv(w->mine, mine * n, MPI_DOUBLE, w->all, w->counts, w->places, MPI_DOUBLE,
                   *(const MPI_Comm *)nn_comm_handle(reduce->comm));
    nn_place_wait(false);
    for (int i = 0; i < o->n; i++) w->at[i] = w->all + i * n;
    nn_order_finish_words(o, w->at, n, out);
}

void nn_words_exchange(nn_reduce *reduce, const double *const *word, int n, double *out) {
    for (int from = 0; from < n; from += NN_WORDS)
        exchange(reduce, word, from, n - from < NN_WORDS ? n - from : NN_WORDS, out + from);
}

/* Adds this rank's own; word[i] is where those that are left lie. */
static void fold(nn_reduce *reduce, double *words, int n, const double **word) {
    nn_stack stack = {.top = 0};
    int from[NN_ORDER_DEPTH], to[NN_ORDER_DEPTH];
    for (int k = 0; k < (int)reduce->mine.count; k++) {
        int64_t first = reduce->mine.first + k;
        int joins =
            nn_order_push(reduce->order, &stack, (nn_sum){first, first + 1, 0, k, 0}, from, to);
        for (int j = 0; j < joins; j++)
            for (int i = 0; i < n; i++) words[to[j] * n + i] += words[from[j] * n + i];
    }
    for (int i = 0; i < stack.top; i++) word[i] = words + stack.sum[i].buffer * n;
}

void nn_reduce_words(nn_reduce *reduce, double *words, int n, double *out) {
    const double **own = reduce->words->own;
    fold(reduce, words, n, own);
    if (reduce->order->shards && reduce->order->ranks > 1) {
        nn_words_exchange(reduce, own, n, out);
        return;
    }
    memcpy(out, own[0], (size_t)n * sizeof *out);
    if (reduce->order->ranks > 1) nn_comm_sum(reduce->comm, out, n);
}
