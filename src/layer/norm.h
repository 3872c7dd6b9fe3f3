/* What layer_norm, group_norm and rms_norm share: numbers of one sample normalised together.
 *
 * A sample is `items` blocks of `positions` rows of `channels` numbers. In each block the channels
 * of a group, at all positions, have mean m and variance v:
 *
 *     h = (x - m) / sqrt(v + epsilon),  z(j) = gamma h + beta        gamma, beta: by channel
 *     dgamma = sum dz . h,  dbeta = sum dz
 *     g = dz . gamma,  dz(j-1) = (g - mean g - h mean(g . h)) / sqrt(v + epsilon)
 *
 * Not centered: m and mean g are 0, v is the mean of x^2. */
#ifndef NNMPI_LAYER_NORM_H
#define NNMPI_LAYER_NORM_H

#include "nnmpi/layer.h"

#define nn_norm_setup NN_REAL_NAME(nn_norm_setup)
#define nn_norm_forward NN_REAL_NAME(nn_norm_forward)
#define nn_norm_backward_params NN_REAL_NAME(nn_norm_backward_params)
#define nn_norm_backward_input NN_REAL_NAME(nn_norm_backward_input)
#define nn_norm_flops NN_REAL_NAME(nn_norm_flops)

/* l->plan, filled in by the layer's setup */
typedef struct nn_norm {
    int64_t items, positions, channels, groups;
    double epsilon;
    bool centered;
    nn_typed gamma, beta;   /* first values; kind NULL: it has none */
    const char *gamma_name; /* "gamma" */
} nn_norm;

/* Output, parameters and room for m and 1/sqrt(v + epsilon). */
void nn_norm_setup(nn_layer *l, const nn_norm *norm);
void nn_norm_forward(const nn_layer *l, const nn_pass *p);
void nn_norm_backward_params(const nn_layer *l, const nn_pass *p);
void nn_norm_backward_input(const nn_layer *l, const nn_pass *p);
double nn_norm_flops(const nn_layer *l);

#endif
