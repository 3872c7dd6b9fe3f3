/* Layers in ONNX: one use of a layer becomes nodes. A layer is one rule and one line in
 * onnx_layers.def. */
#ifndef NNMPI_EXPORT_ONNX_USE_H
#define NNMPI_EXPORT_ONNX_USE_H

#include "exported.h"
#include "onnx_graph.h"

#define nn_value_in_order NN_REAL_NAME(nn_value_in_order)
#define nn_value_last NN_REAL_NAME(nn_value_last)
#define nn_value_first NN_REAL_NAME(nn_value_first)
#define nn_value_common NN_REAL_NAME(nn_value_common)
#define nn_value_add NN_REAL_NAME(nn_value_add)
#define nn_value_axis NN_REAL_NAME(nn_value_axis)
#define nn_order_last NN_REAL_NAME(nn_order_last)
#define nn_order_first NN_REAL_NAME(nn_order_first)
#define nn_use_option NN_REAL_NAME(nn_use_option)
#define nn_use_int NN_REAL_NAME(nn_use_int)
#define nn_use_real NN_REAL_NAME(nn_use_real)
#define nn_use_bool NN_REAL_NAME(nn_use_bool)
#define nn_use_refuse NN_REAL_NAME(nn_use_refuse)
#define nn_use_has NN_REAL_NAME(nn_use_has)
#define nn_use_tensor NN_REAL_NAME(nn_use_tensor)
#define nn_use_numbers NN_REAL_NAME(nn_use_numbers)
#define nn_use_weight NN_REAL_NAME(nn_use_weight)
#define nn_use_weight_as NN_REAL_NAME(nn_use_weight_as)
#define nn_use_constant NN_REAL_NAME(nn_use_constant)
#define nn_use_give NN_REAL_NAME(nn_use_give)
#define nn_use_give_last NN_REAL_NAME(nn_use_give_last)
#define nn_use_reshape NN_REAL_NAME(nn_use_reshape)
#define nn_onnx_activate NN_REAL_NAME(nn_onnx_activate)
#define nn_onnx_gate NN_REAL_NAME(nn_onnx_gate)
#define nn_onnx_becomes NN_REAL_NAME(nn_onnx_becomes)
#define nn_onnx_rule_of NN_REAL_NAME(nn_onnx_rule_of)
#define nn_onnx_window NN_REAL_NAME(nn_onnx_window)
#define nn_onnx_window_transposed NN_REAL_NAME(nn_onnx_window_transposed)

/* The axes of a tensor: axis i is axis[i] of [N, those of a sample ...], channels last. */
typedef struct nn_order {
    int axis[NN_MAX_RANK + 1];
} nn_order;

/* What a layer gives, as one tensor or as several in different orders. */
#define NN_VALUE_FORMS 4
typedef struct nn_value_forms {
    nn_shape shape;  /* of a sample, channels last */
    const char *ids; /* the same numbers as int64; NULL: there are none */
    int n;
    const char *name[NN_VALUE_FORMS];
    nn_order order[NN_VALUE_FORMS];
} nn_value_forms;

/* One use of a layer. */
typedef struct nn_onnx_use {
    nn_graph *graph;
    const nn_exported *exported;
    const nn_vertex *vertex;
    const nn_layer *layer;
    nn_value_forms **in;
    nn_value_forms *out; /* empty, with its shape; a rule may put another one in its place */
    nn_status status;
} nn_onnx_use;

typedef struct nn_onnx_rule {
    const char *becomes; /* for people: "Conv" */
    void (*emit)(nn_onnx_use *u);
} nn_onnx_rule;

/* ---- values (onnx_value.c) ---- */

nn_order nn_order_last(void);
nn_order nn_order_first(int rank); /* [N, c, ...] of a sample of that rank */
/* The tensor in this order; a Transpose if there is none yet. */
const char *nn_value_in_order(nn_onnx_use *u, nn_value_forms *v, const nn_order *order);
const char *nn_value_last(nn_onnx_use *u, nn_value_forms *v);
const char *nn_value_first(nn_onnx_use *u, nn_value_forms *v);
/* An order in which all inputs are there, or else channels last. */
nn_order nn_value_common(const nn_onnx_use *u);
void nn_value_add(nn_value_forms *v, const char *name, const nn_order *order);
/* Where axis `a` of [N, ...] is in a tensor of this order. */
int nn_value_axis(const nn_order *order, int a);

/* ---- of the layer (onnx_use.c) ---- */

const void *nn_use_option(const nn_layer *layer, const char *key); /* panics if there is none */
int64_t nn_use_int(const nn_onnx_use *u, const char *key);
double nn_use_real(const nn_onnx_use *u, const char *key);
bool nn_use_bool(const nn_onnx_use *u, const char *key);
/* There is no counterpart: the message names the layer. */
void nn_use_refuse(nn_onnx_use *u, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A parameter or state by name: whether there is one; what it is; its numbers as float. */
bool nn_use_has(const nn_onnx_use *u, const char *weight);
const nn_tensor *nn_use_tensor(const nn_onnx_use *u, const char *weight);
float *nn_use_numbers(const nn_onnx_use *u, const char *weight);
/* As an initializer, once for all uses that share it: as it is; or under other dimensions, its
 * axes first put in the order axes[] (NULL: as they are). */
const char *nn_use_weight(nn_onnx_use *u, const char *weight);
const char *nn_use_weight_as(nn_onnx_use *u, const char *weight, const int *axes, int rank,
                             const int64_t *dim);
/* Numbers of shape (1, shape) as an initializer in this order. */
const char *nn_use_constant(nn_onnx_use *u, const char *word, const nn_shape *shape,
                            const nn_order *order, const float *x);

/* The activation that the layer applies itself, then `x` is what it gives, in this order. */
void nn_use_give(nn_onnx_use *u, const char *x, const nn_order *order);
void nn_use_give_last(nn_onnx_use *u, const char *x);
/* Reshape to (N, dim...). */
const char *nn_use_reshape(nn_onnx_use *u, const char *x, int rank, const int64_t *dim);

/* ---- parts of layers ---- */

/* f(x); `axis`: where the channels are, for softmax. */
const char *nn_onnx_activate(nn_onnx_use *u, const nn_typed *f, const char *x, int axis);
/* What becomes of an activation, for people; NULL: there is no counterpart. */
const char *nn_onnx_becomes(const nn_kind *kind);
/* The word for it inside RNN, GRU and LSTM, and its alpha (NAN: it has none); NULL: no word. */
const char *nn_onnx_gate(const nn_typed *f, double *alpha);

/* Windows of convolutions and pools in ONNX's words. */
typedef struct nn_onnx_frame {
    int axes;
    int64_t size[3], strides[3], dilations[3], pads[6], output_padding[3];
} nn_onnx_frame;
nn_onnx_frame nn_onnx_window(const nn_onnx_use *u, const char *size_key);
nn_onnx_frame nn_onnx_window_transposed(const nn_onnx_use *u);

/* What becomes of a kind of layer; NULL: there is no counterpart. */
const nn_onnx_rule *nn_onnx_rule_of(const nn_kind *kind);

#endif
