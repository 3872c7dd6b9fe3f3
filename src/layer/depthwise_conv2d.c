/* depthwise_conv2d:  z(j) = f(y + b), y by depthwise.h;  dy = dz(j) . f'(y + b). */
#include "depthwise.h"
#include "nnmpi/tensor.h"
#include "window_keys.h"

typedef struct options {
    nn_window_options window;
    int64_t depth_multiplier;
    nn_typed activation, depthwise_initializer, bias_initializer;
    bool use_bias;
} options;

#define AT(member) offsetof(options, member)

static const nn_key keys[] = {
    NN_KEY_WINDOW_SIZE("kernel_size", AT(window.size)),
    NN_KEY_STRIDES("1", AT(window.strides)),
    NN_KEY_PADDING(AT(window.padding)),
    NN_KEY_MULTIPLIER(AT(depth_multiplier)),
    NN_KEY_DILATION(AT(window.dilation_rate)),
    NN_KEY_ACTIVATION(AT(activation)),
    NN_KEY_USE_BIAS(AT(use_bias)),
    NN_KEY_INITIALIZER("depthwise_initializer", "glorot_uniform", AT(depthwise_initializer), "K"),
    NN_KEY_INITIALIZER("bias_initializer", "zeros", AT(bias_initializer), "b"),
    {0}};

typedef struct plan {
    nn_depthwise d;
    int64_t width, block;
    bool bias;
} plan;

static bool setup(nn_layer *l) {
    plan *c = NN_NEW(l->arena, plan);
    options *o = NN_NEW(l->arena, options);
    *o = *(const options *)l->options;
    l->options = o; /* with lists of full length, as Keras wants them */
    if (!nn_window_spread_all(l, "kernel_size", 2, &o->window) ||
        !nn_window_fit(l, "kernel_size", 2, &o->window, &c->d.w))
        return false;
    const int64_t *k = o->window.size.value, channels = l->in[0].dim[2];
    c->d.channels = channels, c->d.multiplier = o->depth_multiplier, c->bias = o->use_bias;
    c->width = channels * o->depth_multiplier;
    c->block = nn_window_block(c->width);
    l->plan = c;
    l->out = nn_window_output(c->d.w.out, 2, c->width);
    l->keeps_input = true;
    nn_layer_add_param(l, "depthwise_kernel",
                       nn_shape_of(4, (int64_t[]){k[0], k[1], channels, o->depth_multiplier}),
                       o->depthwise_initializer);
    if (o->use_bias) nn_layer_add_param(l, "bias", nn_shape_of(1, &c->width), o->bias_initializer);
    nn_layer_use_activation(l, o->activation);
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->d.w.n_out;
    for (int64_t first = 0, m; first < total; first += m) {
        m = total - first < c->block ? total - first : c->block;
        nn_depthwise_forward(&c->d, first, m, p->z_in[0], p->W[0], p->z + first * c->width);
        nn_layer_bias_activate_rows(l, first, m, c->bias ? p->W[1] : NULL, p->z,
                                    p->kept); /* z(j) = f(y + b) */
    }
}

static void backward_common(const nn_layer *l, const nn_pass *p) {
    nn_layer_activate_backward(l, p->n, p->kept, p->z, p->dz); /* dy = dz(j) . f'(y + b) */
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    int64_t total = p->n * c->d.w.n_out;
    if (!p->dW_add[0]) nn_zero(c->d.w.taps * c->width, p->dW[0]);
    nn_depthwise_kernel(&c->d, 0, total, p->z_in[0], p->dz, p->dW[0]); /* dK */
    if (c->bias)
        nn_sum_rows(total, c->width, p->dz, p->dW_add[1], p->dW[1]); /* db = sum of rows of dy */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    const plan *c = l->plan;
    if (p->dz_in[0])
        nn_depthwise_input(&c->d, 0, p->n * c->d.w.n_out, p->dz, p->W[0], p->dz_in_add[0],
                           p->dz_in[0]); /* dz(j-1) */
}

static double flops(const nn_layer *l) {
    const plan *c = l->plan;
    return 2.0 * (double)c->d.w.n_out * (double)c->d.w.taps * (double)c->width;
}

const nn_layer_ops NN_REAL_NAME(nn_layer_depthwise_conv2d) = {
    .kind = {.name = "depthwise_conv2d",
             .help = "a convolution of each channel by itself",
             .shapes = "(h, w, c) -> (h', w', c depth_multiplier), channels last; h' as in "
                       "conv2d\n"
                       "depthwise_kernel K: (kh, kw, c, depth_multiplier), bias b: (c "
                       "depth_multiplier)",
             .formula = "y(o, c, q) = sum over k of z(j-1)(o stride + k dilation_rate - padding, "
                        "c) K(k, c, q), z(j) = f(y + b)\n"
                        "dK(k, c, q) = sum over o of z(j-1)(...) dy(o, c, q), dz(j-1)(...) = sum "
                        "of dy(o, c, q) K(k, c, q)",
             .source = "Howard et al., MobileNets, arXiv:1704.04861; DepthwiseConv2D of Keras",
             .example = "{type: depthwise_conv2d, kernel_size: 3, padding: same, activation: relu}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "DepthwiseConv2D",
    .setup = setup,
    .forward = forward,
    .backward_common = backward_common,
    .backward_input = backward_input,
    .backward_params = backward_params,
    .flops = flops,
};
