/* gru: gated recurrent units. Cho et al., EMNLP 2014; reset after the product as in cuDNN.
 *
 *     z = s(x(t) W_z + h(t-1) U_z + b_z),   r = s(x(t) W_r + h(t-1) U_r + b_r)
 *     q = h(t-1) U_h + c_h,  g = f(x(t) W_h + b_h + r . q)           reset_after
 *     q = r . h(t-1),        g = f(x(t) W_h + b_h + q U_h)           else
 *     h(t) = z . h(t-1) + (1 - z) . g
 *
 * and back in time, from the dh of step t:
 *
 *     da_z = dh . (h(t-1) - g) . s',   da_h = dh . (1 - z) . f'
 *     dq = da_h . r,        da_r = da_h . q . s'                     reset_after
 *     dq = da_h U_h^T,      da_r = dq . h(t-1) . s'                  else
 *     dh(t-1) = dh . z + (da_z | da_r) (U_z | U_r)^T + (dq U_h^T  or  dq . r)
 *
 * In a row of a the gates stand as in Keras: z r g; q is the array `more` and becomes dq where
 * reset_after (otherwise dU_h = q^T da_h needs it). */
#include "recurrent.h"

static const nn_key keys[] = {
    NN_RECURRENT_KEYS,
    NN_RECURRENT_GATE_KEY,
    NN_RECURRENT_KEY(reset_after, NN_KEY_BOOL, .preset = "true",
                     .help = "true: r multiplies h U, there are two biases; false: r multiplies h"),
    {0}};

static bool setup(nn_layer *l) {
    const nn_recurrent_options *o = l->options;
    int64_t width = 3 * o->units;
    if (!nn_recurrent_setup(l, 3, true)) return false;
    nn_recurrent_reserve(l, 2 * o->units);
    nn_recurrent_reserve(l, o->units);
    if (o->use_bias)
        nn_layer_add_param(l, "bias",
                           o->reset_after ? nn_shape_of(2, (int64_t[]){2, width})
                                          : nn_shape_of(1, &width),
                           o->bias_initializer);
    return true;
}

static bool reset_after(const nn_layer *l) {
    return ((const nn_recurrent_options *)l->options)->reset_after;
}

/* ---- forward ---- */

/* h = z . h(t-1) + (1 - z) . g for one row. */
NN_CLONES static void mix(int64_t u, const nn_real *restrict a, const nn_real *before,
                          nn_real *restrict h) {
    const nn_real *z = a, *g = a + 2 * u;
    for (int64_t j = 0; j < u; j++) h[j] = (1 - z[j]) * g[j];
    for (int64_t j = 0; before && j < u; j++) h[j] += z[j] * before[j];
}

/* Bias and the gates z and r of n rows. */
static void open_gates(const nn_layer *l, const nn_pass *p, nn_real *a, nn_real *pre) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units, w = r->width;
    for (int64_t i = 0; i < p->n; i++, a += w, pre += w) {
        if (l->n_params > 2) nn_add(w, p->W[2], a);
        if (l->n_params > 2 && reset_after(l)) nn_add(2 * u, p->W[2] + w, a);
        if (r->keeps_pre) nn_copy(2 * u, a, pre);
        nn_gate_forward(&r->inner, 2, u, a);
    }
}

/* U, or its transpose, for the products of all steps. */
typedef struct factors {
    nn_factor gates, state; /* U_z | U_r, U_h */
} factors;

static factors factors_of(const nn_layer *l, const nn_pass *p, bool transpose) {
    int64_t u = ((const nn_recurrence *)l->plan)->units;
    nn_real *room = NULL;
    nn_factor gates = nn_recurrent_factor(l, p, transpose, 0, 2 * u, &room);
    return (factors){gates, nn_recurrent_factor(l, p, transpose, 2 * u, u, &room)};
}

