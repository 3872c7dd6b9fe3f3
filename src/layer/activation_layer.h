/* An activation used as a layer: one implementation for all of them. */
#ifndef NNMPI_LAYER_ACTIVATION_LAYER_H
#define NNMPI_LAYER_ACTIVATION_LAYER_H

#include "nnmpi/layer.h"

#define nn_activation_layer NN_REAL_NAME(nn_activation_layer)
#define nn_activation_layer_ops NN_REAL_NAME(nn_activation_layer_ops)

/* What nn_layer_ops_of gives for any activation. */
extern const nn_layer_ops nn_activation_layer;
/* The same under the name of this activation, from the arena. */
const nn_layer_ops *nn_activation_layer_ops(nn_arena *arena, const nn_activation *activation);

#endif
