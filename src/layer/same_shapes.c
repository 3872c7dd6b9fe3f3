#include "same_shapes.h"

bool nn_layer_same_shapes(nn_layer *l) {
    l->out = l->in[0];
    nn_layer_each_position(l);
    for (int k = 1; k < l->n_inputs; k++) {
        char first[NN_SHAPE_TEXT_SIZE], other[NN_SHAPE_TEXT_SIZE];
        if (!nn_shape_equal(&l->in[0], &l->in[k]))
            return nn_layer_complain(l, NULL, NULL,
                                     "input %d has shape %s, input 1 %s: they must be equal", k + 1,
                                     nn_shape_text(&l->in[k], other, sizeof other),
                                     nn_shape_text(&l->in[0], first, sizeof first));
    }
    return true;
}
