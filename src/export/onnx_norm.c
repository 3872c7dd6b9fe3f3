/* Normalisations. */
#include <math.h>

#include "onnx_use.h"

/* A weight of (c) numbers, or so many times `preset` where the layer has none. */
static const char *or_else(nn_onnx_use *u, const char *weight, int64_t n, float preset) {
    if (nn_use_has(u, weight)) return nn_use_weight(u, weight);
    float *x = NN_NEW_ARRAY(u->graph->arena, float, n);
    for (int64_t i = 0; i < n; i++) x[i] = preset;
    return nn_graph_floats(u->graph, weight, 1, &n, x);
}

static int64_t channels(const nn_onnx_use *u) {
    return u->out->shape.dim[u->out->shape.rank - 1];
}

static void batch_norm(nn_onnx_use *u) {
    int64_t c = channels(u);
    nn_order first = nn_order_first(u->out->shape.rank);
    const char *x = nn_graph_node_of(
        u->graph, "BatchNormalization",
        NN_INPUTS(nn_value_first(u, u->in[0]), or_else(u, "gamma", c, 1), or_else(u, "beta", c, 0),
                  nn_use_weight(u, "moving_mean"), nn_use_weight(u, "moving_variance")),
        NN_ATTRIBUTES(NN_A_REAL("epsilon", nn_use_real(u, "epsilon"))));
    nn_use_give(u, x, &first);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_batch_norm) = {
    "BatchNormalization, with the running averages", batch_norm};

static void layer_norm(nn_onnx_use *u) {
    const char *x = nn_graph_node_of(
        u->graph, "LayerNormalization",
        NN_INPUTS(nn_value_last(u, u->in[0]), or_else(u, "gamma", channels(u), 1),
                  nn_use_has(u, "beta") ? nn_use_weight(u, "beta") : ""),
        NN_ATTRIBUTES(NN_A_INT("axis", -1), NN_A_REAL("epsilon", nn_use_real(u, "epsilon"))));
    nn_use_give_last(u, x);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_layer_norm) = {"LayerNormalization", layer_norm};

static void rms_norm(nn_onnx_use *u) {
    nn_graph *g = u->graph;
    const char *x = nn_value_last(u, u->in[0]), *square = nn_graph_binary(g, "Mul", x, x);
    int64_t last = -1;
    const char *mean =
        nn_graph_node_of(g, "ReduceMean", NN_INPUTS(square),
                         NN_ATTRIBUTES(NN_A_INTS("axes", 1, &last), NN_A_INT("keepdims", 1)));
    mean =
        nn_graph_binary(g, "Add", mean, nn_graph_scalar(g, "epsilon", nn_use_real(u, "epsilon")));
    x = nn_graph_binary(g, "Div", x, nn_graph_unary(g, "Sqrt", mean));
    nn_use_give_last(u, nn_graph_binary(g, "Mul", x, nn_use_weight(u, "scale")));
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_rms_norm) = {"Mul, ReduceMean, Add, Sqrt, Div, Mul",
                                                     rms_norm};

/* (1, 1, ..., c) where the channels are last; (1, c, 1, ...) where they are first. */
static const char *by_channel(nn_onnx_use *u, const char *weight, const nn_order *order) {
    nn_shape shape = {.rank = u->out->shape.rank};
    for (int i = 0; i < shape.rank; i++) shape.dim[i] = 1;
    shape.dim[shape.rank - 1] = channels(u);
    return nn_use_constant(u, weight, &shape, order, nn_use_numbers(u, weight));
}

/* With channels first the numbers of a group lie together: each group is an instance. */
static void group_norm(nn_onnx_use *u) {
    nn_graph *g = u->graph;
    nn_order first = nn_order_first(u->out->shape.rank);
    int64_t c = channels(u), groups = nn_use_int(u, "groups"), dim[NN_MAX_RANK];
    if (groups < 0) groups = c;
    for (int i = 1; i <= u->out->shape.rank; i++) dim[i - 1] = u->out->shape.dim[first.axis[i] - 1];
    int64_t grouped[2] = {groups, nn_shape_size(&u->out->shape) / groups};
    const char *x = nn_use_reshape(u, nn_value_first(u, u->in[0]), 2, grouped);
    x = nn_graph_node_of(
        g, "InstanceNormalization",
        NN_INPUTS(x, or_else(u, "ones", groups, 1), or_else(u, "zeros", groups, 0)),
        NN_ATTRIBUTES(NN_A_REAL("epsilon", nn_use_real(u, "epsilon"))));
    x = nn_use_reshape(u, x, u->out->shape.rank, dim);
    if (nn_use_has(u, "gamma")) x = nn_graph_binary(g, "Mul", x, by_channel(u, "gamma", &first));
    if (nn_use_has(u, "beta")) x = nn_graph_binary(g, "Add", x, by_channel(u, "beta", &first));
    nn_use_give(u, x, &first);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_group_norm) = {
    "Reshape, InstanceNormalization, Reshape, Mul, Add", group_norm};

/* ---- positions ---- */

static const char *waves(nn_onnx_use *u) {
    enum { LEARNED };
    if (*(const int *)nn_use_option(u->layer, "encoding") == LEARNED)
        return nn_use_weight(u, "embeddings");
    int64_t steps = u->out->shape.dim[0], d = u->out->shape.dim[1];
    double longest = nn_use_real(u, "max_wavelength");
    float *x = NN_NEW_ARRAY(u->graph->arena, float, steps *d);
    for (int64_t t = 0; t < steps; t++)
        for (int64_t k = 0; k < d; k++) {
            double angle = (double)t / pow(longest, (double)(k - k % 2) / (double)d);
            x[t * d + k] = (float)(k % 2 ? cos(angle) : sin(angle));
        }
    return nn_graph_floats(u->graph, "waves", 2, u->out->shape.dim, x);
}

static void positional_embedding(nn_onnx_use *u) {
    nn_use_give_last(u, nn_graph_binary(u->graph, "Add", nn_value_last(u, u->in[0]), waves(u)));
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_positional_embedding) = {"Add", positional_embedding};
