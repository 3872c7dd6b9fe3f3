/* Pooling by the largest number; the first of several that are equal. */
#include "pool_plan.h"

#include "nnmpi/tensor.h"
#include "unfold.h"

#define NN_MOST_TAPS ((int64_t)1 << 24) /* that a float tells apart */

/* The arrays of one pass: places (z(j-1) or dz(j-1)), positions (z or dz), taps that won. */
typedef struct bout {
    int64_t channels;
    const nn_real *z_in, *dz;
    nn_real *z, *dz_in, *winner;
} bout;

static bool keep_winners(nn_layer *l, const nn_pool_plan *c) {
    if (!c) return false;
    if (c->w.taps > NN_MOST_TAPS)
        return nn_layer_complain(l, NULL, NULL, "its window has more than %lld places",
                                 (long long)NN_MOST_TAPS);
    l->kept = nn_shape_size(&l->out);
    return true;
}

bool nn_max_pool_setup(nn_layer *l, int axes) {
    return keep_winners(l, nn_pool_plan_window(l, axes));
}

bool nn_max_pool_setup_all(nn_layer *l, const char *const keras_class[3]) {
    return keep_winners(l, nn_pool_plan_all(l, keras_class));
}

/* winner is -1 before the first tap; NaN wins and stays. */
static void challenge(int64_t n, nn_real tap, const nn_real *restrict x, nn_real *restrict z,
                      nn_real *restrict winner) {
    for (int64_t i = 0; i < n; i++) {
        bool wins = (winner[i] < 0) | (x[i] > z[i]) | (x[i] != x[i]);
        z[i] = wins ? x[i] : z[i];
        winner[i] = wins ? tap : winner[i];
    }
}

NN_CLONES static void challenge_run(void *context, const nn_run *r) {
    const bout *b = context;
    int64_t C = b->channels;
    for (int64_t i = 0; i < r->n; i++) {
        int64_t at = (r->position + i) * C;
        challenge(C, (nn_real)r->tap, b->z_in + (r->place + i * r->step) * C, b->z + at,
                  b->winner + at);
    }
}

void nn_max_pool_forward(const nn_layer *l, const nn_pass *p) {
    const nn_pool_plan *c = l->plan;
    bout b = {.channels = c->channels, .z_in = p->z_in[0], .z = p->z, .winner = p->kept};
    int64_t size = c->w.n_out * c->channels;
    for (int64_t s = 0; s < p->n; s++) {
        for (int64_t i = s * size; i < (s + 1) * size; i++) p->z[i] = 0, p->kept[i] = -1;
        nn_window_runs(&c->w, s * c->w.n_out, c->w.n_out, challenge_run, &b); /* z(j) = max */
    }
}

NN_CLONES static void write_run(void *context, const nn_run *r) {
    const bout *b = context;
    int64_t C = b->channels;
    nn_real tap = (nn_real)r->tap;
    for (int64_t i = 0; i < r->n; i++) {
        const nn_real *dz = b->dz + (r->position + i) * C, *winner = b->winner + (dz - b->dz);
        nn_real *dz_in = b->dz_in + (r->place + i * r->step) * C;
        for (int64_t k = 0; k < C; k++) dz_in[k] = winner[k] == tap ? dz[k] : 0;
    }
}

NN_CLONES static void add_run(void *context, const nn_run *r) {
    const bout *b = context;
    int64_t C = b->channels;
    nn_real tap = (nn_real)r->tap;
    for (int64_t i = 0; i < r->n; i++) {
        const nn_real *dz = b->dz + (r->position + i) * C, *winner = b->winner + (dz - b->dz);
        nn_real *dz_in = b->dz_in + (r->place + i * r->step) * C;
        for (int64_t k = 0; k < C; k++) dz_in[k] += winner[k] == tap ? dz[k] : 0;
    }
}

void nn_max_pool_backward(const nn_layer *l, const nn_pass *p) {
    const nn_pool_plan *c = l->plan;
    bool add = p->dz_in_add[0], write = c->tiles && !add;
    bout b = {.channels = c->channels, .dz = p->dz, .dz_in = p->dz_in[0], .winner = p->kept};
    for (int64_t s = 0; s < p->n && p->dz_in[0]; s++) {
        int64_t first = s * c->w.n_out;
        if (!add && !write) nn_window_zero_new(&c->w, c->channels, first, c->w.n_out, p->dz_in[0]);
        nn_window_runs(&c->w, first, c->w.n_out, write ? write_run : add_run,
                       &b); /* dz(j-1) = dz(j) where it won */
    }
}
