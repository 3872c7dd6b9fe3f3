/* RNN, GRU and LSTM: time first, (T, N, k), and gates in an order of ONNX's own.
 *
 *     W (directions, gates units, k), R (directions, gates units, units), B: both biases */
#include <math.h>
#include <string.h>

#include "onnx_use.h"

typedef struct nn_recurrent_word {
    const char *layer, *operator;
    int gates;
    int from[4]; /* gate i of ONNX is our gate from[i] */
} nn_recurrent_word;

static const nn_recurrent_word words[] = {
    {"simple_rnn", "RNN", 1, {0}},
    {"gru", "GRU", 3, {0, 1, 2}},     /* z r h */
    {"lstm", "LSTM", 4, {0, 3, 1, 2}} /* i o f c, ours are i f g o */
};

/* A recurrent layer as its options say it, alone or inside bidirectional. */
typedef struct nn_recurrent {
    const nn_recurrent_word *word;
    const nn_kind *kind;
    const void *options;
    int64_t units, in;
    int ways;
} nn_recurrent;

static const void *option(const nn_recurrent *r, const char *name) {
    for (const nn_key *key = r->kind->keys; key->name; key++)
        if (strcmp(key->name, name) == 0) return (const char *)r->options + key->offset;
    return NULL;
}

static bool says(const nn_recurrent *r, const char *name) {
    const bool *value = option(r, name);
    return value && *value;
}

static nn_recurrent recurrent_of(const nn_onnx_use *u, const nn_kind *kind, const void *options,
                                 int ways) {
    nn_recurrent r = {.kind = kind, .options = options, .ways = ways};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].layer, kind->name) == 0) r.word = &words[i];
    r.units = *(const int64_t *)option(&r, "units");
    r.in = u->in[0]->shape.dim[1];
    return r;
}

/* The weight of direction `way`: `kernel`, or `forward_kernel` and `backward_kernel`. */
static const char *weight_of(nn_onnx_use *u, const nn_recurrent *r, const char *name, int way) {
    if (r->ways == 1) return name;
    return nn_arena_format(u->graph->arena, "%s_%s", way ? "backward" : "forward", name);
}

/* out[way, gate i, unit, row] = (row, gate from[i], unit) of each direction's weight. */
static const char *matrix(nn_onnx_use *u, const nn_recurrent *r, const char *name, int64_t rows) {
    int64_t units = r->units, gates = r->word->gates, width = gates * units;
    const char *called = nn_arena_format(u->graph->arena, "%s/%s",
                                         nn_use_tensor(u, weight_of(u, r, name, 0))->layer, name);
    if (nn_graph_take(u->graph, called)) return called;
    float *y = NN_NEW_ARRAY(u->graph->arena, float, r->ways *width *rows), *to = y;
    for (int way = 0; way < r->ways; way++) {
        const float *x = nn_use_numbers(u, weight_of(u, r, name, way));
        for (int64_t i = 0; i < gates; i++)
            for (int64_t k = 0; k < units; k++)
                for (int64_t row = 0; row < rows; row++)
                    *to++ = x[row * width + r->word->from[i] * units + k];
    }
    nn_graph_floats_named(u->graph, called, 3, (int64_t[]){r->ways, width, rows}, y);
    return called;
}

/* (directions, 2 gates units): that of x W, then that of h U, which is 0 unless there are two. */
static const char *biases(nn_onnx_use *u, const nn_recurrent *r) {
    int64_t units = r->units, gates = r->word->gates, width = gates * units;
    if (!nn_use_has(u, weight_of(u, r, "bias", 0))) return "";
    const nn_tensor *first = nn_use_tensor(u, weight_of(u, r, "bias", 0));
    const char *called = nn_arena_format(u->graph->arena, "%s/bias", first->layer);
    if (nn_graph_take(u->graph, called)) return called;
    float *y = NN_NEW_ARRAY(u->graph->arena, float, r->ways * 2 * width), *to = y;
    for (int way = 0; way < r->ways; way++) {
        const float *x = nn_use_numbers(u, weight_of(u, r, "bias", way));
        for (int64_t half = 0; half < 2; half++)
            for (int64_t i = 0; i < gates; i++)
                for (int64_t k = 0; k < units; k++, to++)
                    if (half * width < first->size)
                        *to = x[half * width + r->word->from[i] * units + k];
    }
    nn_graph_floats_named(u->graph, called, 2, (int64_t[]){r->ways, 2 * width}, y);
    return called;
}

/* ---- activations of the gates ---- */

typedef struct nn_gates {
    int n;
    const char *word[6];
} nn_gates;

/* Alphas and betas are lists for all functions together, and which of them take one is not said
 * plainly anywhere. So none are given, and a function must be one whose presets are meant. */
static bool has_presets(const char *word, double alpha) {
    if (strcmp(word, "LeakyRelu") == 0) return fabs(alpha - 0.01) < 1e-12;
    if (strcmp(word, "Elu") == 0) return alpha == 1;
    return true;
}

static bool add_gate(nn_onnx_use *u, const nn_recurrent *r, nn_gates *g, const char *key) {
    const nn_typed *f = option(r, key);
    double alpha;
    const char *word = nn_onnx_gate(f, &alpha);
    if (!word || !has_presets(word, alpha)) {
        nn_use_refuse(u, "%s has no counterpart of %s: %s%s", r->word->operator, key, f->kind->name,
                      word ? " with its options" : "");
        return false;
    }
    g->word[g->n++] = word;
    return true;
}

