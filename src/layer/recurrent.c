#include "recurrent.h"

#include "mask.h"
#include "nnmpi/tensor.h"

/* ---- set-up ---- */

static nn_gate gate_of(nn_typed activation) {
    nn_gate gate = {nn_activation_of(activation.kind), activation.options};
    if (!gate.f) gate.f = nn_activation_of(nn_activation_kinds[0]);
    return gate;
}

static bool input_fits(nn_layer *l) {
    const nn_recurrent_options *o = l->options;
    char text[NN_SHAPE_TEXT_SIZE];
    if (l->in[0].rank != 2)
        return nn_layer_complain(l, NULL, "reshape makes a sequence of other shapes",
                                 "its input has shape %s, a sequence (steps, features) is expected",
                                 nn_shape_text(&l->in[0], text, sizeof text));
    if (o->dropout >= 1)
        return nn_layer_complain(l, "dropout", NULL, "a rate of 1 would drop everything");
    return true;
}

static int64_t keep(nn_layer *l, int64_t numbers) {
    l->kept += numbers;
    return l->kept - numbers;
}

bool nn_recurrent_setup(nn_layer *l, int gates, bool more) {
    const nn_recurrent_options *o = l->options;
    if (!input_fits(l)) return false;
    int64_t T = l->in[0].dim[0], k = l->in[0].dim[1], u = o->units, width = gates * u;
    nn_recurrence *r = NN_NEW(l->arena, nn_recurrence);
    l->out = o->return_sequences ? nn_shape_of(2, (int64_t[]){T, u}) : nn_shape_of(1, &u);
    nn_layer_add_param(l, "kernel", nn_shape_of(2, (int64_t[]){k, width}), o->kernel_initializer);
    nn_layer_add_param(l, "recurrent_kernel", nn_shape_of(2, (int64_t[]){u, width}),
                       o->recurrent_initializer);
    *r = (nn_recurrence){.steps = T,
                         .in = k,
                         .units = u,
                         .width = width,
                         .output = gate_of(o->activation),
                         .x = keep(l, T * k),
                         .a = keep(l, T * width),
                         .h = keep(l, T * u)};
    r->inner = o->recurrent_activation.kind ? gate_of(o->recurrent_activation) : r->output;
    r->keeps_pre = r->output.f->needs_input || r->inner.f->needs_input;
    if (r->keeps_pre) r->pre = keep(l, T * width);
    if (more) r->more = keep(l, T * u);
    l->temp_per_sample = 2 * u;
    r->room = 6 * u > k ? 6 * u : k;
    l->temp = r->room;
    l->random = o->dropout > 0;
    if (o->return_sequences && !o->go_backwards) l->stepping = NN_STEP_CARRIED;
    l->carried = u;
    l->plan = r;
    return true;
}

static int64_t factor_size(const nn_recurrence *r, int64_t m) {
    int64_t forward = nn_factor_size(m, r->units), back = nn_factor_size(r->units, m);
    return forward > back ? forward : back;
}

void nn_recurrent_reserve(nn_layer *l, int64_t m) {
    nn_recurrence *r = l->plan;
    int64_t size = factor_size(r, m);
    r->packs = size > 0;
    l->temp += size;
}

nn_factor nn_recurrent_factor(const nn_layer *l, const nn_pass *p, bool transpose, int64_t first,
                              int64_t m, nn_real **room) {
    const nn_recurrence *r = l->plan;
    nn_real *at = *room ? *room : p->temp + p->n * l->temp_per_sample + r->room;
    *room = at + factor_size(r, m);
    if (r->steps == 1 || !r->packs) /* it is used once, or there was no need of room */
        return (nn_factor){.b = p->W[1] + first,
                           .ldb = r->width,
                           .transpose = transpose,
                           .n = transpose ? r->units : m,
                           .k = transpose ? m : r->units};
    return nn_factor_of(transpose, transpose ? r->units : m, transpose ? m : r->units,
                        p->W[1] + first, r->width, at);
}

double nn_recurrent_flops(const nn_layer *l) {
    const nn_recurrence *r = l->plan;
    return 2.0 * (double)r->steps * (double)r->width * (double)(r->in + r->units);
}

/* ---- between samples first and time first ---- */

