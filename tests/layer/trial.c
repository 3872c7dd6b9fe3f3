/* One run of a specimen, with everything around it that a layer must not read or write checked. */
#include "specimen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUARDS 8
#define GUARD ((nn_real)12345.678)

void nn_claim(const nn_specimen *s, bool truth, const char *format, ...) {
    if (truth) return;
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fail_msg("%s\n    %s", s->title, text);
}

void nn_claim_close(const nn_specimen *s, const char *what, int64_t n, const nn_real *a,
                    const nn_real *b, double tolerance) {
    for (int64_t i = 0; i < n; i++) {
        double x = (double)a[i], y = (double)b[i];
        double allowed = tolerance * fmax(1, fmax(fabs(x), fabs(y)));
        nn_claim(s, fabs(x - y) <= allowed, "%s: number %lld is %.17g and %.17g", what,
                 (long long)i, x, y);
    }
}

static void fill(int64_t n, nn_real value, nn_real *x) {
    for (int64_t i = 0; i < n; i++) x[i] = value;
}

/* n numbers from `from`, or all `value` where it is NULL, and guards behind them. */
static nn_real *room(nn_outcome *o, int64_t n, const nn_real *from, nn_real value) {
    nn_real *x = malloc((size_t)(n + GUARDS) * sizeof *x);
    assert_non_null(x);
    fill(n, value, x);
    if (from && n > 0) memcpy(x, from, (size_t)n * sizeof *x);
    fill(GUARDS, GUARD, x + n);
    assert_true(o->n_guarded < NN_GUARDED);
    o->guarded[o->n_guarded++] = (struct nn_guarded){x, n};
    return x;
}

static void make_room(const nn_specimen *s, const nn_trial *t, nn_outcome *o, nn_real garbage) {
    const nn_layer *l = &s->layer;
    for (int k = 0; k < l->n_inputs; k++) {
        int64_t size = nn_specimen_in(s, k);
        o->z_in[k] = room(o, o->n * size, s->z_in[k] + t->first * size, 0);
    }
    for (int k = 0; k < l->n_params; k++) o->W[k] = room(o, nn_specimen_param(s, k), s->W[k], 0);
    for (int k = 0; k < l->n_state; k++)
        o->state[k] = room(o, nn_shape_size(&l->state[k].shape), s->state[k], 0);
    o->z = t->in_place ? o->z_in[0] : room(o, o->n * nn_specimen_out(s), NULL, garbage);
    o->kept = room(o, o->n * l->kept, NULL, garbage);
    o->temp = room(o, o->n * l->temp_per_sample + l->temp, NULL, garbage);
}

static void make_room_backward(const nn_specimen *s, const nn_trial *t, nn_outcome *o,
                               nn_real garbage) {
    const nn_layer *l = &s->layer;
    const nn_outcome *from = t->add_to;
    o->dz = room(o, o->n * nn_specimen_out(s), s->v + t->first * nn_specimen_out(s), 0);
    for (int k = 0; k < l->n_inputs; k++) {
        if (t->unasked >> k & 1) continue;
        o->dz_in[k] = t->in_place && k == 0 ? o->dz
                                            : room(o, o->n * nn_specimen_in(s, k),
                                                   from ? from->dz_in[k] : NULL, garbage);
    }
    for (int k = 0; k < l->n_params; k++)
        o->dW[k] = room(o, nn_specimen_param(s, k), from ? from->dW[k] : NULL, garbage);
}

static void check_guards(const nn_specimen *s, const nn_outcome *o) {
    for (int i = 0; i < o->n_guarded; i++)
        for (int k = 0; k < GUARDS; k++)
            nn_claim(s, o->guarded[i].x[o->guarded[i].n + k] == GUARD,
                     "wrote behind the end of an array of %lld numbers",
                     (long long)o->guarded[i].n);
}

static void check_given(const nn_specimen *s, const nn_trial *t, const nn_outcome *o) {
    const nn_layer *l = &s->layer;
    for (int k = 0; k < l->n_params; k++)
        nn_claim_close(s, "it changed a weight", nn_specimen_param(s, k), s->W[k], o->W[k], 0);
    for (int k = t->in_place; k < l->n_inputs; k++) {
        int64_t size = nn_specimen_in(s, k);
        nn_claim_close(s, "it changed an input", o->n * size, s->z_in[k] + t->first * size,
                       o->z_in[k], 0);
    }
}

