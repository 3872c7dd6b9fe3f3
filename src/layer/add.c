/* add:  z(j) = z_1 + z_2 + ...,  dz_k = dz(j). */
#include "same_shapes.h"
#include "nnmpi/tensor.h"

static bool setup(nn_layer *l) {
    l->in_place = true;
    return nn_layer_same_shapes(l);
}

static void forward(const nn_layer *l, const nn_pass *p) {
    int64_t size = p->n * nn_shape_size(&l->out);
    nn_copy(size, p->z_in[0], p->z);
    for (int k = 1; k < l->n_inputs; k++) nn_add(size, p->z_in[k], p->z); /* z(j) = sum_k z_k */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    int64_t size = p->n * nn_shape_size(&l->out);
    for (int k = 0; k < l->n_inputs; k++)
        if (p->dz_in[k])
            nn_contribute(size, p->dz, p->dz_in_add[k], p->dz_in[k]); /* dz_k = dz(j) */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_add) = {
    .kind = {.name = "add",
             .help = "the sum of its inputs, number by number",
             .shapes = "(...), (...), ... of one shape -> (...)",
             .formula = "z(j) = z_1 + z_2 + ..., dz_k = dz(j)",
             .source = "Add of Keras",
             .details = "Inputs: the ends of `branches`, or the layers named in `inputs`.",
             .example = "type: add\n"
                        "branches:\n"
                        "  - [tanh]\n"
                        "  - []\n"},
    .n_inputs = NN_ANY_INPUTS,
    .keras_class = "Add",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
