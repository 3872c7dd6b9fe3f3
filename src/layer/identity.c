#include "identity.h"

#include "nnmpi/tensor.h"

void nn_identity_forward(const nn_layer *l, const nn_pass *p) {
    nn_copy(p->n * nn_shape_size(&l->out), p->z_in[0], p->z); /* z(j) = z(j-1) */
}

void nn_identity_backward(const nn_layer *l, const nn_pass *p) {
    if (p->dz_in[0])
        nn_contribute(p->n * nn_shape_size(&l->out), p->dz, p->dz_in_add[0],
                      p->dz_in[0]); /* dz(j-1) = dz(j) */
}
