/* multi_head_attention as ONNX's matrix products. */
#include <math.h>

#include "onnx_use.h"

/* x W + b, then heads beside the positions: (N, heads, T, numbers) for perm (0, 2, 1, 3). */
static const char *project(nn_onnx_use *u, const char *part, nn_value_forms *in,
                           const int64_t *perm) {
    nn_graph *g = u->graph;
    const char *kernel = nn_arena_format(g->arena, "%s_kernel", part);
    const char *bias = nn_arena_format(g->arena, "%s_bias", part);
    const int64_t *W = nn_use_tensor(u, kernel)->shape.dim; /* (d, heads, numbers) */
    int64_t width = W[1] * W[2], heads[3] = {in->shape.dim[0], W[1], W[2]};
    const char *x = nn_graph_binary(g, "MatMul", nn_value_last(u, in),
                                    nn_use_weight_as(u, kernel, NULL, 2, (int64_t[]){W[0], width}));
    if (nn_use_has(u, bias))
        x = nn_graph_binary(g, "Add", x, nn_use_weight_as(u, bias, NULL, 1, &width));
    x = nn_use_reshape(u, x, 3, heads);
    return nn_graph_node_of(g, "Transpose", NN_INPUTS(x),
                            NN_ATTRIBUTES(NN_A_INTS("perm", 4, perm)));
}

/* What may be seen, 1 and 0, of shape (N or 1, 1, Tq or 1, Tk); NULL: everything. */
static const char *padding(nn_onnx_use *u) {
    if (!nn_use_bool(u, "use_padding_mask")) return NULL;
    nn_graph *g = u->graph;
    nn_value_forms *mask = u->in[u->vertex->n_inputs - 1];
    int64_t row[3] = {1, 1, nn_shape_size(&mask->shape)};
    const char *x = nn_use_reshape(u, nn_value_last(u, mask), 3, row);
    x = nn_graph_unary(g, "Not", nn_graph_binary(g, "Equal", x, nn_graph_scalar(g, "zero", 0)));
    return nn_graph_node_of(g, "Cast", NN_INPUTS(x), NN_ATTRIBUTES(NN_A_INT("to", NN_ONNX_FLOAT)));
}

static const char *causal(nn_onnx_use *u, int64_t tq, int64_t tk) {
    if (!nn_use_bool(u, "use_causal_mask")) return NULL;
    float *seen = NN_NEW_ARRAY(u->graph->arena, float, tq *tk);
    for (int64_t i = 0; i < tq; i++)
        for (int64_t k = 0; k < tk; k++) seen[i * tk + k] = k <= i;
    return nn_graph_floats(u->graph, "causal", 4, (int64_t[]){1, 1, tq, tk}, seen);
}

/* P = softmax(S) over the places seen: those that are not get -1e9 before and 0 after, so that who
 * sees none takes from none. */
static const char *softmax(nn_onnx_use *u, const char *S, const char *seen) {
    nn_graph *g = u->graph;
    if (seen) {
        const char *away = nn_graph_binary(g, "Sub", seen, nn_graph_scalar(g, "one", 1));
        away = nn_graph_binary(g, "Mul", away, nn_graph_scalar(g, "far", 1e9));
        S = nn_graph_binary(g, "Add", nn_graph_binary(g, "Mul", S, seen), away);
    }
    const char *P =
        nn_graph_node_of(g, "Softmax", NN_INPUTS(S), NN_ATTRIBUTES(NN_A_INT("axis", -1)));
    return seen ? nn_graph_binary(g, "Mul", P, seen) : P;
}

static void multi_head_attention(nn_onnx_use *u) {
    nn_graph *g = u->graph;
    int sources = u->vertex->n_inputs - nn_use_bool(u, "use_padding_mask");
    nn_value_forms *query = u->in[0], *value = u->in[sources > 1],
                   *key = u->in[sources > 2 ? 2 : sources > 1];
    const int64_t heads_first[4] = {0, 2, 1, 3}, turned[4] = {0, 2, 3, 1};
    const char *Q = project(u, "query", query, heads_first);
    const char *K = project(u, "key", key, turned);
    const char *V = project(u, "value", value, heads_first);
    int64_t key_dim = nn_use_tensor(u, "query_kernel")->shape.dim[2];
    Q = nn_graph_binary(g, "Mul", Q, nn_graph_scalar(g, "scale", 1 / sqrt((double)key_dim)));
    const char *a = padding(u), *b = causal(u, query->shape.dim[0], value->shape.dim[0]);
    const char *P = softmax(u, nn_graph_binary(g, "MatMul", Q, K),
                            a && b ? nn_graph_binary(g, "Mul", a, b)
                            : a    ? a
                                   : b);
    const char *O = nn_graph_node_of(g, "Transpose", NN_INPUTS(nn_graph_binary(g, "MatMul", P, V)),
                                     NN_ATTRIBUTES(NN_A_INTS("perm", 4, heads_first)));
    const int64_t *W = nn_use_tensor(u, "attention_output_kernel")->shape.dim;
    int64_t width = W[0] * W[1];
    O = nn_use_reshape(u, O, 2, (int64_t[]){query->shape.dim[0], width});
    O = nn_graph_binary(
        g, "MatMul", O,
        nn_use_weight_as(u, "attention_output_kernel", NULL, 2, (int64_t[]){width, W[2]}));
    if (nn_use_has(u, "attention_output_bias"))
        O = nn_graph_binary(g, "Add", O, nn_use_weight(u, "attention_output_bias"));
    nn_use_give_last(u, O);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_multi_head_attention) = {
    "MatMul, Add, Reshape, Transpose, Mul, Softmax", multi_head_attention};