static void call(const nn_specimen *s, nn_outcome *o, const nn_pass *p, nn_real garbage,
                 void (*f)(const nn_layer *, const nn_pass *)) {
    if (!f) return;
    fill(o->n * s->layer.temp_per_sample + s->layer.temp, garbage, o->temp);
    f(&s->layer, p);
    check_guards(s, o);
}

/* What the layer does not say it keeps is gone before backward. */
static void forget(const nn_specimen *s, nn_outcome *o) {
    const nn_layer *l = &s->layer;
    bool in_place = o->z == o->z_in[0];
    for (int k = in_place; k < l->n_inputs && !l->keeps_input; k++)
        fill(o->n * nn_specimen_in(s, k), (nn_real)NAN, o->z_in[k]);
    if (!l->keeps_output) fill(o->n * nn_specimen_out(s), (nn_real)NAN, o->z);
}

/* The sums of a coupled layer, rounds [round, end): what the run gave in the last one is p->given.
 */
static void couple(const nn_specimen *s, const nn_trial *t, nn_outcome *o, nn_pass *p, int round,
                   int end) {
    const nn_layer *l = &s->layer;
    if (!l->coupled || !p->training) return;
    double *given = calloc((size_t)(2 * l->sums + 1), sizeof *given), *total = given + l->sums;
    assert_non_null(given);
    o->given[round > 0] = given;
    for (; round < end; round++) {
        int64_t n = l->ops->give(l, p, round, given);
        nn_claim(s, n <= l->sums, "%lld sums in round %d", (long long)n, round);
        memcpy(total, given, (size_t)n * sizeof *total);
        if (t->summing) t->summing->sum(t->summing->context, total, (int)n);
        l->ops->take(l, p, round, total);
        check_guards(s, o);
    }
    p->given = given;
}

/* o->z stays what forward gave. */
static void run_backward(const nn_specimen *s, const nn_trial *t, nn_outcome *o, nn_pass *p,
                         nn_real garbage) {
    const nn_layer_ops *ops = s->layer.ops;
    bool add[NN_MAX_PARAMS + NN_SPECIMEN_INPUTS];
    for (int k = 0; k < NN_MAX_PARAMS + NN_SPECIMEN_INPUTS; k++) add[k] = t->add_to != NULL;
    make_room_backward(s, t, o, garbage);
    nn_real *z = room(o, o->n * nn_specimen_out(s), o->z, 0);
    forget(s, o);
    p->dz = o->dz, p->dz_in = o->dz_in, p->dz_in_add = add, p->dW = o->dW, p->dW_add = add;
    const nn_layer *l = &s->layer;
    couple(s, t, o, p, l->rounds_forward, l->rounds_forward + l->rounds_backward);
    call(s, o, p, garbage, ops->backward_common);
    call(s, o, p, garbage, ops->backward_params);
    call(s, o, p, garbage, ops->backward_input);
    o->z = z;
}

nn_outcome *nn_specimen_run(const nn_specimen *s, const nn_trial *t) {
    nn_outcome *o = calloc(1, sizeof *o);
    assert_non_null(o);
    nn_real garbage = t->zero_filled ? 0 : (nn_real)NAN;
    o->n = t->n < 0 ? 0 : t->n == 0 ? s->n - t->first : t->n;
    make_room(s, t, o, garbage);
    nn_pass p = {.n = o->n,
                 .training = !t->evaluation,
                 .seed = s->seed,
                 .step = s->step,
                 .sample = s->sample + t->first,
                 .z_in = (const nn_real *const *)o->z_in,
                 .z = o->z,
                 .kept = o->kept,
                 .temp = o->temp,
                 .W = (const nn_real *const *)o->W,
                 .state = o->state};
    couple(s, t, o, &p, 0, s->layer.rounds_forward);
    p.given = NULL;
    call(s, o, &p, garbage, s->layer.ops->forward);
    check_given(s, t, o);
    if (t->backward) run_backward(s, t, o, &p, garbage);
    return o;
}

void nn_outcome_destroy(nn_outcome *o) {
    for (int i = 0; i < o->n_guarded; i++) free(o->guarded[i].x);
    free(o->given[0]);
    free(o->given[1]);
    free(o);
}
