#include "same_shapes.h"

#include <string.h>

/* A residual is an `add` of what its layers give, and of its own input. */
static bool is_residual(const nn_layer *l) {
    const nn_node *type = l->node ? nn_node_child(l->node, "type") : NULL;
    return type && type->text && strcmp(type->text, "residual") == 0;
}

static bool refuse(nn_layer *l, int k) {
    char first[NN_SHAPE_TEXT_SIZE], other[NN_SHAPE_TEXT_SIZE];
    nn_shape_text(&l->in[0], first, sizeof first);
    nn_shape_text(&l->in[k], other, sizeof other);
    if (is_residual(l))
        return nn_layer_complain(l, NULL, NULL,
                                 "what is added, the input of the residual, has shape %s, but its "
                                 "layers give %s: they must be equal",
                                 other, first);
    return nn_layer_complain(l, NULL, NULL, "input %d has shape %s, input 1 %s: they must be equal",
                             k + 1, other, first);
}

bool nn_layer_same_shapes(nn_layer *l) {
    l->out = l->in[0];
    nn_layer_each_position(l);
    for (int k = 1; k < l->n_inputs; k++)
        if (!nn_shape_equal(&l->in[0], &l->in[k])) return refuse(l, k);
    return true;
}