/* Step t, from the h of the step before; NULL: there is none. */
static void advance(const nn_layer *l, const nn_pass *p, const factors *U, int64_t t,
                    const nn_real *before) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units, w = r->width, n = p->n;
    nn_real *a = nn_recurrent_at(p, r->a, t, w), *h = nn_recurrent_at(p, r->h, t, u);
    nn_real *q = nn_recurrent_at(p, r->more, t, u), *pre = a;
    if (r->keeps_pre) pre = nn_recurrent_at(p, r->pre, t, w);
    if (before) nn_gemm_factor(n, before, u, &U->gates, 1, a, w); /* h (U_z | U_r) */
    open_gates(l, p, a, pre);
    if (reset_after(l)) {
        if (before)
            nn_gemm_factor(n, before, u, &U->state, 0, q, u);
        else
            nn_zero(n * u, q);
        if (l->n_params > 2) nn_add_rows(n, u, p->W[2] + w + 2 * u, q); /* q = h U_h + c_h */
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j < u; j++) a[i * w + 2 * u + j] += a[i * w + u + j] * q[i * u + j];
    } else {
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j < u; j++)
                q[i * u + j] = before ? a[i * w + u + j] * before[i * u + j] : 0; /* q = r . h */
        nn_gemm_factor(n, q, u, &U->state, 1, a + 2 * u, w);
    }
    for (int64_t i = 0; i < n; i++) {
        nn_real *g = a + i * w + 2 * u;
        if (r->keeps_pre) nn_copy(u, g, pre + i * w + 2 * u);
        nn_gate_forward(&r->output, 1, u, g);
        mix(u, a + i * w, before ? before + i * u : NULL, h + i * u);
    }
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    nn_recurrent_begin(l, p);
    factors U = factors_of(l, p, false);
    for (int64_t t = 0; t < r->steps; t++)
        advance(l, p, &U, t, t ? nn_recurrent_at(p, r->h, t - 1, r->units) : NULL);
    nn_recurrent_end(l, p);
}

static void step(const nn_layer *l, const nn_pass *p, const nn_carried *c) {
    const nn_recurrence *r = l->plan;
    nn_recurrent_begin(l, p);
    factors U = factors_of(l, p, false);
    advance(l, p, &U, 0, c->t ? c->x : NULL);
    nn_copy(r->units, nn_recurrent_at(p, r->h, 0, r->units), c->x);
    nn_recurrent_end(l, p);
}

/* ---- backward ---- */

/* One row: z and g of a become da_z and da_h, dh becomes dh . z. `row` is room for 2 u numbers. */
NN_CLONES static void unmix(const nn_recurrence *r, const nn_real *pre, nn_real *restrict a,
                            const nn_real *before, nn_real *restrict dh, nn_real *restrict row) {
    int64_t u = r->units;
    nn_real *z = a, *g = a + 2 * u, *dz = row, *dg = row + u;
    for (int64_t j = 0; j < u; j++) {
        dz[j] = dh[j] * ((before ? before[j] : 0) - g[j]);
        dg[j] = dh[j] * (1 - z[j]);
        dh[j] *= z[j];
    }
    nn_gate_backward(&r->inner, 1, u, pre, z, dz);
    nn_gate_backward(&r->output, 1, u, pre + 2 * u, g, dg);
    nn_copy(u, dz, z);
    nn_copy(u, dg, g);
}

/* One row where r multiplied q: r of a becomes da_r, q becomes dq. */
NN_CLONES static void reset_q(const nn_recurrence *r, const nn_real *pre, nn_real *restrict a,
                              nn_real *restrict q, nn_real *restrict row) {
    int64_t u = r->units;
    const nn_real *dg = a + 2 * u;
    for (int64_t j = 0; j < u; j++) {
        row[j] = dg[j] * q[j];
        q[j] = dg[j] * a[u + j]; /* dq = da_h . r */
    }
    nn_gate_backward(&r->inner, 1, u, pre + u, a + u, row);
    nn_copy(u, row, a + u);
}

/* One row where r multiplied h(t-1): r of a becomes da_r, dh grows by dq . r. */
NN_CLONES static void reset_h(const nn_recurrence *r, const nn_real *pre, nn_real *restrict a,
                              const nn_real *before, const nn_real *restrict dq,
                              nn_real *restrict dh, nn_real *restrict row) {
    int64_t u = r->units;
    for (int64_t j = 0; j < u; j++) {
        row[j] = before ? dq[j] * before[j] : 0;
        dh[j] += dq[j] * a[u + j];
    }
    nn_gate_backward(&r->inner, 1, u, pre + u, a + u, row);
    nn_copy(u, row, a + u);
}

/* a of step t becomes da, q becomes dq where reset_after; dh, which is that of h(t), becomes what
 * of that of h(t-1) does not go through a GEMM with U. */
