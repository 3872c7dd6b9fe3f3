/* Tensors in the order that each operator wants: ONNX's convolutions have channels first, its
 * recurrent layers time first. A transposition is made when somebody asks for it, once; what goes
 * from one convolution to the next, through whatever works number by number, is never turned. */
#include <string.h>

#include "onnx_use.h"

nn_order nn_order_last(void) {
    nn_order order;
    for (int i = 0; i <= NN_MAX_RANK; i++) order.axis[i] = i;
    return order;
}

nn_order nn_order_first(int rank) {
    nn_order order = nn_order_last();
    if (rank < 2) return order;
    order.axis[1] = rank;
    for (int i = 2; i <= rank; i++) order.axis[i] = i - 1;
    return order;
}

static bool same(const nn_order *a, const nn_order *b, int rank) {
    return memcmp(a->axis, b->axis, (size_t)(rank + 1) * sizeof *a->axis) == 0;
}

int nn_value_axis(const nn_order *order, int a) {
    int i = 0;
    while (order->axis[i] != a) i++;
    return i;
}

static const char *find(const nn_value_forms *v, const nn_order *order) {
    for (int i = 0; i < v->n; i++)
        if (same(&v->order[i], order, v->shape.rank)) return v->name[i];
    return NULL;
}

void nn_value_add(nn_value_forms *v, const char *name, const nn_order *order) {
    nn_assert(v->n < NN_VALUE_FORMS);
    v->name[v->n] = name;
    v->order[v->n++] = *order;
}

const char *nn_value_in_order(nn_onnx_use *u, nn_value_forms *v, const nn_order *order) {
    if (v->n == 0) { /* ids are all there is */
        nn_order last = nn_order_last();
        nn_value_add(v,
                     nn_graph_node_of(u->graph, "Cast", NN_INPUTS(v->ids),
                                      NN_ATTRIBUTES(NN_A_INT("to", NN_ONNX_FLOAT))),
                     &last);
    }
    const char *name = find(v, order);
    if (name) return name;
    int64_t perm[NN_MAX_RANK + 1];
    for (int i = 0; i <= v->shape.rank; i++) perm[i] = nn_value_axis(&v->order[0], order->axis[i]);
    name = nn_graph_node_of(u->graph, "Transpose", NN_INPUTS(v->name[0]),
                            NN_ATTRIBUTES(NN_A_INTS("perm", v->shape.rank + 1, perm)));
    nn_value_add(v, name, order);
    return name;
}

const char *nn_value_last(nn_onnx_use *u, nn_value_forms *v) {
    nn_order last = nn_order_last();
    return nn_value_in_order(u, v, &last);
}

const char *nn_value_first(nn_onnx_use *u, nn_value_forms *v) {
    nn_order first = nn_order_first(v->shape.rank);
    return nn_value_in_order(u, v, &first);
}

nn_order nn_value_common(const nn_onnx_use *u) {
    const nn_value_forms *v = u->in[0];
    for (int i = 0; i < v->n; i++) {
        bool all = true;
        for (int k = 1; k < u->vertex->n_inputs && all; k++)
            all = u->in[k]->shape.rank == v->shape.rank && find(u->in[k], &v->order[i]);
        if (all) return v->order[i];
    }
    return nn_order_last();
}
