/* A layer that says it can take a sequence one position at a time gives what it gives at once. */
#include <math.h>

#include "truths.h"

typedef struct walk {
    nn_layer *one; /* of one position */
    nn_arena *arena;
    nn_carried carried;
    nn_real *kept, *temp, *z;
    const nn_real *z_in[NN_SPECIMEN_INPUTS];
} walk;

#define GUARDS 8

/* n numbers, and some behind them that must stay NaN. */
static nn_real *not_written(nn_arena *arena, int64_t n) {
    nn_real *x = NN_NEW_ARRAY(arena, nn_real, n + GUARDS);
    for (int64_t i = 0; i < n + GUARDS; i++) x[i] = (nn_real)NAN;
    return x;
}

static void claim_guards(nn_specimen *s, const nn_real *x, int64_t n) {
    for (int64_t i = n; i < n + GUARDS; i++)
        nn_claim(s, isnan(x[i]), "step wrote behind the end of an array of %lld numbers",
                 (long long)n);
}

static int64_t row_of(const nn_shape *sequence) {
    return nn_shape_size(sequence) / sequence->dim[0];
}

/* Position t of sample i. */
static void step(nn_specimen *s, walk *w, int64_t i, int64_t t) {
    const nn_layer *l = &s->layer;
    for (int k = 0; k < l->n_inputs; k++)
        w->z_in[k] = s->z_in[k] + i * nn_specimen_in(s, k) + t * row_of(&l->in[k]);
    nn_pass p = {.n = 1,
                 .sample = &s->sample[i],
                 .z_in = w->z_in,
                 .z = w->z,
                 .kept = w->kept,
                 .temp = w->temp,
                 .W = (const nn_real *const *)s->W,
                 .state = s->state};
    w->carried.t = t;
    if (w->one->ops->step)
        w->one->ops->step(w->one, &p, &w->carried);
    else
        w->one->ops->forward(w->one, &p);
}

static void open_walk(nn_specimen *s, walk *w, int64_t steps) {
    const nn_layer *one = w->one;
    nn_arena *arena = w->arena;
    w->carried.capacity = steps;
    w->carried.x = not_written(arena, one->carried + steps * one->carried_per_position);
    w->kept = not_written(arena, one->kept);
    w->temp = not_written(arena, one->temp_per_sample + one->temp);
    w->z = not_written(arena, nn_shape_size(&one->out));
}

static void claim_all_guards(nn_specimen *s, const walk *w) {
    const nn_layer *one = w->one;
    claim_guards(s, w->carried.x, one->carried + w->carried.capacity * one->carried_per_position);
    claim_guards(s, w->kept, one->kept);
    claim_guards(s, w->temp, one->temp_per_sample + one->temp);
    claim_guards(s, w->z, nn_shape_size(&one->out));
}

void one_position_at_a_time_equals_the_sequence(nn_specimen *s) {
    const nn_layer *l = &s->layer;
    walk w = {.arena = nn_arena_create()};
    w.one = nn_layer_of_one_position(l, w.arena);
    nn_claim(s, (w.one != NULL) == (l->stepping != NN_STEP_NEVER), "it cannot be of one position");
    nn_trial evaluation = {.evaluation = true};
    nn_outcome *whole = nn_specimen_run(s, &evaluation);
    for (int64_t i = 0; w.one && i < s->n; i++) {
        int64_t steps = l->out.dim[0], row = row_of(&l->out);
        open_walk(s, &w, steps);
        for (int64_t t = 0; t < steps; t++) {
            step(s, &w, i, t);
            nn_claim_close(s, "a position alone and in its sequence", row, w.z,
                           whole->z + i * nn_specimen_out(s) + t * row, 1e-12);
        }
        claim_all_guards(s, &w);
    }
    nn_outcome_destroy(whole);
    nn_arena_destroy(w.arena);
}
