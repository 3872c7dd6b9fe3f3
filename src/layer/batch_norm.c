/* batch_norm: each channel c (the last axis) normalised over all samples and positions of the
 * GLOBAL batch. Ioffe and Szegedy, ICML 2015.
 *
 *     m = mean x,  v = mean (x - m)^2,  h = (x - m) / sqrt(v + epsilon),  z(j) = gamma h + beta
 *     dgamma = sum dz . h,  dbeta = sum dz
 *     dz(j-1) = gamma / sqrt(v + epsilon) (dz - mean dz - h mean(dz . h))
 *
 * Sums are taken in double over this rank's samples and then over ranks, so N ranks give what one
 * rank gives. In evaluation, and where the layer is frozen (trainable: false), m and v are the
 * running averages  moving <- momentum moving + (1 - momentum) now,  constants for the derivative.
 */
#include "nnmpi/layer.h"

#include <math.h>

#include "nnmpi/tensor.h"

typedef struct options {
    double momentum, epsilon;
    bool center, scale;
    nn_typed gamma_initializer, beta_initializer;
    nn_typed moving_mean_initializer, moving_variance_initializer;
} options;

#define INITIALIZER(field, first, text)                                                            \
    {                                                                                              \
        .name = #field, .type = NN_KEY_KIND, .offset = offsetof(options, field), .preset = first,  \
        .kinds = nn_initializer_kinds, .help = text                                                \
    }

static const nn_key keys[] = {
    {.name = "momentum",
     .type = NN_KEY_REAL,
     .offset = offsetof(options, momentum),
     .preset = "0.99",
     .min = 0,
     .max = 1,
     .help = "how much of the old running averages a step keeps"},
    {.name = "epsilon",
     .type = NN_KEY_REAL,
     .offset = offsetof(options, epsilon),
     .preset = "1e-3",
     .min = 1e-12,
     .max = 1,
     .help = "added to the variance"},
    {.name = "center",
     .type = NN_KEY_BOOL,
     .offset = offsetof(options, center),
     .preset = "true",
     .help = "add beta"},
    {.name = "scale",
     .type = NN_KEY_BOOL,
     .offset = offsetof(options, scale),
     .preset = "true",
     .help = "multiply by gamma"},
    INITIALIZER(gamma_initializer, "ones", "first values of gamma"),
    INITIALIZER(beta_initializer, "zeros", "first values of beta"),
    INITIALIZER(moving_mean_initializer, "zeros", "first running mean"),
    INITIALIZER(moving_variance_initializer, "ones", "first running variance"),
    {0}};

/* Statistics of the pass under way, one number a channel; sums has room for two a channel and the
 * count, as they travel over ranks. */
typedef struct statistics {
    double *mean, *inverse; /* m, 1 / sqrt(v + epsilon) */
    double *sums;           /* of one call: first and second sums by channel, then the count */
    double *mine;           /* this rank's part of sum dz and sum dz . h */
} statistics;

static int64_t channels_of(const nn_layer *l) {
    return l->out.dim[l->out.rank - 1];
}

static int64_t rows_of(const nn_layer *l, int64_t n) {
    return n * (nn_shape_size(&l->out) / channels_of(l));
}

static bool setup(nn_layer *l) {
    const options *o = l->options;
    if (l->in[0].rank < 1)
        return nn_layer_complain(l, NULL, NULL, "its input is a scalar, an axis is needed");
    l->out = l->in[0];
    int64_t c = channels_of(l);
    nn_shape channels = nn_shape_of(1, &c);
    if (o->scale) nn_layer_add_param(l, "gamma", channels, o->gamma_initializer);
    if (o->center) nn_layer_add_param(l, "beta", channels, o->beta_initializer);
    nn_layer_add_state(l, "moving_mean", channels, o->moving_mean_initializer);
    nn_layer_add_state(l, "moving_variance", channels, o->moving_variance_initializer);
    statistics *s = NN_NEW(l->arena, statistics);
    s->mean = NN_NEW_ARRAY(l->arena, double, c);
    s->inverse = NN_NEW_ARRAY(l->arena, double, c);
    s->sums = NN_NEW_ARRAY(l->arena, double, 2 * c + 1);
    s->mine = NN_NEW_ARRAY(l->arena, double, 2 * c);
    l->plan = s;
    l->keeps_input = true;
    l->coupled = !l->frozen;
    l->temp = 2 * c;
    return true;
}

/* The statistics are those of the batch. */
static bool measures(const nn_layer *l, const nn_pass *p) {
    return p->training && !l->frozen;
}

static void sum_over_ranks(const nn_pass *p, double *values, int64_t n) {
    if (p->coupling) p->coupling->sum(p->coupling->context, values, (int)n);
}

/* sums[i] = sum x, then the mean; sums[i] = sum (x - m)^2, then the variance: two passes, since the
 * difference of large sums would lose the digits of a small variance. */
NN_CLONES static void measure(const nn_layer *l, const nn_pass *p, double *variance) {
    statistics *s = l->plan;
    int64_t c = channels_of(l), rows = rows_of(l, p->n);
    const nn_real *x = p->z_in[0];
    for (int64_t i = 0; i < c; i++) s->sums[i] = 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < c; i++) s->sums[i] += x[r * c + i];
    s->sums[c] = (double)rows;
    sum_over_ranks(p, s->sums, c + 1);
    double count = s->sums[c] > 0 ? s->sums[c] : 1;
    for (int64_t i = 0; i < c; i++) s->mean[i] = s->sums[i] / count; /* m = mean x */
    for (int64_t i = 0; i < c; i++) variance[i] = 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < c; i++) {
            double d = x[r * c + i] - s->mean[i];
            variance[i] += d * d;
        }
    sum_over_ranks(p, variance, c);
    for (int64_t i = 0; i < c; i++) variance[i] /= count; /* v = mean (x - m)^2 */
}

