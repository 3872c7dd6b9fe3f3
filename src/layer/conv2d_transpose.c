/* conv2d_transpose: the transpose of a convolution from the output's shape to the input's.
 *
 *     R = z(j-1) W^T, scattered and added: x      z(j) = f(x + b)        dx = dz(j) . f'(x)
 *     with dR = the rows gathered from dx:
 *     dW = dR^T z(j-1)      dz(j-1) = dR W      db = sum of the rows of dx
 *
 * The window is that convolution's: its positions are the places of z(j-1), its places those of
 * z(j). R is used block by block, as in conv.h. */
#include "nnmpi/tensor.h"
#include "unfold.h"
#include "window_keys.h"

typedef struct options {
    int64_t filters;
    nn_window_options window;
    nn_ints output_padding;
    nn_typed activation, kernel_initializer, bias_initializer;
    bool use_bias;
} options;

#define AT(member) offsetof(options, member)

static const nn_key keys[] = {
    NN_KEY_FILTERS(AT(filters)),
    NN_KEY_WINDOW_SIZE("kernel_size", AT(window.size)),
    NN_KEY_STRIDES("1", AT(window.strides)),
    {.name = "padding",
     .type = NN_KEY_INTS,
     .offset = AT(window.padding),
     .preset = "valid",
     .min = 0,
     .max = NN_WINDOW_MOST,
     .words = nn_window_words,
     .help = "cut off the result: nothing (valid); down to input times stride (same); or numbers: "
             "one, one an axis, or two an axis (before, after)"},
    {.name = "output_padding",
     .type = NN_KEY_INTS,
     .offset = AT(output_padding),
     .min = 0,
     .max = NN_WINDOW_MOST,
     .help = "added to the length (input - 1) stride + reach - padding; less than the stride"},
    NN_KEY_DILATION(AT(window.dilation_rate)),
    NN_KEY_ACTIVATION(AT(activation)),
    NN_KEY_USE_BIAS(AT(use_bias)),
    NN_KEY_INITIALIZER("kernel_initializer", "glorot_uniform", AT(kernel_initializer), "W"),
    NN_KEY_INITIALIZER("bias_initializer", "zeros", AT(bias_initializer), "b"),
    {0}};

typedef struct plan {
    nn_window w;
    int64_t in, filters, row, block;
    bool tiles, bias;
} plan;

static bool fit(nn_layer *l, plan *c) {
    options *o = NN_NEW(l->arena, options);
    *o = *(const options *)l->options;
    l->options = o; /* with lists of full length, as Keras wants them */
    return nn_window_spread_all(l, "kernel_size", 2, &o->window) &&
           (o->output_padding.n == 0 ||
            nn_window_spread(l, "output_padding", 2, &o->output_padding)) &&
           nn_window_fit_transposed(l, 2, &o->window, &o->output_padding, &c->w);
}

static bool setup(nn_layer *l) {
    plan *c = NN_NEW(l->arena, plan);
    if (!fit(l, c)) return false;
    const options *o = l->options;
    const int64_t *k = o->window.size.value;
    c->in = l->in[0].dim[2], c->filters = o->filters, c->bias = o->use_bias;
    nn_shape kernel = nn_shape_of(4, (int64_t[]){k[0], k[1], o->filters, c->in});
    if (!nn_window_check_size(l, "a kernel", &kernel)) return false;
    c->row = c->w.taps * c->filters;
    c->block = nn_window_block(c->row);
    c->tiles = nn_window_tiles(&c->w);
    l->plan = c;
    l->out = nn_window_output(c->w.in, 2, o->filters);
    l->temp = c->block * c->row;
    l->keeps_input = true;
    nn_layer_add_param(l, "kernel", kernel, o->kernel_initializer);
    if (o->use_bias)
        nn_layer_add_param(l, "bias", nn_shape_of(1, &o->filters), o->bias_initializer);
    nn_layer_use_activation(l, o->activation);
    return true;
}

static nn_channels all_filters(const plan *c) {
    return (nn_channels){c->filters, 0, c->filters};
}

