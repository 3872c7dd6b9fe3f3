/* Derivatives against central differences, (f(x + h) - f(x - h)) / 2h at h and h/2, put together
 * by Richardson: the error is O(h^4). Where the two disagree f has a kink near x. */
#include "truths.h"

#include <math.h>
#include <string.h>

#define STEP 2e-4
#define STEP_OF_ALL 2e-6   /* where all numbers move at once there are many kinks to meet */
#define TOLERANCE 1e-6     /* relative to a number, or to 1 % of the largest of its kind */
#define TOLERANCE_SUM 1e-7 /* relative to the sum of the magnitudes */
#define MOST_ENTRIES 96

/* <v, f> moved by `move` times h from where it is: the caller's numbers are changed and put back.
 */
typedef struct nn_direction {
    nn_real *x;       /* what moves */
    const nn_real *u; /* by this times h; NULL: one entry */
    int64_t n;        /* entries of u, or the entry */
} nn_direction;

static void move(const nn_direction *d, int n, double h) {
    for (int k = 0; k < n; k++) {
        if (!d[k].u) d[k].x[d[k].n] += (nn_real)h;
        for (int64_t i = 0; d[k].u && i < d[k].n; i++) d[k].x[i] += (nn_real)h * d[k].u[i];
    }
}

/* <v, f(x + h u) - f(x - h u)> / 2h */
static double difference(const nn_specimen *s, const nn_direction *d, int n, double h,
                         nn_real *const *saved) {
    nn_trial forward = {0};
    double sum = 0;
    move(d, n, h);
    nn_outcome *above = nn_specimen_run(s, &forward);
    move(d, n, -2 * h);
    nn_outcome *below = nn_specimen_run(s, &forward);
    for (int64_t i = 0; i < s->n * nn_specimen_out(s); i++)
        sum += (double)s->v[i] * ((double)above->z[i] - (double)below->z[i]);
    for (int k = 0; k < n; k++) {
        if (d[k].u)
            memcpy(d[k].x, saved[k], (size_t)d[k].n * sizeof(nn_real));
        else
            d[k].x[d[k].n] = *saved[k];
    }
    nn_outcome_destroy(above);
    nn_outcome_destroy(below);
    return sum / (2 * h);
}

/* The derivative of <v, f> along d; false at a kink: at h and h/2 it differs by more than `noise`.
 */
static bool derivative(const nn_specimen *s, const nn_direction *d, int n, double h, double noise,
                       double *result) {
    nn_real *saved[NN_MAX_PARAMS + NN_SPECIMEN_INPUTS], entry = 0;
    for (int k = 0; k < n; k++) {
        entry = d[k].u ? entry : d[k].x[d[k].n]; /* a single entry comes alone */
        saved[k] = d[k].u ? NN_NEW_ARRAY(s->arena, nn_real, d[k].n) : &entry;
        if (d[k].u) memcpy(saved[k], d[k].x, (size_t)d[k].n * sizeof(nn_real));
    }
    double wide = difference(s, d, n, h, saved), narrow = difference(s, d, n, h / 2, saved);
    *result = (4 * narrow - wide) / 3;
    return fabs(wide - narrow) <= noise;
}

static double largest(int64_t n, const nn_real *x) {
    double top = 0;
    for (int64_t i = 0; i < n; i++) top = fmax(top, fabs((double)x[i]));
    return top;
}

/* The gradient of <v, f> by the numbers x, of which there are n. */
static void check_gradient(const nn_specimen *s, const char *what, int k, int64_t n, nn_real *x,
                           const nn_real *gradient) {
    int64_t stride = n <= MOST_ENTRIES ? 1 : n / MOST_ENTRIES + 1, kinks = 0, tried = 0;
    double scale = largest(n, gradient);
    for (int64_t i = 0; i < n; i += stride, tried++) {
        nn_direction one = {.x = x, .n = i};
        double expected, given = (double)gradient[i];
        if (!derivative(s, &one, 1, STEP, 1e-5 * scale + 1e-9, &expected)) {
            kinks++;
            continue;
        }
        double allowed = TOLERANCE * fmax(fabs(expected), 1e-2 * scale) + 1e-10;
        nn_claim(s, fabs(given - expected) <= allowed,
                 "gradient by %s %d, entry %lld: %.12g given, %.12g by differences", what, k,
                 (long long)i, given, expected);
    }
    nn_claim(s, kinks <= 1 + tried / 20, "%lld of %lld entries of %s %d are kinks",
             (long long)kinks, (long long)tried, what, k);
}