static bool gates_of(nn_onnx_use *u, const nn_recurrent *r, nn_gates *g) {
    for (int way = 0; way < r->ways; way++) {
        if (r->word->gates > 1 && !add_gate(u, r, g, "recurrent_activation")) return false;
        if (!add_gate(u, r, g, "activation")) return false;
        if (r->word->gates == 4 && !add_gate(u, r, g, "activation")) return false;
    }
    return true;
}

/* ---- the node ---- */

static const nn_order time_first = {{1, 0, 2}};

/* Read from the end: then the outputs are in the order of work. */
static const char *backwards(nn_onnx_use *u, const char *x) {
    nn_graph *g = u->graph;
    int64_t from = -1, to = INT64_MIN, axis = 0;
    return nn_graph_node_of(
        g, "Slice",
        NN_INPUTS(x, nn_graph_ints(g, "starts", 1, &from), nn_graph_ints(g, "ends", 1, &to),
                  nn_graph_ints(g, "axes", 1, &axis), nn_graph_ints(g, "steps", 1, &from)),
        NULL);
}

/* (T, directions, N, units), or without sequences (directions, N, units). */
static const char *run(nn_onnx_use *u, const nn_recurrent *r, const char *direction, bool turned) {
    nn_gates gates = {0};
    if (!gates_of(u, r, &gates)) return "";
    const char *x = nn_value_in_order(u, u->in[0], &time_first);
    if (turned) x = backwards(u, x);
    nn_onnx_attribute attributes[] = {NN_A_INT("hidden_size", r->units),
                                      NN_A_TEXT("direction", direction),
                                      NN_A_TEXTS("activations", gates.n, gates.word),
                                      NN_A_INT("linear_before_reset", says(r, "reset_after")),
                                      {0}};
    if (strcmp(r->word->operator, "GRU") != 0) attributes[3] = (nn_onnx_attribute){0};
    return nn_graph_node_at(u->graph, r->word->operator,
                            NN_INPUTS(x, matrix(u, r, "kernel", r->in),
                                      matrix(u, r, "recurrent_kernel", r->units), biases(u, r)),
                            attributes, says(r, "return_sequences") ? 0 : 1);
}

static void recurrent(nn_onnx_use *u) {
    nn_recurrent r = recurrent_of(u, &u->layer->ops->kind, u->layer->options, 1);
    nn_graph *g = u->graph;
    const char *y = run(u, &r, "forward", says(&r, "go_backwards"));
    if (u->status != NN_OK) return;
    bool sequences = says(&r, "return_sequences");
    int64_t way = sequences;
    y = nn_graph_binary(g, "Squeeze", y, nn_graph_ints(g, "axes", 1, &way));
    nn_order order = sequences ? time_first : nn_order_last();
    nn_value_add(u->out, y, &order);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_simple_rnn) = {"RNN", recurrent};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_gru) = {"GRU", recurrent};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_lstm) = {"LSTM", recurrent};

/* ---- both directions ---- */

/* Side by side: (T, directions, N, units) as (T, N, directions units). */
static const char *side_by_side(nn_onnx_use *u, const char *y, bool sequences) {
    const int64_t with_time[4] = {0, 2, 1, 3}, without[3] = {1, 0, 2};
    const int64_t shape[3] = {0, 0, u->out->shape.dim[1]}; /* 0: as it is */
    y = nn_graph_node_of(
        u->graph, "Transpose", NN_INPUTS(y),
        NN_ATTRIBUTES(NN_A_INTS("perm", sequences ? 4 : 3, sequences ? with_time : without)));
    if (!sequences) return nn_use_reshape(u, y, 1, u->out->shape.dim);
    return nn_graph_binary(u->graph, "Reshape", y, nn_graph_ints(u->graph, "shape", 3, shape));
}

/* Both directions as one. */
static const char *merge(nn_onnx_use *u, const char *y, bool sequences) {
    static const char *const reduce[] = {NULL, "ReduceSum", "ReduceProd", "ReduceMean"};
    int mode = *(const int *)nn_use_option(u->layer, "merge_mode");
    int64_t axis = sequences;
    nn_graph *g = u->graph;
    if (!reduce[mode]) return side_by_side(u, y, sequences);
    if (mode == 1) /* its axes are an input */
        return nn_graph_node_of(g, reduce[mode], NN_INPUTS(y, nn_graph_ints(g, "axes", 1, &axis)),
                                NN_ATTRIBUTES(NN_A_INT("keepdims", 0)));
    return nn_graph_node_of(g, reduce[mode], NN_INPUTS(y),
                            NN_ATTRIBUTES(NN_A_INTS("axes", 1, &axis), NN_A_INT("keepdims", 0)));
}

static void bidirectional(nn_onnx_use *u) {
    const nn_typed *inner = nn_use_option(u->layer, "layer");
    nn_recurrent r = recurrent_of(u, inner->kind, inner->options, 2);
    bool sequences = says(&r, "return_sequences");
    const char *y = run(u, &r, "bidirectional", says(&r, "go_backwards"));
    if (u->status != NN_OK) return;
    nn_order order = sequences ? time_first : nn_order_last();
    nn_value_add(u->out, merge(u, y, sequences), &order);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_bidirectional) = {"RNN, GRU or LSTM in two directions",
                                                          bidirectional};
