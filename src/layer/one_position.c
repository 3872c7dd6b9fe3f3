/* A layer as it is for a sequence that comes one position at a time. */
#include "nnmpi/layer.h"
#include "nnmpi/status.h"

void nn_layer_each_position(nn_layer *l) {
    for (int k = 0; k < l->n_inputs; k++)
        if (l->in[k].rank < 2) return;
    l->stepping = NN_STEP_ALONE;
}

static nn_layer *copy(const nn_layer *l, nn_arena *arena) {
    nn_layer *one = NN_NEW(arena, nn_layer);
    nn_shape *in = NN_NEW_ARRAY(arena, nn_shape, l->n_inputs);
    for (int k = 0; k < l->n_inputs; k++) {
        in[k] = l->in[k];
        in[k].dim[0] = 1;
    }
    *one = (nn_layer){.name = l->name,
                      .key = l->key,
                      .n_inputs = l->n_inputs,
                      .in = in,
                      .arena = arena,
                      .frozen = l->frozen};
    return one;
}

/* The same but for the number of positions; weights by position are step's to choose from. */
static bool is_the_same(const nn_layer *l, const nn_layer *one) {
    nn_shape out = l->out;
    bool same = one->stepping == l->stepping && one->n_params == l->n_params && out.rank > 0 &&
                out.dim[0] == l->in[0].dim[0];
    out.dim[0] = 1;
    for (int k = 0; same && !l->ops->step && k < l->n_params; k++)
        same = nn_shape_equal(&one->param[k].shape, &l->param[k].shape);
    return same && nn_shape_equal(&one->out, &out);
}

nn_layer *nn_layer_of_one_position(const nn_layer *l, nn_arena *arena) {
    if (l->stepping == NN_STEP_NEVER) return NULL;
    nn_typed chosen = {.kind = &l->ops->kind, .options = (void *)l->options};
    nn_layer *one = copy(l, arena);
    if (!nn_layer_setup(one, &chosen) || !is_the_same(l, one)) {
        nn_error_clear(); /* its complaint is nobody's */
        return NULL;
    }
    one->activation = l->activation; /* the model may have taken it off */
    return one;
}
