/* For layers that combine inputs of one shape, number by number. */
#ifndef NNMPI_LAYER_SAME_SHAPES_H
#define NNMPI_LAYER_SAME_SHAPES_H

#include "nnmpi/layer.h"

#define nn_layer_same_shapes NN_REAL_NAME(nn_layer_same_shapes)

/* Sets l->out to the shape of all inputs; false after a complaint that they differ. */
bool nn_layer_same_shapes(nn_layer *l);

#endif
