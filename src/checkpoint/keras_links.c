/* What Keras's layers read: their inbound nodes. */
#include <string.h>

#include "keras_builder.h"

int nn_keras_owner(const nn_model *model, int v) {
    return model->vertex[v].shares < 0 ? v : model->vertex[v].shares;
}

/* [layer, node, 0]: where input k of vertex v comes from. */
static json_t *input(const nn_keras_builder *b, int v, int k) {
    int u = b->model->vertex[v].input[k];
    const char *name = u < 0 ? "input" : b->output[nn_keras_owner(b->model, u)];
    return json_pack("[s, i, i]", name, u < 0 ? 0 : b->node[u], 0);
}

/* [[layer, node, 0, {}], ...] */
static json_t *inputs(const nn_keras_builder *b, int v) {
    json_t *node = json_array();
    for (int k = 0; k < b->model->vertex[v].n_inputs; k++) {
        json_t *one = input(b, v, k);
        json_array_append_new(one, json_object());
        json_array_append_new(node, one);
    }
    return node;
}

/* [[layer, node, 0, {"value": [...], ...}]]: the query, and the other arguments by name. */
static json_t *attention(const nn_keras_builder *b, int v) {
    const nn_vertex *vertex = &b->model->vertex[v];
    json_t *query = input(b, v, 0), *others = json_object();
    json_object_set_new(others, "value", input(b, v, vertex->n_inputs > 1 ? 1 : 0));
    if (vertex->n_inputs > 2) json_object_set_new(others, "key", input(b, v, 2));
    if (nn_keras_is_causal(vertex->layer))
        json_object_set_new(others, "use_causal_mask", json_true());
    json_array_append_new(query, others);
    json_t *node = json_array();
    json_array_append_new(node, query);
    return node;
}

/* Puts `node` at its place in a list that may have holes for a while. */
static void put(json_t *nodes, int at, json_t *node) {
    while (json_array_size(nodes) <= (size_t)at) json_array_append_new(nodes, json_null());
    json_array_set_new(nodes, (size_t)at, node);
}

void nn_keras_connect(nn_keras_builder *b, int v) {
    int owner = nn_keras_owner(b->model, v), at = b->node[v];
    const nn_layer *layer = b->model->vertex[v].layer;
    json_t *node = nn_keras_takes_query(layer) ? attention(b, v) : inputs(b, v);
    if (b->pad[owner]) {
        put(b->pad_nodes[owner], at, node);
        node = json_pack("[[s, i, i, {}]]", b->pad[owner], at, 0);
    }
    put(b->nodes[owner], at, node);
    if (b->split[owner])
        put(b->after_nodes[owner], at,
            json_pack("[[s, i, i, {}]]", b->model->vertex[owner].name, at, 0));
}
