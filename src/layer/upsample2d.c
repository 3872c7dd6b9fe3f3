/* upsample2d:  z(j)(o) = sum over the few i that o lies at of t(o, i) z(j-1)(i), rows and columns
 * alike;  dz(j-1)(i) = sum over o of t(o, i) dz(j)(o).
 *
 *     nearest:   i = floor(o / size), t = 1
 *     bilinear:  u = (o + 1/2) / size - 1/2, the two i next to u, t = 1 - |u - i|; at the edge the
 *                outermost i alone (half-pixel centers, as tf.image.resize)                  */
#include "window.h"

#include <math.h>

#include "nnmpi/tensor.h"

typedef struct options {
    nn_ints size;
    int interpolation;
} options;

enum { NN_NEAREST, NN_BILINEAR };
static const char *const words[] = {"nearest", "bilinear", NULL};

static const nn_key keys[] = {{.name = "size",
                               .type = NN_KEY_INTS,
                               .offset = offsetof(options, size),
                               .preset = "2",
                               .min = 1,
                               .max = NN_WINDOW_MOST,
                               .help = "how many times larger: one number, or two (rows, columns)"},
                              {.name = "interpolation",
                               .type = NN_KEY_CHOICE,
                               .offset = offsetof(options, interpolation),
                               .preset = "nearest",
                               .words = words,
                               .help = "what lies between the numbers given"},
                              {0}};

/* Output o of one axis lies at places first and first + 1, with these shares. */
typedef struct mix {
    int64_t first;
    nn_real share[2];
} mix;

typedef struct plan {
    const mix *axis[2];
} plan;

static mix mix_of(int64_t o, int64_t size, int64_t length, int interpolation) {
    if (interpolation == NN_NEAREST) return (mix){o / size, {1, 0}};
    double u = ((double)o + 0.5) / (double)size - 0.5;
    if (u <= 0) return (mix){0, {1, 0}};
    if (u >= (double)(length - 1)) return (mix){length - 1, {1, 0}};
    double first = floor(u);
    return (mix){(int64_t)first, {(nn_real)(1 - (u - first)), (nn_real)(u - first)}};
}

static bool setup(nn_layer *l) {
    options *o = NN_NEW(l->arena, options);
    plan *c = NN_NEW(l->arena, plan);
    char text[NN_SHAPE_TEXT_SIZE];
    *o = *(const options *)l->options;
    l->options = o; /* with a list of full length, as Keras wants it */
    l->out = l->in[0];
    if (l->in[0].rank != 3)
        return nn_layer_complain(l, NULL, NULL,
                                 "its input has shape %s, (rows, columns, channels) expected",
                                 nn_shape_text(&l->in[0], text, sizeof text));
    if (!nn_window_spread(l, "size", 2, &o->size)) return false;
    for (int a = 0; a < 2; a++) l->out.dim[a] *= o->size.value[a];
    if (!nn_window_check_size(l, "an output", &l->out)) return false;
    for (int a = 0; a < 2; a++) {
        mix *m = NN_NEW_ARRAY(l->arena, mix, l->out.dim[a]);
        for (int64_t i = 0; i < l->out.dim[a]; i++)
            m[i] = mix_of(i, o->size.value[a], l->in[0].dim[a], o->interpolation);
        c->axis[a] = m;
    }
    l->plan = c;
    return true;
}

/* y (+)= t x */
static void contribute(int64_t n, nn_real t, const nn_real *x, bool add, nn_real *y) {
    if (add)
        for (int64_t i = 0; i < n; i++) y[i] += t * x[i];
    else
        for (int64_t i = 0; i < n; i++) y[i] = t * x[i];
}

/* For output (o0, o1) of sample i and each place it lies at: forward into z, else back to dz_in. */
static void mix_one(const nn_layer *l, const nn_pass *p, bool back, int64_t i, int64_t o0,
                    int64_t o1) {
    const plan *c = l->plan;
    const mix *row = &c->axis[0][o0], *column = &c->axis[1][o1];
    int64_t C = l->out.dim[2], h = l->in[0].dim[0], w = l->in[0].dim[1];
    int64_t out = ((i * l->out.dim[0] + o0) * l->out.dim[1] + o1) * C;
    for (int a = 0; a < 2; a++)
        for (int b = 0; b < 2; b++) {
            nn_real t = row->share[a] * column->share[b];
            int64_t in = ((i * h + row->first + a) * w + column->first + b) * C;
            if (t == 0) continue;
            if (back)
                contribute(C, t, p->dz + out, true, p->dz_in[0] + in); /* dz(j-1) += t dz(j) */
            else
                contribute(C, t, p->z_in[0] + in, a + b > 0, p->z + out); /* z(j) += t z(j-1) */
        }
}

static void mix_all(const nn_layer *l, const nn_pass *p, bool back) {
    for (int64_t i = 0; i < p->n; i++)
        for (int64_t o0 = 0; o0 < l->out.dim[0]; o0++)
            for (int64_t o1 = 0; o1 < l->out.dim[1]; o1++) mix_one(l, p, back, i, o0, o1);
}

static void forward(const nn_layer *l, const nn_pass *p) {
    mix_all(l, p, false);
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    if (!p->dz_in[0]) return;
    if (!p->dz_in_add[0]) nn_zero(p->n * nn_shape_size(&l->in[0]), p->dz_in[0]);
    mix_all(l, p, true);
}

static double flops(const nn_layer *l) {
    bool bilinear = ((const options *)l->options)->interpolation == NN_BILINEAR;
    return (bilinear ? 8.0 : 1.0) * (double)nn_shape_size(&l->out);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_upsample2d) = {
    .kind = {.name = "upsample2d",
             .help = "rows and columns several times, or interpolated",
             .shapes = "(h, w, c) -> (h size, w size, c), channels last",
             .formula = "nearest: z(j)(o) = z(j-1)(floor(o / size)); dz(j-1) = the sum of its "
                        "copies\n"
                        "bilinear: between the places next to (o + 1/2) / size - 1/2, by "
                        "distance; the edge goes on\n"
                        "z(j)(o) = sum of t(o, i) z(j-1)(i), dz(j-1)(i) = sum of t(o, i) dz(j)(o)",
             .source = "UpSampling2D of Keras",
             .example = "{type: upsample2d, size: 2}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "UpSampling2D",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
    .flops = flops,
};
