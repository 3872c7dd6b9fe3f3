#include "norm.h"

#include <math.h>

#include "moments.h"
#include "nnmpi/tensor.h"

void nn_norm_setup(nn_layer *l, const nn_norm *norm) {
    nn_norm *plan = NN_NEW(l->arena, nn_norm);
    nn_shape channels = nn_shape_of(1, &norm->channels);
    *plan = *norm;
    l->plan = plan;
    l->out = l->in[0];
    if (norm->gamma.kind) nn_layer_add_param(l, norm->gamma_name, channels, norm->gamma);
    if (norm->beta.kind) nn_layer_add_param(l, "beta", channels, norm->beta);
    l->kept = 2 * norm->items * norm->groups;
    l->temp = 2 * (norm->channels / norm->groups);
    l->keeps_input = true;
}

double nn_norm_flops(const nn_layer *l) {
    return 7.0 * (double)nn_shape_size(&l->in[0]);
}

/* One group of one block: its first number in an array, and what is kept of it. */
typedef struct part {
    int64_t rows, stride, width; /* rows of `width` numbers, `stride` from one to the next */
    int64_t first, channel;      /* in the arrays of the pass, in gamma and beta */
    nn_real *mean, *inverse;     /* inverse: 1/sqrt(v + epsilon) */
} part;

static part part_of(const nn_norm *q, const nn_pass *p, int64_t item, int64_t group) {
    int64_t width = q->channels / q->groups;
    nn_real *kept = p->kept + 2 * (item * q->groups + group);
    return (part){.rows = q->positions,
                  .stride = q->channels,
                  .width = width,
                  .first = item * q->positions * q->channels + group * width,
                  .channel = group * width,
                  .mean = kept,
                  .inverse = kept + 1};
}

static void measure(const nn_norm *q, const part *a, const nn_real *x) {
    double count = (double)(a->rows * a->width), sum = 0, squares = 0;
    for (int64_t r = 0; q->centered && r < a->rows; r++)
        sum += nn_row_sum(a->width, x + r * a->stride);
    for (int64_t r = 0; r < a->rows; r++)
        squares += nn_row_squares(a->width, x + r * a->stride, sum / count);
    *a->mean = (nn_real)(sum / count);
    *a->inverse = (nn_real)(1 / sqrt(squares / count + q->epsilon));
}

/* h of one row */
static void normalize(const part *a, const nn_real *restrict x, nn_real *restrict h) {
    const nn_real m = *a->mean, s = *a->inverse;
    for (int64_t k = 0; k < a->width; k++) h[k] = (x[k] - m) * s; /* h = (x - m) / sqrt(v + e) */
}

static const nn_real *gamma_of(const nn_norm *q, const nn_pass *p, const part *a) {
    return q->gamma.kind ? p->W[0] + a->channel : NULL;
}

NN_CLONES static void forward_part(const nn_norm *q, const nn_pass *p, const part *a) {
    const nn_real *gamma = gamma_of(q, p, a);
    const nn_real *beta = q->beta.kind ? p->W[gamma != NULL] + a->channel : NULL;
    measure(q, a, p->z_in[0] + a->first);
    for (int64_t r = 0; r < a->rows; r++) {
        nn_real *z = p->z + a->first + r * a->stride;
        normalize(a, p->z_in[0] + a->first + r * a->stride, z);
        for (int64_t k = 0; gamma && k < a->width; k++) z[k] *= gamma[k];
        for (int64_t k = 0; beta && k < a->width; k++) z[k] += beta[k]; /* z = gamma h + beta */
    }
}

NN_CLONES static void params_part(const nn_norm *q, const nn_pass *p, const part *a) {
    bool has_gamma = q->gamma.kind != NULL;
    nn_real *h = p->temp;
    for (int64_t r = 0; r < a->rows; r++) {
        int64_t at = a->first + r * a->stride;
        normalize(a, p->z_in[0] + at, h);
        if (has_gamma)
            for (int64_t k = 0; k < a->width; k++)
                p->dW[0][a->channel + k] += p->dz[at + k] * h[k]; /* dgamma = sum dz . h */
        if (q->beta.kind)
            nn_add(a->width, p->dz + at, p->dW[has_gamma] + a->channel); /* dbeta = sum dz */
    }
}

/* g and h of one row */
static void gradient_row(const nn_norm *q, const nn_pass *p, const part *a, int64_t at, nn_real *g,
                         nn_real *h) {
    const nn_real *gamma = gamma_of(q, p, a);
    normalize(a, p->z_in[0] + at, h);
    nn_copy(a->width, p->dz + at, g);
    for (int64_t k = 0; gamma && k < a->width; k++) g[k] *= gamma[k]; /* g = dz . gamma */
}

NN_CLONES static void input_part(const nn_norm *q, const nn_pass *p, const part *a) {
    nn_real *g = p->temp, *h = g + a->width;
    double count = (double)(a->rows * a->width), sum = 0, along = 0;
    for (int64_t r = 0; r < a->rows; r++) {
        gradient_row(q, p, a, a->first + r * a->stride, g, h);
        if (q->centered) sum += nn_row_sum(a->width, g);
        along += nn_row_dot(a->width, g, h);
    }
    const nn_real mean_g = (nn_real)(sum / count), mean_gh = (nn_real)(along / count);
    const nn_real s = *a->inverse;
    for (int64_t r = 0; r < a->rows; r++) {
        int64_t at = a->first + r * a->stride;
        gradient_row(q, p, a, at, g, h);
        for (int64_t k = 0; k < a->width; k++)
            g[k] = s * (g[k] - mean_g - h[k] * mean_gh); /* dz(j-1) */
        nn_contribute(a->width, g, p->dz_in_add[0], p->dz_in[0] + at);
    }
}

static void each_part(const nn_layer *l, const nn_pass *p,
                      void (*f)(const nn_norm *, const nn_pass *, const part *)) {
    const nn_norm *q = l->plan;
    for (int64_t item = 0; item < p->n * q->items; item++)
        for (int64_t group = 0; group < q->groups; group++) {
            part a = part_of(q, p, item, group);
            f(q, p, &a);
        }
}

void nn_norm_forward(const nn_layer *l, const nn_pass *p) {
    each_part(l, p, forward_part);
}

void nn_norm_backward_params(const nn_layer *l, const nn_pass *p) {
    const nn_norm *q = l->plan;
    for (int i = 0; i < l->n_params; i++)
        if (!p->dW_add[i]) nn_zero(q->channels, p->dW[i]);
    each_part(l, p, params_part);
}

void nn_norm_backward_input(const nn_layer *l, const nn_pass *p) {
    if (p->dz_in[0]) each_part(l, p, input_part);
}
