#include "onnx_graph.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "nnmpi/status.h"

#define NN_NODE_INPUTS 32

struct nn_graph_node {
    const char *operator, * name;
    int n_inputs, output; /* outputs before it are left out */
    const char **input, *result;
    nn_proto attributes; /* fields of NodeProto */
    nn_graph_node *next;
};

/* ---- names ---- */

static bool is_taken(const nn_graph *g, const char *name) {
    for (int i = 0; i < g->n_names; i++)
        if (strcmp(g->name[i], name) == 0) return true;
    return false;
}

bool nn_graph_take(nn_graph *g, const char *name) {
    if (is_taken(g, name)) return true;
    if (g->n_names == g->room) {
        g->room = 2 * g->room + 64;
        const char **more = NN_NEW_ARRAY(g->arena, const char *, g->room);
        if (g->n_names) memcpy(more, g->name, (size_t)g->n_names * sizeof *more);
        g->name = more;
    }
    g->name[g->n_names++] = nn_arena_text(g->arena, name);
    return false;
}

const char *nn_graph_name(nn_graph *g, const char *word) {
    char *name = nn_arena_format(g->arena, "%s/%s", g->scope, word);
    for (int k = 2; nn_graph_take(g, name); k++)
        name = nn_arena_format(g->arena, "%s/%s_%d", g->scope, word, k);
    return name;
}

/* ---- nodes ---- */

static void write_attribute(const nn_onnx_attribute *a, nn_proto *p) {
    size_t begun = nn_proto_begin(p, 5);
    nn_proto_text(p, 1, a->name);
    if (a->type == NN_ONNX_A_FLOAT) nn_proto_float(p, 2, (float)a->real);
    if (a->type == NN_ONNX_A_INT) nn_proto_int(p, 3, a->i);
    if (a->type == NN_ONNX_A_TEXT) nn_proto_text(p, 4, a->text);
    for (int i = 0; i < a->n && a->ints; i++) nn_proto_int(p, 8, a->ints[i]);
    for (int i = 0; i < a->n && a->texts; i++) nn_proto_text(p, 9, a->texts[i]);
    nn_proto_int(p, 20, a->type);
    nn_proto_end(p, begun);
}

const char *nn_graph_node_at(nn_graph *g, const char *operator, const char * const * inputs,
                             const nn_onnx_attribute *attributes, int output) {
    nn_graph_node *node = NN_NEW(g->arena, nn_graph_node);
    node->operator= operator;
    node->name = node->result = nn_graph_name(g, operator);
    node->output = output;
    while (inputs[node->n_inputs]) node->n_inputs++;
    while (node->n_inputs > 0 && !*inputs[node->n_inputs - 1]) node->n_inputs--;
    node->input = NN_NEW_ARRAY(g->arena, const char *, node->n_inputs + 1);
    memcpy(node->input, inputs, (size_t)node->n_inputs * sizeof *inputs);
    for (const nn_onnx_attribute *a = attributes; a && a->name; a++)
        write_attribute(a, &node->attributes);
    if (g->last)
        g->last->next = node;
    else
        g->first = node;
    g->last = node;
    return node->result;
}

const char *nn_graph_node_of(nn_graph *g, const char *operator, const char * const * inputs,
                             const nn_onnx_attribute *attributes) {
    return nn_graph_node_at(g, operator, inputs, attributes, 0);
}

const char *nn_graph_unary(nn_graph *g, const char *operator, const char * x) {
    return nn_graph_node_of(g, operator, NN_INPUTS(x), NULL);
}

const char *nn_graph_binary(nn_graph *g, const char *operator, const char * a, const char *b) {
    return nn_graph_node_of(g, operator, NN_INPUTS(a, b), NULL);
}

void nn_graph_rename(nn_graph *g, const char *from, const char *to) {
    for (nn_graph_node *node = g->first; node; node = node->next) {
        if (strcmp(node->result, from) == 0) node->result = to;
        for (int i = 0; i < node->n_inputs; i++)
            if (strcmp(node->input[i], from) == 0) node->input[i] = to;
    }
}

bool nn_graph_makes(const nn_graph *g, const char *name) {
    for (const nn_graph_node *node = g->first; node; node = node->next)
        if (strcmp(node->result, name) == 0) return true;
    return false;
}

/* ---- initializers ---- */

/* TensorProto; numbers are little endian in the file, and in the memory of what we run on. */
static void write_tensor(nn_graph *g, const char *name, int type, int rank, const int64_t *dim,
                         const void *x, size_t bytes) {
    size_t begun = nn_proto_begin(&g->initializers, 5);
    for (int i = 0; i < rank; i++) nn_proto_int(&g->initializers, 1, dim[i]);
    nn_proto_int(&g->initializers, 2, type);
    nn_proto_text(&g->initializers, 8, name);
    nn_proto_bytes(&g->initializers, 9, x, bytes);
    nn_proto_end(&g->initializers, begun);
}

void nn_graph_floats_named(nn_graph *g, const char *name, int rank, const int64_t *dim,
                           const float *x) {
    size_t n = 1;
    for (int i = 0; i < rank; i++) n *= (size_t)dim[i];
    write_tensor(g, name, NN_ONNX_FLOAT, rank, dim, x, n * sizeof *x);
}

const char *nn_graph_floats(nn_graph *g, const char *word, int rank, const int64_t *dim,
                            const float *x) {
    const char *name = nn_graph_name(g, word);
    nn_graph_floats_named(g, name, rank, dim, x);
    return name;
}

const char *nn_graph_ints(nn_graph *g, const char *word, int n, const int64_t *x) {
    const char *name = nn_graph_name(g, word);
    int64_t dim = n;
    write_tensor(g, name, NN_ONNX_INT64, 1, &dim, x, (size_t)n * sizeof *x);
    return name;
}

const char *nn_graph_scalar(nn_graph *g, const char *word, double x) {
    float value = (float)x;
    return nn_graph_floats(g, word, 0, NULL, &value);
}

/* ---- writing ---- */

static void write_node(const nn_graph_node *node, nn_proto *out) {
    size_t begun = nn_proto_begin(out, 1);
    for (int i = 0; i < node->n_inputs; i++) nn_proto_text(out, 1, node->input[i]);
    for (int i = 0; i < node->output; i++) nn_proto_text(out, 2, "");
    nn_proto_text(out, 2, node->result);
    nn_proto_text(out, 3, node->name);
    nn_proto_text(out, 4, node->operator);
    nn_proto_raw(out, node->attributes.bytes, node->attributes.length);
    nn_proto_end(out, begun);
}

void nn_graph_write(const nn_graph *g, nn_proto *out) {
    for (const nn_graph_node *node = g->first; node; node = node->next) write_node(node, out);
    nn_proto_raw(out, g->initializers.bytes, g->initializers.length);
}

void nn_graph_free(nn_graph *g) {
    for (nn_graph_node *node = g->first; node; node = node->next) nn_proto_free(&node->attributes);
    nn_proto_free(&g->initializers);
    nn_arena_destroy(g->arena);
}