void the_gradient_by_input_equals_central_differences(nn_specimen *s) {
    if (s->habitat.ids || !s->layer.ops->backward_input) return;
    nn_trial trial = {.backward = true};
    nn_outcome *o = nn_specimen_run(s, &trial);
    for (int k = 0; k < s->layer.n_inputs; k++)
        check_gradient(s, "input", k, s->n * nn_specimen_in(s, k), s->z_in[k], o->dz_in[k]);
    nn_outcome_destroy(o);
}

void the_gradient_by_parameters_equals_central_differences(nn_specimen *s) {
    nn_trial trial = {.backward = true};
    nn_outcome *o = nn_specimen_run(s, &trial);
    for (int k = 0; k < s->layer.n_params; k++)
        check_gradient(s, "parameter", k, nn_specimen_param(s, k), s->W[k], o->dW[k]);
    nn_outcome_destroy(o);
}

static nn_real *direction(const nn_specimen *s, int64_t n, uint64_t attempt, uint64_t k) {
    nn_stream stream = nn_stream_of(attempt, NN_RANDOM_TEST, 30, k);
    nn_real *u = NN_NEW_ARRAY(s->arena, nn_real, n);
    for (int64_t i = 0; i < n; i++) u[i] = (nn_real)nn_random_normal(&stream, (uint64_t)i);
    return u;
}

static double product(int64_t n, const nn_real *a, const nn_real *b, double *size) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (double)a[i] * (double)b[i];
    for (int64_t i = 0; i < n; i++) *size += fabs((double)a[i] * (double)b[i]);
    return sum;
}

/* False at a kink. */
static bool check_adjoint(const nn_specimen *s, uint64_t attempt) {
    const nn_layer *l = &s->layer;
    nn_direction d[NN_MAX_PARAMS + NN_SPECIMEN_INPUTS];
    nn_trial trial = {.backward = true};
    nn_outcome *o = nn_specimen_run(s, &trial);
    double given = 0, size = 0, expected;
    int n = 0;
    for (int k = 0; k < l->n_inputs && !s->habitat.ids && l->ops->backward_input; k++, n++) {
        int64_t m = s->n * nn_specimen_in(s, k);
        d[n] = (nn_direction){s->z_in[k], direction(s, m, attempt, (uint64_t)k), m};
        given += product(m, o->dz_in[k], d[n].u, &size);
    }
    for (int k = 0; k < l->n_params; k++, n++) {
        int64_t m = nn_specimen_param(s, k);
        d[n] = (nn_direction){s->W[k], direction(s, m, attempt, 100 + (uint64_t)k), m};
        given += product(m, o->dW[k], d[n].u, &size);
    }
    nn_outcome_destroy(o);
    if (!derivative(s, d, n, STEP_OF_ALL, TOLERANCE_SUM * size, &expected)) return false;
    nn_claim(s, fabs(given - expected) <= TOLERANCE_SUM * size,
             "<v Df, u> = %.12g, <v, Df u> = %.12g", given, expected);
    return true;
}

void the_products_are_adjoint_to_the_derivative(nn_specimen *s) {
    int smooth = 0;
    for (uint64_t attempt = 1; attempt <= 4; attempt++) smooth += check_adjoint(s, attempt);
    nn_claim(s, smooth > 0, "a kink in all of 4 directions");
    if (!s->layer.activation.kind) return;
    s->layer.activation.kind = NULL; /* as the model does with the output layer */
    check_adjoint(s, 5);
}
