#include "drop.h"

#include "identity.h"
#include "mask.h"

#define NN_BLOCK 256 /* numbers of a mask at once, a multiple of 4 */

static double rate_of(const nn_layer *l) {
    return ((const nn_drop_options *)l->options)->rate;
}

bool nn_drop_setup(nn_layer *l, int64_t period) {
    if (rate_of(l) >= 1)
        return nn_layer_complain(l, "rate", NULL, "a rate of 1 would drop everything");
    int64_t *plan = NN_NEW(l->arena, int64_t);
    *plan = period;
    l->plan = plan;
    l->out = l->in[0];
    l->in_place = true;
    nn_layer_each_position(l);
    l->random = rate_of(l) > 0;
    return true;
}

/* y (+)= m . x for one sample of `size` numbers; x and y may be the same memory. */
static void mask_sample(const nn_stream *stream, double rate, int64_t period, int64_t size,
                        const nn_real *x, bool add, nn_real *y) {
    nn_real m[NN_BLOCK];
    for (int64_t first = 0; first < period; first += NN_BLOCK) {
        int64_t n = period - first < NN_BLOCK ? period - first : NN_BLOCK;
        nn_mask_draw(stream, (uint64_t)first / 4, rate, n, m);
        for (int64_t at = first; at < size; at += period)
            for (int64_t k = 0; k < n; k++)
                y[at + k] = add ? y[at + k] + m[k] * x[at + k] : m[k] * x[at + k]; /* m . x */
    }
}

static void mask_pass(const nn_layer *l, const nn_pass *p, const nn_real *x, bool add, nn_real *y) {
    int64_t size = nn_shape_size(&l->out), period = *(const int64_t *)l->plan;
    for (int64_t i = 0; i < p->n; i++) {
        nn_stream stream = nn_pass_stream(l, p, i);
        mask_sample(&stream, rate_of(l), period, size, x + i * size, add, y + i * size);
    }
}

void nn_drop_forward(const nn_layer *l, const nn_pass *p) {
    if (p->training && l->random)
        mask_pass(l, p, p->z_in[0], false, p->z); /* z(j) = m . z(j-1) */
    else
        nn_identity_forward(l, p);
}

void nn_drop_backward(const nn_layer *l, const nn_pass *p) {
    if (p->training && l->random && p->dz_in[0])
        mask_pass(l, p, p->dz, p->dz_in_add[0], p->dz_in[0]); /* dz(j-1) = dz(j) . m */
    else
        nn_identity_backward(l, p);
}
