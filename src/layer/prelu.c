/* prelu:  z(j) = x where x > 0, else alpha x,  x = z(j-1), with an alpha for each number of a
 * sample or, along shared axes, one for all. He, Zhang, Ren and Sun, ICCV 2015.
 *
 *     dz(j-1) = dz(j) where x > 0, else alpha dz(j)
 *     dalpha  = the sum of x dz(j) over samples, shared places, and where x <= 0            */
#include "nnmpi/layer.h"
#include "nnmpi/tensor.h"

typedef struct options {
    nn_typed alpha_initializer;
    nn_ints shared_axes;
} options;

static const nn_key keys[] = {{.name = "alpha_initializer",
                               .type = NN_KEY_KIND,
                               .offset = offsetof(options, alpha_initializer),
                               .preset = "zeros",
                               .kinds = nn_initializer_kinds,
                               .help = "first values of alpha"},
                              {.name = "shared_axes",
                               .type = NN_KEY_INTS,
                               .offset = offsetof(options, shared_axes),
                               .min = 1,
                               .max = NN_MAX_RANK,
                               .help = "axes along which alpha is one number, 1 the first; for "
                                       "images [1, 2]: one alpha a channel"},
                              {0}};

/* A sample is lines along its last axis. */
typedef struct lines {
    int64_t n, width;
    int64_t apart;        /* of the alphas of two numbers of a line: 1, or 0 where they share one */
    const int64_t *first; /* by line: its first alpha */
} lines;

/* The alphas that the lines begin at, counted as a clock does. */
static const int64_t *first_alphas(nn_layer *l, const nn_shape *alpha, int64_t n) {
    int64_t *first = NN_NEW_ARRAY(l->arena, int64_t, n), at[NN_MAX_RANK] = {0};
    for (int64_t i = 0; i < n; i++) {
        int64_t place = 0;
        for (int a = 0; a < alpha->rank; a++)
            place = place * alpha->dim[a] + (alpha->dim[a] > 1 ? at[a] : 0);
        first[i] = place;
        for (int a = alpha->rank - 2; a >= 0; a--) {
            if (++at[a] < l->in[0].dim[a]) break;
            at[a] = 0;
        }
    }
    return first;
}

static bool setup(nn_layer *l) {
    const options *o = l->options;
    char text[NN_SHAPE_TEXT_SIZE];
    nn_shape alpha = l->in[0];
    if (alpha.rank < 1)
        return nn_layer_complain(l, NULL, NULL, "its input is a scalar, an axis is needed");
    for (int i = 0; i < o->shared_axes.n; i++) {
        if (o->shared_axes.value[i] > alpha.rank)
            return nn_layer_complain(l, "shared_axes", NULL, "no axis %lld: its input has shape %s",
                                     (long long)o->shared_axes.value[i],
                                     nn_shape_text(&l->in[0], text, sizeof text));
        alpha.dim[o->shared_axes.value[i] - 1] = 1;
    }
    lines *c = NN_NEW(l->arena, lines);
    c->width = l->in[0].dim[alpha.rank - 1];
    c->n = nn_shape_size(&l->in[0]) / c->width;
    c->apart = alpha.dim[alpha.rank - 1] > 1;
    c->first = first_alphas(l, &alpha, c->n);
    l->plan = c;
    l->out = l->in[0];
    nn_layer_add_param(l, "alpha", alpha, o->alpha_initializer);
    l->keeps_input = true;
    if (alpha.dim[0] == 1) nn_layer_each_position(l);
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const lines *c = l->plan;
    const nn_real *x = p->z_in[0];
    nn_real *z = p->z;
    for (int64_t i = 0; i < p->n * c->n; i++, x += c->width, z += c->width) {
        const nn_real *alpha = p->W[0] + c->first[i % c->n];
        for (int64_t k = 0; k < c->width; k++)
            z[k] = x[k] > 0 ? x[k] : alpha[k * c->apart] * x[k]; /* z = x or alpha x */
    }
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    const lines *c = l->plan;
    const nn_real *x = p->z_in[0], *dz = p->dz;
    if (!p->dW_add[0]) nn_zero(nn_shape_size(&l->param[0].shape), p->dW[0]);
    for (int64_t i = 0; i < p->n * c->n; i++, x += c->width, dz += c->width) {
        nn_real *dalpha = p->dW[0] + c->first[i % c->n];
        for (int64_t k = 0; k < c->width; k++)
            dalpha[k * c->apart] += x[k] > 0 ? 0 : x[k] * dz[k]; /* dalpha += x dz(j) */
    }
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    const lines *c = l->plan;
    const nn_real *x = p->z_in[0], *dz = p->dz;
    nn_real *dx = p->dz_in[0];
    for (int64_t i = 0; i < p->n * c->n && dx; i++, x += c->width, dz += c->width, dx += c->width) {
        const nn_real *alpha = p->W[0] + c->first[i % c->n];
        for (int64_t k = 0; k < c->width; k++) {
            nn_real part = x[k] > 0 ? dz[k] : alpha[k * c->apart] * dz[k];
            dx[k] = p->dz_in_add[0] ? dx[k] + part : part; /* dz(j-1) = dz(j) (1 or alpha) */
        }
    }
}

const nn_layer_ops NN_REAL_NAME(nn_layer_prelu) = {
    .kind = {.name = "prelu",
             .help = "relu with a trained slope for negative numbers",
             .shapes = "(a, ..., k), kept\n"
                       "alpha: (a, ..., k), with 1 for each shared axis",
             .formula = "z(j) = x where x > 0, else alpha x, x = z(j-1)\n"
                        "dz(j-1) = dz(j) where x > 0, else alpha dz(j)\n"
                        "dalpha = the sum of x dz(j) over samples and shared places where x <= 0",
             .source = "He, Zhang, Ren and Sun, Delving deep into rectifiers, ICCV 2015; PReLU "
                       "of Keras",
             .example = "prelu",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "PReLU",
    .setup = setup,
    .forward = forward,
    .backward_params = backward_params,
    .backward_input = backward_input,
};
