/* The next token, drawn by the probabilities that the model gives. */
#include <math.h>
#include <stdlib.h>

#include "nnmpi/random.h"
#include "text_writer.h"

static int more_likely(const void *a, const void *b) {
    const nn_likely *x = a, *y = b;
    return x->p != y->p ? (x->p < y->p ? 1 : -1) : x->id - y->id;
}

/* q_j = p_j^(1/temperature), of those that top_k and top_p leave; returns how many. */
static int64_t weigh_choices(nn_writer_of_text *w, const nn_real *p) {
    const nn_generate_request *r = w->request;
    int64_t n = w->words.n ? w->words.n : w->s->width, kept = n;
    double sum = 0, so_far = 0, top = -INFINITY;
    for (int64_t j = 0; j < n; j++) top = fmax(top, log(fmax((double)p[j], 1e-30)));
    for (int64_t j = 0; j < n; j++) {
        double q = exp((log(fmax((double)p[j], 1e-30)) - top) / r->temperature);
        w->likely[j] = (nn_likely){q, (int32_t)j};
    }
    qsort(w->likely, (size_t)n, sizeof *w->likely, more_likely);
    if (r->top_k > 0 && r->top_k < kept) kept = r->top_k;
    for (int64_t j = 0; j < kept; j++) sum += w->likely[j].p;
    for (int64_t j = 0; r->top_p > 0 && r->top_p < 1 && j < kept; j++) {
        so_far += w->likely[j].p;
        if (so_far >= r->top_p * sum) kept = j + 1;
    }
    return kept;
}

int32_t nn_text_choose(nn_writer_of_text *w, const nn_real *p) {
    int64_t n = w->words.n ? w->words.n : w->s->width;
    if (w->request->temperature == 0) {
        int32_t best = 0;
        for (int32_t j = 1; j < n; j++)
            if (p[j] > p[best]) best = j;
        return best;
    }
    int64_t kept = weigh_choices(w, p);
    nn_stream stream = nn_stream_of((uint64_t)w->request->seed, NN_RANDOM_TEXT, 0, 0);
    double sum = 0;
    for (int64_t j = 0; j < kept; j++) sum += w->likely[j].p;
    double left = sum * nn_random_uniform(&stream, (uint64_t)w->n);
    int64_t j = 0;
    while (j < kept - 1 && left >= w->likely[j].p) left -= w->likely[j++].p;
    return w->likely[j].id;
}
