/* Products: dense, and the table of an embedding. And what works number by number. */
#include "onnx_use.h"

static const char *plus_bias(nn_onnx_use *u, const char *x) {
    return nn_use_has(u, "bias") ? nn_graph_binary(u->graph, "Add", x, nn_use_weight(u, "bias"))
                                 : x;
}

/* Gemm is for matrices; of a longer sample MatMul takes the last axis. */
static void dense(nn_onnx_use *u) {
    const char *x = nn_value_last(u, u->in[0]), *W = nn_use_weight(u, "kernel");
    if (u->in[0]->shape.rank == 1)
        x = nn_graph_node_of(u->graph, "Gemm",
                             NN_INPUTS(x, W, nn_use_has(u, "bias") ? nn_use_weight(u, "bias") : ""),
                             NULL);
    else
        x = plus_bias(u, nn_graph_binary(u->graph, "MatMul", x, W));
    nn_use_give_last(u, x);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_dense) = {"Gemm; MatMul and Add on sequences", dense};

static void embedding(nn_onnx_use *u) {
    const char *ids = u->in[0]->ids;
    if (!ids)
        ids = nn_graph_node_of(u->graph, "Cast", NN_INPUTS(nn_value_last(u, u->in[0])),
                               NN_ATTRIBUTES(NN_A_INT("to", NN_ONNX_INT64)));
    nn_use_give_last(u, nn_graph_binary(u->graph, "Gather", nn_use_weight(u, "embeddings"), ids));
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_embedding) = {"Gather, from ids of type int64", embedding};

/* ---- several inputs ---- */

static void chain(nn_onnx_use *u, const char *operator) {
    nn_order order = nn_value_common(u);
    const char *x = nn_value_in_order(u, u->in[0], &order);
    for (int k = 1; k < u->vertex->n_inputs; k++)
        x = nn_graph_binary(u->graph, operator, x, nn_value_in_order(u, u->in[k], &order));
    nn_use_give(u, x, &order);
}

static void add(nn_onnx_use *u) {
    chain(u, "Add");
}
static void multiply(nn_onnx_use *u) {
    chain(u, "Mul");
}

static void concat(nn_onnx_use *u) {
    nn_order order = nn_value_common(u);
    int64_t axis = nn_use_int(u, "axis");
    int rank = u->out->shape.rank, at = (int)(axis < 0 ? rank + 1 + axis : axis);
    const char **inputs = NN_NEW_ARRAY(u->graph->arena, const char *, u->vertex->n_inputs + 1);
    for (int k = 0; k < u->vertex->n_inputs; k++)
        inputs[k] = nn_value_in_order(u, u->in[k], &order);
    nn_use_give(u,
                nn_graph_node_of(u->graph, "Concat", inputs,
                                 NN_ATTRIBUTES(NN_A_INT("axis", nn_value_axis(&order, at)))),
                &order);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_add) = {"Add", add};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_multiply) = {"Mul", multiply};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_concat) = {"Concat", concat};

/* ---- what trains otherwise than it predicts ---- */

static void same(nn_onnx_use *u) {
    u->out = u->in[0];
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_dropout) = {"nothing", same};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_spatial_dropout) = {"nothing", same};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_gaussian_noise) = {"nothing", same};

static void prelu(nn_onnx_use *u) {
    nn_order order = nn_value_common(u);
    const char *alpha = nn_use_constant(u, "alpha", &nn_use_tensor(u, "alpha")->shape, &order,
                                        nn_use_numbers(u, "alpha"));
    nn_use_give(u,
                nn_graph_binary(u->graph, "PRelu", nn_value_in_order(u, u->in[0], &order), alpha),
                &order);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_prelu) = {"PRelu", prelu};
