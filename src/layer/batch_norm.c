/* batch_norm: each channel c (the last axis) normalised over all samples and positions of the
 * GLOBAL batch. Ioffe and Szegedy, ICML 2015.
 *
 *     m = mean x,  v = mean (x - m)^2,  h = (x - m) / sqrt(v + epsilon),  z(j) = gamma h + beta
 *     dgamma = sum dz . h,  dbeta = sum dz
 *     dz(j-1) = gamma / sqrt(v + epsilon) (dz - mean dz - h mean(dz . h))
 *
 * Sums are taken in double over the samples of each pass and then over all passes of the batch, so
 * N ranks give what one rank gives. In evaluation, and where the layer is frozen (trainable:
 * false), m and v are the running averages  moving <- momentum moving + (1 - momentum) now,
 * constants for the derivative.
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

/* Statistics of the batch under way, one number a channel. */
typedef struct statistics {
    double *mean, *inverse; /* m, 1 / sqrt(v + epsilon) */
    double *sums;           /* of backward: sum dz and sum dz . h by channel */
    double count;           /* of numbers in a channel */
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
    s->sums = NN_NEW_ARRAY(l->arena, double, 2 * c);
    l->plan = s;
    l->keeps_input = true;
    nn_layer_each_position(l);
    l->coupled = !l->frozen;
    l->sums = 2 * c;
    l->rounds_forward = 2;
    l->rounds_backward = 1;
    l->temp = 2 * c;
    return true;
}

/* The statistics are those of the batch. */
static bool measures(const nn_layer *l, const nn_pass *p) {
    return p->training && !l->frozen;
}

/* The mean first, then the deviations from it, since the difference of large sums would lose the
 * digits of a small variance; then the sums of backward. */
enum { MEAN, VARIANCE, BACKWARD };

/* sums[i] = sum x, then the number of them. */
NN_CLONES static int64_t give_mean(const nn_layer *l, const nn_pass *p, double *sums) {
    int64_t c = channels_of(l), rows = rows_of(l, p->n);
    const nn_real *x = p->z_in[0];
    for (int64_t i = 0; i < c; i++) sums[i] = 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < c; i++) sums[i] += x[r * c + i];
    sums[c] = (double)rows;
    return c + 1;
}

/* sums[i] = sum (x - m)^2 */
NN_CLONES static int64_t give_variance(const nn_layer *l, const nn_pass *p, double *sums) {
    const statistics *s = l->plan;
    int64_t c = channels_of(l), rows = rows_of(l, p->n);
    const nn_real *x = p->z_in[0];
    for (int64_t i = 0; i < c; i++) sums[i] = 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < c; i++) {
            double d = x[r * c + i] - s->mean[i];
            sums[i] += d * d;
        }
    return c;
}

/* sum dz and sum dz . h by channel */
NN_CLONES static int64_t give_backward(const nn_layer *l, const nn_pass *p, double *sums) {
    const statistics *s = l->plan;
    int64_t c = channels_of(l), rows = rows_of(l, p->n);
    for (int64_t i = 0; i < 2 * c; i++) sums[i] = 0;
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < c; i++) {
            double dz = p->dz[r * c + i];
            sums[i] += dz;
            sums[c + i] += dz * (p->z_in[0][r * c + i] - s->mean[i]) * s->inverse[i];
        }
    return 2 * c;
}

static int64_t give(const nn_layer *l, const nn_pass *p, int round, double *sums) {
    return round == MEAN       ? give_mean(l, p, sums)
           : round == VARIANCE ? give_variance(l, p, sums)
                               : give_backward(l, p, sums);
}

static void move(nn_real *moving, double momentum, const double *now, int64_t c) {
    for (int64_t i = 0; i < c; i++)
        moving[i] = (nn_real)(momentum * moving[i] + (1 - momentum) * now[i]);
}

static void take(const nn_layer *l, const nn_pass *p, int round, const double *sums) {
    const options *o = l->options;
    statistics *s = l->plan;
    int64_t c = channels_of(l);
    if (round == MEAN) {
        s->count = sums[c] > 0 ? sums[c] : 1;
        for (int64_t i = 0; i < c; i++) s->mean[i] = sums[i] / s->count; /* m = mean x */
        return;
    }
    for (int64_t i = 0; i < 2 * c && round == BACKWARD; i++) s->sums[i] = sums[i];
    if (round == BACKWARD) return;
    double *variance = s->sums; /* not in use before backward */
    for (int64_t i = 0; i < c; i++) {
        variance[i] = sums[i] / s->count; /* v = mean (x - m)^2 */
        s->inverse[i] = 1 / sqrt(variance[i] + o->epsilon);
    }
    move(p->state[0], o->momentum, s->mean, c);
    move(p->state[1], o->momentum, variance, c);
}

static void use_running_averages(const nn_layer *l, const nn_pass *p) {
    const options *o = l->options;
    statistics *s = l->plan;
    for (int64_t i = 0; i < channels_of(l); i++) {
        s->mean[i] = p->state[0][i];
        s->inverse[i] = 1 / sqrt(p->state[1][i] + o->epsilon);
    }
}

NN_CLONES static void forward(const nn_layer *l, const nn_pass *p) {
    const options *o = l->options;
    if (!measures(l, p)) use_running_averages(l, p);
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

static void backward_params(const nn_layer *l, const nn_pass *p) {
    const options *o = l->options;
    statistics *s = l->plan;
    int64_t c = channels_of(l);
    const double *given = p->given;
    if (!given) give_backward(l, p, s->sums), given = s->sums;
    for (int w = 0; w < l->n_params; w++) {
        bool is_gamma = o->scale && w == 0;
        const double *mine = is_gamma ? given + c : given; /* sum dz . h, sum dz */
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
    for (int64_t r = 0; r < rows; r++)
        for (int64_t i = 0; i < c; i++) {
            int64_t k = r * c + i;
            double h = (p->z_in[0][k] - s->mean[i]) * s->inverse[i], d = p->dz[k];
            if (measures(l, p)) d -= (s->sums[i] + h * s->sums[c + i]) / s->count;
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
    .backward_input = backward_input,
    .backward_params = backward_params,
    .give = give,
    .take = take,
};