static int64_t rows_of(const plan *c, int64_t first, int64_t total) {
    return total - first < c->block ? total - first : c->block;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->w.n_out, done = 0; /* done: samples that all positions have reached */
    for (int64_t first = 0, m; first < total; first += m) {
        m = rows_of(c, first, total);
        nn_gemm(false, true, m, c->row, c->in, p->z_in[0] + first * c->in, c->in, p->W[0], c->in, 0,
                p->temp, c->row); /* R = z(j-1) W^T */
        if (!c->tiles) nn_window_zero_new(&c->w, c->filters, first, m, p->z);
        nn_window_scatter(&c->w, all_filters(c), first, m, p->temp, c->tiles, p->z);
        int64_t now = (first + m) / c->w.n_out;
        nn_layer_bias_activate_rows(l, done * c->w.n_in, (now - done) * c->w.n_in,
                                    c->bias ? p->W[1] : NULL, p->z, p->kept); /* z(j) = f(x + b) */
        done = now;
    }
}

static void backward_common(const nn_layer *l, const nn_pass *p) {
    nn_layer_activate_backward(l, p->n, p->kept, p->z, p->dz); /* dx = dz(j) . f'(x) */
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->w.n_out, first = 0, m;
    do {
        m = rows_of(c, first, total);
        nn_window_gather(&c->w, all_filters(c), first, m, p->dz, p->temp);
        nn_gemm(true, false, c->row, c->in, m, p->temp, c->row, p->z_in[0] + first * c->in, c->in,
                first > 0 || p->dW_add[0], p->dW[0], c->in); /* dW = dR^T z(j-1) */
        first += m;
    } while (first < total);
    if (c->bias)
        nn_sum_rows(p->n * c->w.n_in, c->filters, p->dz, p->dW_add[1],
                    p->dW[1]); /* db = sum of rows of dx */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->w.n_out;
    if (!p->dz_in[0]) return;
    for (int64_t first = 0, m; first < total; first += m) {
        m = rows_of(c, first, total);
        nn_window_gather(&c->w, all_filters(c), first, m, p->dz, p->temp);
        nn_gemm(false, false, m, c->in, c->row, p->temp, c->row, p->W[0], c->in, p->dz_in_add[0],
                p->dz_in[0] + first * c->in, c->in); /* dz(j-1) = dR W */
    }
}

static double flops(const nn_layer *l) {
    const plan *c = l->plan;
    return 2.0 * (double)c->w.n_out * (double)c->row * (double)c->in;
}

const nn_layer_ops NN_REAL_NAME(nn_layer_conv2d_transpose) = {
    .kind = {.name = "conv2d_transpose",
             .help = "the transpose of a convolution: enlarges rows and columns by the strides",
             .shapes = "(h, w, c) -> (h', w', filters), channels last\n"
                       "kernel W: (kh, kw, filters, c), bias b: (filters)\n"
                       "valid: h' = h stride + max(reach - stride, 0), reach = (kernel - 1) "
                       "dilation_rate + 1; same: h' = h stride\n"
                       "with output_padding or numbers as padding: h' = (h - 1) stride + reach - "
                       "before - after + output_padding (same: before = after = floor(reach / "
                       "2))",
             .formula = "x(o stride + k dilation_rate - padding, f) = sum over o, k, c of "
                        "z(j-1)(o, c) W(k, f, c) + b(f), z(j) = f(x)\n"
                        "with dR = the rows gathered from dx: dW = dR^T z(j-1), dz(j-1) = dR W",
             .source = "Zeiler et al., CVPR 2010; Dumoulin and Visin, arXiv:1603.07285; "
                       "Conv2DTranspose of Keras",
             .example = "{type: conv2d_transpose, filters: 16, kernel_size: 3, strides: 2, "
                        "padding: same}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "Conv2DTranspose",
    .setup = setup,
    .forward = forward,
    .backward_common = backward_common,
    .backward_input = backward_input,
    .backward_params = backward_params,
    .flops = flops,
};
