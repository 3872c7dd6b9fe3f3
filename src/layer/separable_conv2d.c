/* separable_conv2d: a depthwise convolution, then a product for each position.
 *
 *     y = depthwise (depthwise.h)      x = y P        z(j) = f(x + b)
 *     dx = dz(j) . f'(x)      dP = y^T dx      dy = dx P^T      dK, dz(j-1) from dy
 *
 * y is made block by block and not kept: once more in backward it costs a few multiplications a
 * number. dy is kept from backward_common for both products. */
#include "depthwise.h"
#include "nnmpi/tensor.h"
#include "window_keys.h"

typedef struct options {
    int64_t filters, depth_multiplier;
    nn_window_options window;
    nn_typed activation, depthwise_initializer, pointwise_initializer, bias_initializer;
    bool use_bias;
} options;

#define AT(member) offsetof(options, member)

static const nn_key keys[] = {
    NN_KEY_FILTERS(AT(filters)),
    NN_KEY_WINDOW_SIZE("kernel_size", AT(window.size)),
    NN_KEY_STRIDES("1", AT(window.strides)),
    NN_KEY_PADDING(AT(window.padding)),
    NN_KEY_MULTIPLIER(AT(depth_multiplier)),
    NN_KEY_DILATION(AT(window.dilation_rate)),
    NN_KEY_ACTIVATION(AT(activation)),
    NN_KEY_USE_BIAS(AT(use_bias)),
    NN_KEY_INITIALIZER("depthwise_initializer", "glorot_uniform", AT(depthwise_initializer), "K"),
    NN_KEY_INITIALIZER("pointwise_initializer", "glorot_uniform", AT(pointwise_initializer), "P"),
    NN_KEY_INITIALIZER("bias_initializer", "zeros", AT(bias_initializer), "b"),
    {0}};

typedef struct plan {
    nn_depthwise d;
    int64_t width, filters, block; /* width: numbers of y at one position */
    bool bias;
} plan;

static void add_weights(nn_layer *l, const options *o, const plan *c) {
    const int64_t *k = o->window.size.value;
    nn_layer_add_param(l, "depthwise_kernel",
                       nn_shape_of(4, (int64_t[]){k[0], k[1], c->d.channels, o->depth_multiplier}),
                       o->depthwise_initializer);
    nn_layer_add_param(l, "pointwise_kernel",
                       nn_shape_of(4, (int64_t[]){1, 1, c->width, o->filters}),
                       o->pointwise_initializer);
    if (o->use_bias)
        nn_layer_add_param(l, "bias", nn_shape_of(1, &o->filters), o->bias_initializer);
}

static bool setup(nn_layer *l) {
    plan *c = NN_NEW(l->arena, plan);
    options *o = NN_NEW(l->arena, options);
    *o = *(const options *)l->options;
    l->options = o; /* with lists of full length, as Keras wants them */
    if (!nn_window_spread_all(l, "kernel_size", 2, &o->window) ||
        !nn_window_fit(l, "kernel_size", 2, &o->window, &c->d.w))
        return false;
    c->d.channels = l->in[0].dim[2], c->d.multiplier = o->depth_multiplier;
    c->width = c->d.channels * o->depth_multiplier;
    c->filters = o->filters, c->bias = o->use_bias;
    nn_shape y = nn_window_output(c->d.w.out, 2, c->width);
    if (!nn_window_check_size(l, "a depthwise output", &y)) return false;
    c->block = nn_window_block(c->width);
    l->plan = c;
    l->out = nn_window_output(c->d.w.out, 2, o->filters);
    l->temp = c->block * c->width;
    l->keeps_input = true;
    add_weights(l, o, c);
    nn_layer_use_activation(l, o->activation);
    l->kept += c->d.w.n_out * c->width; /* dy, behind what the activation keeps */
    return true;
}

static nn_real *dy_of(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    return p->kept + p->n * (l->kept - c->d.w.n_out * c->width);
}

static int64_t rows_of(const plan *c, int64_t first, int64_t total) {
    return total - first < c->block ? total - first : c->block;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->d.w.n_out, F = c->filters;
    for (int64_t first = 0, m; first < total; first += m) {
        m = rows_of(c, first, total);
        nn_depthwise_forward(&c->d, first, m, p->z_in[0], p->W[0], p->temp);
        nn_gemm(false, false, m, F, c->width, p->temp, c->width, p->W[1], F, 0, p->z + first * F,
                F); /* x = y P */
        nn_layer_bias_activate_rows(l, first, m, c->bias ? p->W[2] : NULL, p->z,
                                    p->kept); /* z(j) = f(x + b) */
    }
}

static void backward_common(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    nn_layer_activate_backward(l, p->n, p->kept, p->z, p->dz); /* dx = dz(j) . f'(x) */
    nn_gemm(false, true, p->n * c->d.w.n_out, c->width, c->filters, p->dz, c->filters, p->W[1],
            c->filters, 0, dy_of(l, p), c->width); /* dy = dx P^T */
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->d.w.n_out, F = c->filters, first = 0, m;
    do {
        m = rows_of(c, first, total);
        nn_depthwise_forward(&c->d, first, m, p->z_in[0], p->W[0], p->temp);
        nn_gemm(true, false, c->width, F, m, p->temp, c->width, p->dz + first * F, F,
                first > 0 || p->dW_add[1], p->dW[1], F); /* dP = y^T dx */
        first += m;
    } while (first < total);
    if (!p->dW_add[0]) nn_zero(c->d.w.taps * c->width, p->dW[0]);
    nn_depthwise_kernel(&c->d, 0, total, p->z_in[0], dy_of(l, p), p->dW[0]); /* dK */
    if (c->bias) nn_sum_rows(total, F, p->dz, p->dW_add[2], p->dW[2]); /* db = sum of rows of dx */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    if (p->dz_in[0])
        nn_depthwise_input(&c->d, 0, p->n * c->d.w.n_out, dy_of(l, p), p->W[0], p->dz_in_add[0],
                           p->dz_in[0]); /* dz(j-1) */
}

static double flops(const nn_layer *l) {
    const plan *c = l->plan;
    double taps = (double)c->d.w.taps, filters = (double)c->filters;
    return 2.0 * (double)c->d.w.n_out * (double)c->width * (taps + filters);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_separable_conv2d) = {
    .kind = {.name = "separable_conv2d",
             .help = "a convolution of each channel by itself, then a product over the channels",
             .shapes = "(h, w, c) -> (h', w', filters), channels last; h' as in conv2d\n"
                       "depthwise_kernel K: (kh, kw, c, depth_multiplier), pointwise_kernel P: "
                       "(1, 1, c depth_multiplier, filters), bias b: (filters)",
             .formula = "y(o, c, q) = sum over k of z(j-1)(o stride + k dilation_rate - padding, "
                        "c) K(k, c, q), z(j) = f(y P + b)\n"
                        "dP = y^T dx, dy = dx P^T; dK and dz(j-1) as in depthwise_conv2d",
             .source = "Chollet, Xception, CVPR 2017; SeparableConv2D of Keras",
             .example = "{type: separable_conv2d, filters: 32, kernel_size: 3, padding: same, "
                        "activation: relu}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "SeparableConv2D",
    .setup = setup,
    .forward = forward,
    .backward_common = backward_common,
    .backward_input = backward_input,
    .backward_params = backward_params,
    .flops = flops,
};