static void move(nn_real *moving, double momentum, const double *now, int64_t c) {
    for (int64_t i = 0; i < c; i++)
        moving[i] = (nn_real)(momentum * moving[i] + (1 - momentum) * now[i]);
}

static void choose_statistics(const nn_layer *l, const nn_pass *p) {
    const options *o = l->options;
    statistics *s = l->plan;
    int64_t c = channels_of(l);
    double *variance = s->mine; /* not in use before backward */
    if (measures(l, p)) {
        measure(l, p, variance);
        move(p->state[0], o->momentum, s->mean, c);
        move(p->state[1], o->momentum, variance, c);
    } else
        for (int64_t i = 0; i < c; i++) {
            s->mean[i] = p->state[0][i];
            variance[i] = p->state[1][i];
        }
    for (int64_t i = 0; i < c; i++) s->inverse[i] = 1 / sqrt(variance[i] + o->epsilon);
}

NN_CLONES static void forward(const nn_layer *l, const nn_pass *p) {
    const options *o = l->options;
    choose_statistics(l, p);
    const statistics *s = l->plan;
    const nn_real *gamma = o->scale ? p->W[0] : NULL, *beta = o->center ? p->W[o->scale] : NULL;
    int64_t c = channels_of(l), rows = rows_of(l, p->n);
    nn_real *a = p->temp, *b = p->temp + c; /* z = a x + b, one multiplication a number */
    for (int64_t i = 0; i < c; i++) {
        double slope = s->inverse[i] * (gamma ? gamma[i] : 1);
        a[i] = (nn_real)slope;
        b[i] = beta ? beta[i] : 0;
    }
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < c; i++) /* z(j) = gamma h + beta */
            p->z[r * c + i] = (nn_real)(p->z_in[0][r * c + i] - s->mean[i]) * a[i] + b[i];
}

/* mine = sum dz and sum dz . h over this rank's samples; sums = the same over all. */
NN_CLONES static void backward_common(const nn_layer *l, const nn_pass *p) {
    statistics *s = l->plan;
    int64_t c = channels_of(l), rows = rows_of(l, p->n);
    for (int64_t i = 0; i < 2 * c; i++) s->mine[i] = 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < c; i++) {
            double dz = p->dz[r * c + i];
            s->mine[i] += dz;
            s->mine[c + i] += dz * (p->z_in[0][r * c + i] - s->mean[i]) * s->inverse[i];
        }
    for (int64_t i = 0; i < 2 * c; i++) s->sums[i] = s->mine[i];
    s->sums[2 * c] = (double)rows;
    if (measures(l, p)) sum_over_ranks(p, s->sums, 2 * c + 1);
}

NN_CLONES static void backward_params(const nn_layer *l, const nn_pass *p) {
    const options *o = l->options;
    const statistics *s = l->plan;
    int64_t c = channels_of(l);
    for (int w = 0; w < l->n_params; w++) {
        bool is_gamma = o->scale && w == 0;
        const double *mine = is_gamma ? s->mine + c : s->mine; /* sum dz . h, sum dz */
        for (int64_t i = 0; i < c; i++)
            p->dW[w][i] = (nn_real)((p->dW_add[w] ? p->dW[w][i] : 0) + mine[i]);
    }
}

NN_CLONES static void backward_input(const nn_layer *l, const nn_pass *p) {
    if (!p->dz_in[0]) return;
    const options *o = l->options;
    const statistics *s = l->plan;
    const nn_real *gamma = o->scale ? p->W[0] : NULL;
    int64_t c = channels_of(l), rows = rows_of(l, p->n);
    double count = s->sums[2 * c] > 0 ? s->sums[2 * c] : 1;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < c; i++) {
            int64_t k = r * c + i;
            double h = (p->z_in[0][k] - s->mean[i]) * s->inverse[i], d = p->dz[k];
            if (measures(l, p)) d -= (s->sums[i] + h * s->sums[c + i]) / count;
            d *= s->inverse[i] * (gamma ? gamma[i] : 1);
            p->dz_in[0][k] = (nn_real)(p->dz_in_add[0] ? p->dz_in[0][k] + d : d);
        }
}

const nn_layer_ops NN_REAL_NAME(nn_layer_batch_norm) = {
    .kind = {.name = "batch_norm",
             .help = "each channel normalised over the global batch",
             .shapes = "(..., c), kept\n"
                       "gamma, beta: (c); kept beside them moving_mean, moving_variance: (c)",
             .formula = "z(j) = gamma h + beta, h = (x - m) / sqrt(v + epsilon), m and v the mean "
                        "and variance of a channel over all samples and positions of the batch, "
                        "on all ranks\n"
                        "dgamma = sum dz(j) . h, dbeta = sum dz(j), dz(j-1) = gamma / sqrt(v + "
                        "epsilon) (dz(j) - mean dz(j) - h mean(dz(j) . h))\n"
                        "moving <- momentum moving + (1 - momentum) now",
             .source = "Ioffe and Szegedy, Batch normalization, ICML 2015; BatchNormalization of "
                       "Keras",
             .details = "In evaluation, and where trainable is false, m and v are the running "
                        "averages. The variance is that over n, in the running average too.",
             .example = "batch_norm",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "BatchNormalization",
    .setup = setup,
    .forward = forward,
    .backward_common = backward_common,
    .backward_input = backward_input,
    .backward_params = backward_params,
};
