/* conv2d: see conv.h. */
#include "conv.h"

static bool setup(nn_layer *l) {
    return nn_conv_setup(l, 2);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_conv2d) = {
    .kind = {.name = "conv2d",
             .help = "a convolution over the rows and columns of an image",
             .shapes = "(h, w, c) -> (h', w', filters), channels last\n"
                       "kernel W: (kh, kw, c / groups, filters), bias b: (filters)\n"
                       "valid: h' = floor((h - reach) / stride) + 1, reach = (kernel - 1) "
                       "dilation_rate + 1\n"
                       "same: h' = ceil(h / stride), odd padding has one more at the end",
             .formula = "x(o, f) = sum over k, c of z(j-1)(o stride + k dilation_rate - padding, "
                        "c) W(k, c, f) + b(f), z(j) = f(x)\n"
                        "as rows R of what the kernel sees: dW = R^T dx, dR = dx W^T",
             .source = "LeCun et al., Backpropagation applied to handwritten zip code "
                       "recognition, Neural Computation 1, 1989; Conv2D of Keras",
             .example = "{type: conv2d, filters: 32, kernel_size: 3, activation: relu}",
             .keys = nn_conv_keys,
             .options_size = sizeof(nn_conv_options)},
    .n_inputs = 1,
    .keras_class = "Conv2D",
    .setup = setup,
    .forward = nn_conv_forward,
    .backward_common = nn_conv_backward_common,
    .backward_input = nn_conv_backward_input,
    .backward_params = nn_conv_backward_params,
    .flops = nn_conv_flops,
};
