/* lstm: a long short-term memory. Hochreiter and Schmidhuber, Neural Computation 1997; with forget
 * gate Gers, Schmidhuber and Cummins, 2000.
 *
 *     a = x(t) W + h(t-1) U + b,   i = s(a_i), f = s(a_f), g = f(a_g), o = s(a_o)
 *     c(t) = f . c(t-1) + i . g,   h(t) = o . f(c(t))
 *
 * and back in time, from dh = dz(t) + da(t+1) U^T and the dc that comes from t+1:
 *
 *     dc <- dc + dh . o . f'(c),   da_i = dc . g . s', da_f = dc . c(t-1) . s',
 *     da_g = dc . i . f',          da_o = dh . f(c) . s',   dc for t-1: dc . f
 *
 * In a row of a the gates stand as in Keras: i f g o. */
#include "recurrent.h"

static const nn_key keys[] = {NN_RECURRENT_KEYS,
                              NN_RECURRENT_GATE_KEY,
                              NN_RECURRENT_KEY(unit_forget_bias, NN_KEY_BOOL, .preset = "true",
                                               .help = "the bias of the forget gate starts at 1"),
                              {0}};

/* ---- the bias: 1 for the forget gate, the others by the initializer chosen ---- */

static void fill_forget_bias(const void *options, const nn_stream *stream, const nn_shape *shape,
                             nn_real *b) {
    nn_initialize(options, stream, shape, b);
    for (int64_t j = shape->dim[0] / 4; j < shape->dim[0] / 2; j++) b[j] = 1;
}

static const nn_initializer forget_bias = {
    .kind = {.name = "forget_bias", .help = "1 for the forget gate of an lstm"},
    .fill = fill_forget_bias};

static nn_typed bias_initializer(nn_layer *l) {
    const nn_recurrent_options *o = l->options;
    if (!o->unit_forget_bias) return o->bias_initializer;
    nn_typed *others = NN_NEW(l->arena, nn_typed);
    *others = o->bias_initializer;
    return (nn_typed){.kind = &forget_bias.kind, .options = others};
}

static bool setup(nn_layer *l) {
    const nn_recurrent_options *o = l->options;
    if (!nn_recurrent_setup(l, 4, true)) return false;
    nn_recurrent_reserve(l, 4 * o->units);
    l->carried = 2 * o->units; /* h and c */
    if (o->use_bias)
        nn_layer_add_param(l, "bias", nn_shape_of(1, (int64_t[]){4 * o->units}),
                           bias_initializer(l));
    return true;
}

/* ---- forward ---- */

/* One row of a step: a becomes i f g o. */
NN_CLONES static void cell(const nn_recurrence *r, nn_real *restrict a, const nn_real *c_before,
                           nn_real *restrict c, nn_real *restrict h) {
    int64_t u = r->units;
    const nn_real *i = a, *f = a + u, *g = a + 2 * u, *o = a + 3 * u;
    nn_gate_forward(&r->inner, 2, u, a);
    nn_gate_forward(&r->output, 1, u, a + 2 * u);
    nn_gate_forward(&r->inner, 1, u, a + 3 * u);
    for (int64_t j = 0; j < u; j++) c[j] = i[j] * g[j];
    for (int64_t j = 0; c_before && j < u; j++) c[j] += f[j] * c_before[j]; /* c = f c + i g */
    nn_copy(u, c, h);
    nn_gate_forward(&r->output, 1, u, h);
    for (int64_t j = 0; j < u; j++) h[j] *= o[j]; /* h = o f(c) */
}

/* Step t, from h and c of the step before; NULL: there is none. */
static void advance(const nn_layer *l, const nn_pass *p, const nn_factor *U, int64_t t,
                    const nn_real *h_before, const nn_real *c_before) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units, w = r->width;
    nn_real *a = nn_recurrent_at(p, r->a, t, w), *h = nn_recurrent_at(p, r->h, t, u);
    nn_real *c = nn_recurrent_at(p, r->more, t, u);
    if (h_before) nn_gemm_factor(p->n, h_before, u, U, 1, a, w); /* a = x(t) W + h(t-1) U */
    for (int64_t i = 0; i < p->n; i++) {
        if (l->n_params > 2) nn_add(w, p->W[2], a + i * w); /* + b */
        if (r->keeps_pre) nn_copy(w, a + i * w, nn_recurrent_at(p, r->pre, t, w) + i * w);
        cell(r, a + i * w, c_before ? c_before + i * u : NULL, c + i * u, h + i * u);
    }
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units;
    nn_real *room = NULL;
    nn_factor U = nn_recurrent_factor(l, p, false, 0, r->width, &room);
    nn_recurrent_begin(l, p);
    for (int64_t t = 0; t < r->steps; t++)
        advance(l, p, &U, t, t ? nn_recurrent_at(p, r->h, t - 1, u) : NULL,
                t ? nn_recurrent_at(p, r->more, t - 1, u) : NULL);
    nn_recurrent_end(l, p);
}

