/* simple_rnn: the plain recurrent layer. Elman, Cognitive Science 1990.
 *
 *     a = x(t) W + h(t-1) U + b,   h(t) = f(a)
 *
 * and back in time da = (dz(t) + da(t+1) U^T) . f'(a). */
#include "recurrent.h"

static const nn_key keys[] = {NN_RECURRENT_KEYS, {0}};

static bool setup(nn_layer *l) {
    const nn_recurrent_options *o = l->options;
    if (!nn_recurrent_setup(l, 1, false)) return false;
    nn_recurrent_reserve(l, o->units);
    if (o->use_bias) nn_layer_add_param(l, "bias", nn_shape_of(1, &o->units), o->bias_initializer);
    return true;
}

/* Step t, from the h of the step before; NULL: there is none. */
static void advance(const nn_layer *l, const nn_pass *p, const nn_factor *U, int64_t t,
                    const nn_real *before) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units;
    nn_real *a = nn_recurrent_at(p, r->a, t, u), *h = nn_recurrent_at(p, r->h, t, u);
    if (before) nn_gemm_factor(p->n, before, u, U, 1, a, u); /* a = x(t) W + h(t-1) U */
    if (l->n_params > 2) nn_add_rows(p->n, u, p->W[2], a);   /* + b */
    nn_copy(p->n * u, a, h);
    nn_gate_forward(&r->output, p->n, u, h); /* h = f(a) */
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    nn_real *room = NULL;
    nn_factor U = nn_recurrent_factor(l, p, false, 0, r->units, &room);
    nn_recurrent_begin(l, p);
    for (int64_t t = 0; t < r->steps; t++)
        advance(l, p, &U, t, t ? nn_recurrent_at(p, r->h, t - 1, r->units) : NULL);
    nn_recurrent_end(l, p);
}

static void step(const nn_layer *l, const nn_pass *p, const nn_carried *c) {
    const nn_recurrence *r = l->plan;
    nn_real *room = NULL;
    nn_factor U = nn_recurrent_factor(l, p, false, 0, r->units, &room);
    nn_recurrent_begin(l, p);
    advance(l, p, &U, 0, c->t ? c->x : NULL);
    nn_copy(r->units, nn_recurrent_at(p, r->h, 0, r->units), c->x);
    nn_recurrent_end(l, p);
}

static void backward_common(const nn_layer *l, const nn_pass *p) {
    const nn_recurrence *r = l->plan;
    int64_t u = r->units, last = r->steps - 1;
    nn_real *dh = p->temp, *room = NULL;
    nn_factor U = nn_recurrent_factor(l, p, true, 0, u, &room);
    nn_zero(p->n * u, dh);
    for (int64_t t = last; t >= 0; t--) {
        nn_real *a = nn_recurrent_at(p, r->a, t, u);
        if (t < last) nn_gemm_factor(p->n, a + p->n * u, u, &U, 0, dh, u); /* dh = da(t+1) U^T */
        nn_recurrent_output_gradient(l, p, t, dh);
        nn_gate_backward(&r->output, p->n, u, a, nn_recurrent_at(p, r->h, t, u), dh);
        nn_copy(p->n * u, dh, a); /* da = dh . f'(a) */
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

const nn_layer_ops NN_REAL_NAME(nn_layer_simple_rnn) = {
    .kind = {.name = "simple_rnn",
             .help = "the plain recurrent layer: its output comes back as an input",
             .shapes = "(T, k) -> (units), or (T, units) with return_sequences\n"
                       "kernel W: (k, units), recurrent_kernel U: (units, units), bias b: "
                       "(units)",
             .formula = "h(t) = f(x(t) W + h(t-1) U + b); h starts at 0",
             .source = "Elman, Finding structure in time, Cognitive Science 14, 1990; SimpleRNN "
                       "of Keras",
             .example = "{type: simple_rnn, units: 16}",
             .keys = keys,
             .options_size = sizeof(nn_recurrent_options)},
    .n_inputs = 1,
    .keras_class = "SimpleRNN",
    .setup = setup,
    .forward = forward,
    .step = step,
    .backward_common = backward_common,
    .backward_input = nn_recurrent_backward_input,
    .backward_params = backward_params,
    .flops = nn_recurrent_flops,
};
