/* A batch in two parts, as two ranks hold it. The parts run one after the other, again and again:
 * in round k the totals of the first k sums are known, and what both give to the next one is
 * noted, until there is no further sum. */
#include "truths.h"

#include <string.h>

#define MOST_SUMS 16
#define MOST_VALUES 1024
#define ROUNDING (256 * NN_REAL_EPSILON)

typedef struct nn_parts {
    double total[MOST_SUMS][MOST_VALUES];
    int size[MOST_SUMS];
    int known;  /* sums whose total is known */
    bool first; /* the part that runs now */
    int calls;  /* so far, by the part that runs now */
    const nn_specimen *s;
} nn_parts;

static void sum_of_parts(void *context, double *values, int n) {
    nn_parts *p = context;
    int k = p->calls++;
    nn_claim(p->s, k < MOST_SUMS && n <= MOST_VALUES, "too many sums for this test");
    if (k < p->known) {
        nn_claim(p->s, n == p->size[k], "sum %d is of %d numbers in one part, %d in the other", k,
                 n, p->size[k]);
        memcpy(values, p->total[k], (size_t)n * sizeof *values);
    } else if (k == p->known) {
        for (int i = 0; i < n; i++) p->total[k][i] = values[i] + (p->first ? 0 : p->total[k][i]);
        p->size[k] = n;
    }
}

/* Runs both parts, the first with `n` samples, until every sum is complete. */
static void run_parts(nn_specimen *s, int64_t n, nn_outcome *part[2]) {
    nn_parts *parts = NN_NEW(s->arena, nn_parts);
    nn_summing summing = {.sum = sum_of_parts, .context = parts};
    parts->s = s;
    for (;; parts->known++) {
        int calls[2];
        for (int k = 0; k < 2; k++) {
            nn_trial trial = {.first = k ? n : 0,
                              .n = k || n > 0 ? k * (s->n - n) + !k * n : -1,
                              .backward = true,
                              .summing = &summing};
            parts->first = k == 0, parts->calls = 0;
            part[k] = nn_specimen_run(s, &trial);
            calls[k] = parts->calls;
        }
        nn_claim(s, calls[0] == calls[1], "%d sums in one part, %d in the other", calls[0],
                 calls[1]);
        if (calls[0] == parts->known) return;
        nn_outcome_destroy(part[0]);
        nn_outcome_destroy(part[1]);
    }
}

/* The numbers of sample i of the whole, of which part[0] has the first ones. */
static void compare_rows(const nn_specimen *s, const char *what, int64_t size, const nn_real *whole,
                         int64_t n, const nn_real *first, const nn_real *second) {
    nn_claim_close(s, what, n * size, whole, first, ROUNDING);
    nn_claim_close(s, what, (s->n - n) * size, whole + n * size, second, ROUNDING);
}

static void compare(const nn_specimen *s, int64_t n, const nn_outcome *whole, nn_outcome *part[2]) {
    const nn_layer *l = &s->layer;
    compare_rows(s, "z of a part", nn_specimen_out(s), whole->z, n, part[0]->z, part[1]->z);
    for (int k = 0; k < l->n_inputs && l->ops->backward_input; k++)
        compare_rows(s, "dz of a part", nn_specimen_in(s, k), whole->dz_in[k], n, part[0]->dz_in[k],
                     part[1]->dz_in[k]);
    for (int k = 0; k < l->n_params; k++) {
        for (int64_t i = 0; i < nn_specimen_param(s, k); i++)
            part[0]->dW[k][i] += part[1]->dW[k][i];
        nn_claim_close(s, "dW summed over parts", nn_specimen_param(s, k), whole->dW[k],
                       part[0]->dW[k], ROUNDING);
    }
    for (int k = 0; k < l->n_state && l->coupled; k++)
        for (int i = 0; i < 2; i++)
            nn_claim_close(s, "state after a part", nn_shape_size(&l->state[k].shape),
                           whole->state[k], part[i]->state[k], ROUNDING);
}

void two_parts_of_a_batch_equal_the_whole(nn_specimen *s) {
    nn_trial all = {.backward = true};
    nn_outcome *whole = nn_specimen_run(s, &all), *part[2];
    for (int64_t n = 0; n < s->n; n++) {
        run_parts(s, n, part);
        compare(s, n, whole, part);
        nn_outcome_destroy(part[0]);
        nn_outcome_destroy(part[1]);
    }
    nn_outcome_destroy(whole);
}
