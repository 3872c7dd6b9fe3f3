/* Pooling by the average of the places seen; padding does not count. */
#include "pool_plan.h"

#include "nnmpi/tensor.h"
#include "unfold.h"

typedef struct averaging {
    int64_t channels, n_out;
    const nn_real *z_in, *dz, *share;
    nn_real *z, *dz_in;
} averaging;

/* How many taps of axis a see places from position o. */
static int64_t seen(const nn_window *w, int a, int64_t o) {
    int64_t n = 0;
    for (int64_t k = 0; k < w->size[a]; k++) {
        int64_t i = o * w->stride[a] + k * w->dilation[a] - w->before[a];
        n += i >= 0 && i < w->in[a];
    }
    return n;
}

static bool set_shares(nn_layer *l, nn_pool_plan *c) {
    if (!c) return false;
    const nn_window *w = &c->w;
    nn_real *share = NN_NEW_ARRAY(l->arena, nn_real, w->n_out);
    int64_t i = 0;
    for (int64_t o0 = 0; o0 < w->out[0]; o0++)
        for (int64_t o1 = 0; o1 < w->out[1]; o1++) {
            int64_t outer = seen(w, 0, o0) * seen(w, 1, o1);
            for (int64_t o2 = 0; o2 < w->out[2]; o2++)
                share[i++] = (nn_real)(1 / (double)(outer * seen(w, 2, o2)));
        }
    c->share = share;
    return true;
}

bool nn_avg_pool_setup(nn_layer *l, int axes) {
    return set_shares(l, nn_pool_plan_window(l, axes));
}

bool nn_avg_pool_setup_all(nn_layer *l, const char *const keras_class[3]) {
    return set_shares(l, nn_pool_plan_all(l, keras_class));
}

NN_CLONES static void sum_run(void *context, const nn_run *r) {
    const averaging *b = context;
    int64_t C = b->channels;
    for (int64_t i = 0; i < r->n; i++)
        nn_add(C, b->z_in + (r->place + i * r->step) * C, b->z + (r->position + i) * C);
}

void nn_avg_pool_forward(const nn_layer *l, const nn_pass *p) {
    const nn_pool_plan *c = l->plan;
    int64_t C = c->channels, size = c->w.n_out * C;
    averaging b = {.channels = C, .z_in = p->z_in[0], .z = p->z};
    for (int64_t s = 0; s < p->n; s++) {
        nn_real *z = p->z + s * size;
        nn_zero(size, z);
        nn_window_runs(&c->w, s * c->w.n_out, c->w.n_out, sum_run, &b);
        for (int64_t o = 0; o < c->w.n_out; o++)
            for (int64_t k = 0; k < C; k++) z[o * C + k] *= c->share[o]; /* z(j) = sum / m(o) */
    }
}

NN_CLONES static void write_run(void *context, const nn_run *r) {
    const averaging *b = context;
    int64_t C = b->channels;
    for (int64_t i = 0; i < r->n; i++) {
        const nn_real *dz = b->dz + (r->position + i) * C;
        nn_real *dz_in = b->dz_in + (r->place + i * r->step) * C;
        nn_real share = b->share[(r->position + i) % b->n_out];
        for (int64_t k = 0; k < C; k++) dz_in[k] = share * dz[k];
    }
}

NN_CLONES static void add_run(void *context, const nn_run *r) {
    const averaging *b = context;
    int64_t C = b->channels;
    for (int64_t i = 0; i < r->n; i++) {
        const nn_real *dz = b->dz + (r->position + i) * C;
        nn_real *dz_in = b->dz_in + (r->place + i * r->step) * C;
        nn_real share = b->share[(r->position + i) % b->n_out];
        for (int64_t k = 0; k < C; k++) dz_in[k] += share * dz[k];
    }
}

void nn_avg_pool_backward(const nn_layer *l, const nn_pass *p) {
    const nn_pool_plan *c = l->plan;
    bool add = p->dz_in_add[0], write = c->tiles && !add;
    averaging b = {.channels = c->channels,
                   .n_out = c->w.n_out,
                   .dz = p->dz,
                   .share = c->share,
                   .dz_in = p->dz_in[0]};
    for (int64_t s = 0; s < p->n && p->dz_in[0]; s++) {
        int64_t first = s * c->w.n_out;
        if (!add && !write) nn_window_zero_new(&c->w, c->channels, first, c->w.n_out, p->dz_in[0]);
        nn_window_runs(&c->w, first, c->w.n_out, write ? write_run : add_run,
                       &b); /* dz(j-1) = dz(j) / m(o) */
    }
}