static void step(const nn_layer *l, const nn_pass *p, const nn_carried *c) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units;
    nn_real *room = NULL;
    nn_factor U = nn_recurrent_factor(l, p, false, 0, r->width, &room);
    nn_recurrent_begin(l, p);
    advance(l, p, &U, 0, c->t ? c->x : NULL, c->t ? c->x + u : NULL);
    nn_copy(u, nn_recurrent_at(p, r->h, 0, u), c->x);
    nn_copy(u, nn_recurrent_at(p, r->more, 0, u), c->x + u);
    nn_recurrent_end(l, p);
}

/* ---- backward ---- */

/* One row of a step: a, which is i f g o, becomes da; dc becomes that of the step before. `row` is
 * room for 6 rows of units. */
NN_CLONES static void cell_backward(const nn_recurrence *r, const nn_real *pre, nn_real *restrict a,
                                    const nn_real *c_before, const nn_real *c,
                                    const nn_real *restrict dh, nn_real *restrict dc,
                                    nn_real *restrict row) {
    int64_t u = r->units;
    const nn_real *i = a, *f = a + u, *g = a + 2 * u, *o = a + 3 * u;
    nn_real *di = row, *df = row + u, *dg = row + 2 * u, *d_o = row + 3 * u;
    nn_real *s = row + 4 * u, *ds = row + 5 * u; /* s = f(c) */
    nn_copy(u, c, s);
    nn_gate_forward(&r->output, 1, u, s);
    for (int64_t j = 0; j < u; j++) d_o[j] = dh[j] * s[j], ds[j] = dh[j] * o[j];
    nn_gate_backward(&r->output, 1, u, c, s, ds);
    for (int64_t j = 0; j < u; j++) {
        nn_real d = dc[j] + ds[j]; /* dc + dh o f'(c) */
        di[j] = d * g[j];
        df[j] = c_before ? d * c_before[j] : 0;
        dg[j] = d * i[j];
        dc[j] = d * f[j];
    }
    nn_gate_backward(&r->inner, 2, u, pre, a, di);
    nn_gate_backward(&r->output, 1, u, pre + 2 * u, g, dg);
    nn_gate_backward(&r->inner, 1, u, pre + 3 * u, o, d_o);
    nn_copy(4 * u, row, a); /* da */
}

static void backward_common(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units, w = r->width, last = r->steps - 1;
    nn_real *dh = p->temp, *dc = dh + p->n * u, *row = dc + p->n * u, *room = NULL;
    nn_factor U = nn_recurrent_factor(l, p, true, 0, w, &room);
    nn_zero(2 * p->n * u, dh);
    for (int64_t t = last; t >= 0; t--) {
        nn_real *a = nn_recurrent_at(p, r->a, t, w), *c = nn_recurrent_at(p, r->more, t, u);
        const nn_real *pre = nn_recurrent_at(p, r->keeps_pre ? r->pre : r->a, t, w);
        if (t < last) nn_gemm_factor(p->n, a + p->n * w, w, &U, 0, dh, u); /* dh = da(t+1) U^T */
        nn_recurrent_output_gradient(l, p, t, dh);
        for (int64_t i = 0; i < p->n; i++)
            cell_backward(r, pre + i * w, a + i * w, t ? c + (i - p->n) * u : NULL, c + i * u,
                          dh + i * u, dc + i * u, row);
    }
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    const nn_real *da = nn_recurrent_at(p, r->a, 0, r->width);
    nn_recurrent_kernel_gradient(l, p);                     /* dW = x^T da */
    nn_recurrent_gradient(l, p, da, r->width, 0, r->width); /* dU = h(t-1)^T da */
    if (l->n_params > 2)
        nn_sum_rows(r->steps * p->n, r->width, da, p->dW_add[2], p->dW[2]); /* db = sum of da */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_lstm) = {
    .kind = {.name = "lstm",
             .help = "a recurrent layer with a memory cell and gates",
             .shapes = "(T, k) -> (units), or (T, units) with return_sequences\n"
                       "kernel W: (k, 4 units), recurrent_kernel U: (units, 4 units), bias b: (4 "
                       "units); gates i f g o",
             .formula = "a = x(t) W + h(t-1) U + b, i = s(a_i), f = s(a_f), g = f(a_g), o = "
                        "s(a_o)\n"
                        "c(t) = f . c(t-1) + i . g, h(t) = o . f(c(t)); c, h start at 0",
             .source = "Hochreiter and Schmidhuber, Neural Computation 9, 1997; Gers, "
                       "Schmidhuber and Cummins, 2000; LSTM of Keras",
             .example = "{type: lstm, units: 32, return_sequences: true}",
             .keys = keys,
             .options_size = sizeof(nn_recurrent_options)},
    .n_inputs = 1,
    .keras_class = "LSTM",
    .setup = setup,
    .forward = forward,
    .step = step,
    .backward_common = backward_common,
    .backward_input = nn_recurrent_backward_input,
    .backward_params = backward_params,
    .flops = nn_recurrent_flops,
};
