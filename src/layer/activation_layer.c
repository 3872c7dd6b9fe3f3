/* An activation as a layer:  z = f(z(j-1)),  dz(j-1) = dz(j) . f'(z(j-1)).
 *
 * l->activation says which one, and is read in each call: where the model has left it to the loss,
 * the layer is the identity. */
#include "activation_layer.h"

#include "nnmpi/tensor.h"

static bool setup(nn_layer *l) {
    l->out = l->in[0];
    l->in_place = true;
    nn_layer_each_position(l);
    l->view = nn_activation_of(l->activation.kind)->identity;
    nn_layer_use_activation(l, l->activation);
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    nn_copy(p->n * nn_shape_size(&l->out), p->z_in[0], p->z);
    nn_layer_activate(l, p->n, p->z, p->kept); /* z(j) = f(z(j-1)) */
}

static void backward_common(const nn_layer *l, const nn_pass *p) {
    nn_layer_activate_backward(l, p->n, p->kept, p->z, p->dz); /* dz(j) . f'(z(j-1)) */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    if (p->dz_in[0])
        nn_contribute(p->n * nn_shape_size(&l->out), p->dz, p->dz_in_add[0], p->dz_in[0]);
}

const nn_layer_ops nn_activation_layer = {
    .kind = {.name = "activation", .help = "a pointwise function, or softmax along the last axis"},
    .n_inputs = 1,
    .keras_class = "Activation",
    .setup = setup,
    .forward = forward,
    .backward_common = backward_common,
    .backward_input = backward_input,
};

const nn_layer_ops *nn_activation_layer_ops(nn_arena *arena, const nn_activation *activation) {
    nn_layer_ops *ops = NN_NEW(arena, nn_layer_ops);
    *ops = nn_activation_layer;
    ops->kind = activation->kind;
    if (activation->keras_class) ops->keras_class = activation->keras_class;
    return ops;
}
