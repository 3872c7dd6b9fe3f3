/* Activations in ONNX, as nodes and inside recurrent layers. */
#include <math.h>
#include <string.h>

#include "onnx_use.h"

static const char *slope(nn_onnx_use *u, const char *operator, const char * x, double alpha) {
    return nn_graph_node_of(u->graph, operator, NN_INPUTS(x),
                            NN_ATTRIBUTES(NN_A_REAL("alpha", alpha)));
}

/* Alpha of an activation that has one number. */
static double alpha_of(const nn_typed *f) {
    return *(const double *)f->options;
}

static const char *same(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return x;
}
static const char *relu(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return nn_graph_unary(u->graph, "Relu", x);
}
static const char *leaky_relu(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return slope(u, "LeakyRelu", x, alpha_of(f));
}
static const char *elu(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return slope(u, "Elu", x, alpha_of(f));
}
static const char *selu(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return nn_graph_unary(u->graph, "Selu", x);
}
static const char *softplus(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return nn_graph_unary(u->graph, "Softplus", x);
}
static const char *sigmoid(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return nn_graph_unary(u->graph, "Sigmoid", x);
}
static const char *tanh_(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return nn_graph_unary(u->graph, "Tanh", x);
}
static const char *silu(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return nn_graph_binary(u->graph, "Mul", x, nn_graph_unary(u->graph, "Sigmoid", x));
}
static const char *softmax(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    return nn_graph_node_of(u->graph, "Softmax", NN_INPUTS(x),
                            NN_ATTRIBUTES(NN_A_INT("axis", axis)));
}

static const char *times(nn_onnx_use *u, const char *x, double factor) {
    return nn_graph_binary(u->graph, "Mul", x, nn_graph_scalar(u->graph, "factor", factor));
}

/* x Phi(x), by erf or by tanh. */
static const char *gelu(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    nn_graph *g = u->graph;
    const char *y;
    if (*(const bool *)f->options) { /* approximate */
        const char *square = nn_graph_binary(g, "Mul", x, x);
        const char *cube = nn_graph_binary(g, "Mul", square, x);
        y = nn_graph_binary(g, "Add", x, times(u, cube, 0.044715));
        y = nn_graph_unary(g, "Tanh", times(u, y, sqrt(2 / M_PI)));
    } else
        y = nn_graph_unary(g, "Erf", times(u, x, sqrt(0.5)));
    y = nn_graph_binary(g, "Add", y, nn_graph_scalar(g, "one", 1));
    return times(u, nn_graph_binary(g, "Mul", x, y), 0.5);
}

/* One line an activation: its node, what that is called, and its word inside RNN, GRU and LSTM. */
static const struct row {
    const char *name, *becomes, *gate;
    bool alpha; /* the gate has its alpha */
    const char *(*emit)(nn_onnx_use *u, const nn_typed *f, const char *x, int axis);
} rows[] = {
    {"linear", "nothing", NULL, false, same},
    {"relu", "Relu", "Relu", false, relu},
    {"leaky_relu", "LeakyRelu", "LeakyRelu", true, leaky_relu},
    {"elu", "Elu", "Elu", true, elu},
    {"selu", "Selu", NULL, false, selu},
    {"gelu", "Erf, or Tanh if approximate, with Mul and Add", NULL, false, gelu},
    {"silu", "Sigmoid, Mul", NULL, false, silu},
    {"softplus", "Softplus", "Softplus", false, softplus},
    {"sigmoid", "Sigmoid", "Sigmoid", false, sigmoid},
    {"tanh", "Tanh", "Tanh", false, tanh_},
    {"softmax", "Softmax", NULL, false, softmax},
};

static const struct row *row_of(const nn_kind *kind) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, kind->name) == 0) return &rows[i];
    return NULL;
}

const char *nn_onnx_becomes(const nn_kind *kind) {
    const struct row *row = row_of(kind);
    return row ? row->becomes : NULL;
}

const char *nn_onnx_activate(nn_onnx_use *u, const nn_typed *f, const char *x, int axis) {
    const struct row *row = row_of(f->kind);
    if (row) return row->emit(u, f, x, axis);
    nn_use_refuse(u, "there is no counterpart of the activation %s", f->kind->name);
    return x;
}

const char *nn_onnx_gate(const nn_typed *f, double *alpha) {
    const struct row *row = row_of(f->kind);
    *alpha = row && row->alpha ? alpha_of(f) : NAN;
    return row ? row->gate : NULL;
}

/* An activation that is a layer. */
static void emit(nn_onnx_use *u) {
    const nn_typed *f = &u->layer->activation;
    nn_order order = nn_value_common(u);
    const char *x = nn_value_in_order(u, u->in[0], &order);
    if (nn_activation_of(f->kind)->identity)
        u->out = u->in[0];
    else
        nn_value_add(u->out, nn_onnx_activate(u, f, x, nn_value_axis(&order, u->out->shape.rank)),
                     &order);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_activation) = {.becomes = "", .emit = emit};
