/* multiply:  z(j) = z_1 . z_2 . ...,  dz_k = dz(j) . product of the other z_i. */
#include "same_shapes.h"
#include "nnmpi/tensor.h"

static bool setup(nn_layer *l) {
    l->keeps_input = true;
    return nn_layer_same_shapes(l);
}

static void forward(const nn_layer *l, const nn_pass *p) {
    int64_t size = p->n * nn_shape_size(&l->out);
    nn_copy(size, p->z_in[0], p->z);
    for (int k = 1; k < l->n_inputs; k++)
        for (int64_t i = 0; i < size; i++) p->z[i] *= p->z_in[k][i]; /* z(j) = prod_k z_k */
}

static void backward_one(const nn_layer *l, const nn_pass *p, int k) {
    int64_t size = p->n * nn_shape_size(&l->out);
    for (int64_t i = 0; i < size; i++) {
        nn_real product = p->dz[i];
        for (int other = 0; other < l->n_inputs; other++)
            if (other != k) product *= p->z_in[other][i];
        p->dz_in[k][i] = p->dz_in_add[k] ? p->dz_in[k][i] + product : product;
    }
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    for (int k = 0; k < l->n_inputs; k++)
        if (p->dz_in[k]) backward_one(l, p, k); /* dz_k = dz(j) . prod of the other z_i */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_multiply) = {
    .kind = {.name = "multiply",
             .help = "the product of its inputs, number by number",
             .shapes = "(...), (...), ... of one shape -> (...)",
             .formula = "z(j) = z_1 . z_2 . ..., dz_k = dz(j) . product of the other z_i",
             .source = "Multiply of Keras",
             .details = "Inputs: the ends of `branches`, or the layers named in `inputs`.",
             .example = "type: multiply\n"
                        "branches:\n"
                        "  - [sigmoid]\n"
                        "  - []\n"},
    .n_inputs = NN_ANY_INPUTS,
    .keras_class = "Multiply",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
