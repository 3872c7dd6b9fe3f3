/* The identity on numbers, for layers that only look at them in another way:
 * z(j) = z(j-1), dz(j-1) = dz(j), the same memory allowed. */
#ifndef NNMPI_LAYER_IDENTITY_H
#define NNMPI_LAYER_IDENTITY_H

#include "nnmpi/layer.h"

#define nn_identity_forward NN_REAL_NAME(nn_identity_forward)
#define nn_identity_backward NN_REAL_NAME(nn_identity_backward)

void nn_identity_forward(const nn_layer *l, const nn_pass *p);
void nn_identity_backward(const nn_layer *l, const nn_pass *p);

#endif
