/* Pooling: each channel by itself, the largest or the average number that a window sees.
 *
 *     max:      z(o, c) = max over k of z(j-1)(o s + k - p, c),  dz(j-1) at the first that attains
 * it average:  z(o, c) = 1/m(o) sum over k of z(j-1)(o s + k - p, c)
 *
 * Padding is never seen: m(o) counts the places inside. max keeps, for each number of z, the tap
 * that won, as a number: so z(j-1) and z may be forgotten before backward, and backward is a
 * comparison a tap that vectorises, with no zeroing where the windows tile. */
#ifndef NNMPI_LAYER_POOL_H
#define NNMPI_LAYER_POOL_H

#include "window.h"

#define nn_pool_keys NN_REAL_NAME(nn_pool_keys)
#define nn_global_pool_keys NN_REAL_NAME(nn_global_pool_keys)
#define nn_max_pool_setup NN_REAL_NAME(nn_max_pool_setup)
#define nn_max_pool_setup_all NN_REAL_NAME(nn_max_pool_setup_all)
#define nn_max_pool_forward NN_REAL_NAME(nn_max_pool_forward)
#define nn_max_pool_backward NN_REAL_NAME(nn_max_pool_backward)
#define nn_avg_pool_setup NN_REAL_NAME(nn_avg_pool_setup)
#define nn_avg_pool_setup_all NN_REAL_NAME(nn_avg_pool_setup_all)
#define nn_avg_pool_forward NN_REAL_NAME(nn_avg_pool_forward)
#define nn_avg_pool_backward NN_REAL_NAME(nn_avg_pool_backward)
#define nn_pool_flops NN_REAL_NAME(nn_pool_flops)

typedef struct nn_pool_options {
    nn_window_options window;
} nn_pool_options;
typedef struct nn_global_pool_options {
    bool keepdims;
} nn_global_pool_options;

extern const nn_key nn_pool_keys[], nn_global_pool_keys[];

bool nn_max_pool_setup(nn_layer *l, int axes);
bool nn_avg_pool_setup(nn_layer *l, int axes);
/* The window is the whole input, of any rank >= 2. keras_class: of rank 2, 3 and 4. */
bool nn_max_pool_setup_all(nn_layer *l, const char *const keras_class[3]);
bool nn_avg_pool_setup_all(nn_layer *l, const char *const keras_class[3]);
void nn_max_pool_forward(const nn_layer *l, const nn_pass *p);
void nn_avg_pool_forward(const nn_layer *l, const nn_pass *p);
void nn_max_pool_backward(const nn_layer *l, const nn_pass *p);
void nn_avg_pool_backward(const nn_layer *l, const nn_pass *p);
double nn_pool_flops(const nn_layer *l);

#endif
