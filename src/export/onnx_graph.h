/* An ONNX graph while it is made: nodes, initializers and names. It knows no layers.
 *
 * Operators of opset 17, IR version 8. Names of tensors are unique; an input "" is one left out. */
#ifndef NNMPI_EXPORT_ONNX_GRAPH_H
#define NNMPI_EXPORT_ONNX_GRAPH_H

#include <stdbool.h>

#include "nnmpi/arena.h"
#include "nnmpi/shape.h"
#include "nnmpi/proto.h"

/* Element types, by ONNX's numbers. */
enum { NN_ONNX_FLOAT = 1, NN_ONNX_INT64 = 7, NN_ONNX_BOOL = 9 };
/* Types of attributes, by ONNX's numbers. */
enum {
    NN_ONNX_A_FLOAT = 1,
    NN_ONNX_A_INT = 2,
    NN_ONNX_A_TEXT = 3,
    NN_ONNX_A_INTS = 7,
    NN_ONNX_A_TEXTS = 8
};

typedef struct nn_onnx_attribute {
    const char *name; /* NULL ends a list */
    int type, n;
    double real;
    int64_t i;
    const char *text;
    const int64_t *ints;
    const char *const *texts;
} nn_onnx_attribute;

#define NN_A_REAL(name_, x)                                                                        \
    { .name = name_, .type = NN_ONNX_A_FLOAT, .real = x }
#define NN_A_INT(name_, x)                                                                         \
    { .name = name_, .type = NN_ONNX_A_INT, .i = x }
#define NN_A_TEXT(name_, x)                                                                        \
    { .name = name_, .type = NN_ONNX_A_TEXT, .text = x }
#define NN_A_INTS(name_, n_, x)                                                                    \
    { .name = name_, .type = NN_ONNX_A_INTS, .n = n_, .ints = x }
#define NN_A_TEXTS(name_, n_, x)                                                                   \
    { .name = name_, .type = NN_ONNX_A_TEXTS, .n = n_, .texts = x }
/* Lists for nn_graph_node. */
#define NN_ATTRIBUTES(...)                                                                         \
    (const nn_onnx_attribute[]) {                                                                  \
        __VA_ARGS__, {                                                                             \
            0                                                                                      \
        }                                                                                          \
    }
#define NN_INPUTS(...)                                                                             \
    (const char *const[]) {                                                                        \
        __VA_ARGS__, NULL                                                                          \
    }

typedef struct nn_graph_node nn_graph_node;
typedef struct nn_graph {
    nn_arena *arena;
    nn_graph_node *first, *last;
    nn_proto initializers; /* fields of GraphProto */
    const char *scope;     /* what names begin with: that of a layer */
    const char **name;     /* taken */
    int n_names, room;
} nn_graph;

/* SCOPE/WORD, or SCOPE/WORD_2 ... if that is taken. */
const char *nn_graph_name(nn_graph *g, const char *word);
/* Whether it is taken; if not, it is from now on. */
bool nn_graph_take(nn_graph *g, const char *name);

/* A node; returns its output number `output` (the ones before it are left out). */
const char *nn_graph_node_at(nn_graph *g, const char *operator, const char * const * inputs,
                             const nn_onnx_attribute *attributes, int output);
const char *nn_graph_node_of(nn_graph *g, const char *operator, const char * const * inputs,
                             const nn_onnx_attribute *attributes);
const char *nn_graph_unary(nn_graph *g, const char *operator, const char * x);
const char *nn_graph_binary(nn_graph *g, const char *operator, const char * a, const char *b);

/* Initializers: one called `name` exactly; or one whose name is made of `word`. */
void nn_graph_floats_named(nn_graph *g, const char *name, int rank, const int64_t *dim,
                           const float *x);
const char *nn_graph_floats(nn_graph *g, const char *word, int rank, const int64_t *dim,
                            const float *x);
const char *nn_graph_ints(nn_graph *g, const char *word, int n, const int64_t *x);
const char *nn_graph_scalar(nn_graph *g, const char *word, double x);

/* The tensor `from` is called `to` everywhere. */
void nn_graph_rename(nn_graph *g, const char *from, const char *to);
bool nn_graph_makes(const nn_graph *g, const char *name); /* some node gives it */
/* All nodes and initializers as fields of GraphProto. */
void nn_graph_write(const nn_graph *g, nn_proto *out);
void nn_graph_free(nn_graph *g);

#endif
