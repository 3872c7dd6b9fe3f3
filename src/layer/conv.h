/* Convolution in one, two and three dimensions: what conv1d, conv2d and conv3d share.
 *
 *     x(o, f) = sum over taps k and channels c of z(j-1)(o s + k d - p, c) W(k, c, f)
 *     z(j) = f(x + b)
 *
 * With R = the rows gathered, one a position ([positions, taps channels]):
 *
 *     x = R W        dx = dz(j) . f'(x)        dW = R^T dx        db = sum of the rows of dx
 *     dR = dx W^T, scattered back and added: dz(j-1)
 *
 * R is never whole: a block of rows is gathered and used at once, while it is in cache. With
 * groups, group g has its own channels, its own filters, and a product of its own. */
#ifndef NNMPI_LAYER_CONV_H
#define NNMPI_LAYER_CONV_H

#include "window.h"

#define nn_conv_keys NN_REAL_NAME(nn_conv_keys)
#define nn_conv_setup NN_REAL_NAME(nn_conv_setup)
#define nn_conv_forward NN_REAL_NAME(nn_conv_forward)
#define nn_conv_backward_common NN_REAL_NAME(nn_conv_backward_common)
#define nn_conv_backward_input NN_REAL_NAME(nn_conv_backward_input)
#define nn_conv_backward_params NN_REAL_NAME(nn_conv_backward_params)
#define nn_conv_flops NN_REAL_NAME(nn_conv_flops)

typedef struct nn_conv_options {
    int64_t filters, groups;
    nn_window_options window;
    nn_typed activation, kernel_initializer, bias_initializer;
    bool use_bias;
} nn_conv_options;

extern const nn_key nn_conv_keys[];

bool nn_conv_setup(nn_layer *l, int axes);
void nn_conv_forward(const nn_layer *l, const nn_pass *p);
void nn_conv_backward_common(const nn_layer *l, const nn_pass *p);
void nn_conv_backward_input(const nn_layer *l, const nn_pass *p);
void nn_conv_backward_params(const nn_layer *l, const nn_pass *p);
double nn_conv_flops(const nn_layer *l);

#endif