/* The place in the input that step t reads. */
static int64_t place_of(const nn_layer *l, int64_t t) {
    const nn_recurrence *r = l->plan;
    return ((const nn_recurrent_options *)l->options)->go_backwards ? r->steps - 1 - t : t;
}

/* The mask of sample i, the same for all steps; NULL: there is none. */
static const nn_real *mask_of(const nn_layer *l, const nn_pass *p, int64_t i) {
    const nn_recurrence *r = l->plan;
    if (!p->training || !l->random) return NULL;
    nn_stream stream = nn_pass_stream(l, p, i);
    nn_mask_draw(&stream, 0, ((const nn_recurrent_options *)l->options)->dropout, r->in, p->temp);
    return p->temp;
}

/* y (+)= m . x */
static void mask_row(int64_t n, const nn_real *m, const nn_real *x, bool add, nn_real *y) {
    if (!m)
        nn_contribute(n, x, add, y);
    else if (add)
        for (int64_t k = 0; k < n; k++) y[k] += m[k] * x[k];
    else
        for (int64_t k = 0; k < n; k++) y[k] = m[k] * x[k];
}

void nn_recurrent_begin(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    nn_real *x = nn_recurrent_at(p, r->x, 0, r->in), *a = nn_recurrent_at(p, r->a, 0, r->width);
    for (int64_t i = 0; i < p->n; i++) {
        const nn_real *m = mask_of(l, p, i), *z = p->z_in[0] + i * r->steps * r->in;
        for (int64_t t = 0; t < r->steps; t++)
            mask_row(r->in, m, z + place_of(l, t) * r->in, false, x + (t * p->n + i) * r->in);
    }
    nn_gemm(false, false, r->steps * p->n, r->width, r->in, x, r->in, p->W[0], r->width, 0, a,
            r->width); /* a = x W, all steps */
}

void nn_recurrent_end(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    bool all = l->out.rank == 2;
    for (int64_t t = all ? 0 : r->steps - 1; t < r->steps; t++) {
        const nn_real *h = nn_recurrent_at(p, r->h, t, r->units);
        for (int64_t i = 0; i < p->n; i++)
            nn_copy(r->units, h + i * r->units, p->z + (all ? i * r->steps + t : i) * r->units);
    }
}

void nn_recurrent_output_gradient(const nn_layer *l, const nn_pass *p, int64_t t, nn_real *dh) {
    const nn_recurrence *r = l->plan;
    bool all = l->out.rank == 2;
    if (!all && t < r->steps - 1) return;
    for (int64_t i = 0; i < p->n; i++)
        nn_add(r->units, p->dz + (all ? i * r->steps + t : i) * r->units, dh + i * r->units);
}

/* ---- what is one GEMM for all steps ---- */

void nn_recurrent_kernel_gradient(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    nn_gemm(true, false, r->in, r->width, r->steps * p->n, nn_recurrent_at(p, r->x, 0, r->in),
            r->in, nn_recurrent_at(p, r->a, 0, r->width), r->width, p->dW_add[0], p->dW[0],
            r->width); /* dW = x^T da */
}

void nn_recurrent_gradient(const nn_layer *l, const nn_pass *p, const nn_real *d, int64_t ld,
                           int64_t first, int64_t m) {
    const nn_recurrence *r = l->plan;
    nn_gemm(true, false, r->units, m, (r->steps - 1) * p->n, nn_recurrent_at(p, r->h, 0, r->units),
            r->units, d + p->n * ld, ld, p->dW_add[1], p->dW[1] + first,
            r->width); /* dU = sum_t h(t-1)^T d(t) */
}

void nn_recurrent_backward_input(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    if (!p->dz_in[0]) return;
    nn_real *dx = nn_recurrent_at(p, r->x, 0, r->in); /* x is not needed any more */
    nn_gemm(false, true, r->steps * p->n, r->in, r->width, nn_recurrent_at(p, r->a, 0, r->width),
            r->width, p->W[0], r->width, 0, dx, r->in); /* dx = da W^T */
    for (int64_t i = 0; i < p->n; i++) {
        const nn_real *m = mask_of(l, p, i);
        nn_real *dz = p->dz_in[0] + i * r->steps * r->in;
        for (int64_t t = 0; t < r->steps; t++)
            mask_row(r->in, m, dx + (t * p->n + i) * r->in, p->dz_in_add[0],
                     dz + place_of(l, t) * r->in);
    }
}