static void step_back(const nn_layer *l, const nn_pass *p, const factors *U, int64_t t,
                      nn_real *dh) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units, w = r->width, n = p->n;
    nn_real *a = nn_recurrent_at(p, r->a, t, w), *q = nn_recurrent_at(p, r->more, t, u);
    nn_real *dq = dh + n * u, *row = dq + n * u;
    const nn_real *before = t ? nn_recurrent_at(p, r->h, t - 1, u) : NULL;
    const nn_real *pre = nn_recurrent_at(p, r->keeps_pre ? r->pre : r->a, t, w);
    for (int64_t i = 0; i < n; i++)
        unmix(r, pre + i * w, a + i * w, before ? before + i * u : NULL, dh + i * u, row);
    if (!reset_after(l)) nn_gemm_factor(n, a + 2 * u, w, &U->state, 0, dq, u); /* dq = da_h U_h^T */
    for (int64_t i = 0; i < n; i++)
        if (reset_after(l))
            reset_q(r, pre + i * w, a + i * w, q + i * u, row);
        else
            reset_h(r, pre + i * w, a + i * w, before ? before + i * u : NULL, dq + i * u,
                    dh + i * u, row);
}

static void backward_common(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units, w = r->width;
    nn_real *dh = p->temp;
    factors U = factors_of(l, p, true);
    nn_zero(p->n * u, dh);
    for (int64_t t = r->steps - 1; t >= 0; t--) {
        nn_recurrent_output_gradient(l, p, t, dh);
        step_back(l, p, &U, t, dh);
        if (t == 0) break;
        nn_gemm_factor(p->n, nn_recurrent_at(p, r->a, t, w), w, &U.gates, 1, dh,
                       u); /* dh += (da_z | da_r) (U_z | U_r)^T */
        if (reset_after(l))
            nn_gemm_factor(p->n, nn_recurrent_at(p, r->more, t, u), u, &U.state, 1, dh,
                           u); /* dh += dq U_h^T */
    }
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units, w = r->width, rows = r->steps * p->n;
    const nn_real *da = nn_recurrent_at(p, r->a, 0, w), *q = nn_recurrent_at(p, r->more, 0, u);
    nn_recurrent_kernel_gradient(l, p);           /* dW = x^T da */
    nn_recurrent_gradient(l, p, da, w, 0, 2 * u); /* dU_z, dU_r = h(t-1)^T da */
    if (reset_after(l))
        nn_recurrent_gradient(l, p, q, u, 2 * u, u); /* dU_h = h(t-1)^T dq */
    else
        nn_gemm(true, false, u, u, rows, q, u, da + 2 * u, w, p->dW_add[1], p->dW[1] + 2 * u,
                w); /* dU_h = q^T da_h */
    if (l->n_params < 3) return;
    nn_sum_rows(rows, w, da, false, p->temp); /* db = sum of da */
    nn_contribute(w, p->temp, p->dW_add[2], p->dW[2]);
    if (!reset_after(l)) return;
    nn_sum_rows(rows, u, q, false, p->temp + 2 * u); /* dc_h = sum of dq */
    nn_contribute(w, p->temp, p->dW_add[2], p->dW[2] + w);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_gru) = {
    .kind = {.name = "gru",
             .help = "a recurrent layer with gates",
             .shapes = "(T, k) -> (units), or (T, units) with return_sequences\n"
                       "kernel W: (k, 3 units), recurrent_kernel U: (units, 3 units), gates z r "
                       "h; bias: b and c, (2, 3 units), for x W and for h U; (3 units) without "
                       "reset_after",
             .formula = "z = s(x(t) W_z + b_z + h(t-1) U_z + c_z), r likewise\n"
                        "g = f(x(t) W_h + b_h + r . (h(t-1) U_h + c_h)); without reset_after: (r "
                        ". h(t-1)) U_h\n"
                        "h(t) = z . h(t-1) + (1 - z) . g; h starts at 0",
             .source = "Cho et al., EMNLP 2014; reset_after: Appleyard et al., 2016 (cuDNN); GRU "
                       "of Keras",
             .example = "{type: gru, units: 16, return_sequences: true}",
             .keys = keys,
             .options_size = sizeof(nn_recurrent_options)},
    .n_inputs = 1,
    .keras_class = "GRU",
    .setup = setup,
    .forward = forward,
    .step = step,
    .backward_common = backward_common,
    .backward_input = nn_recurrent_backward_input,
    .backward_params = backward_params,
    .flops = nn_recurrent_flops,
};
