/* What rules ask of a layer: its options, its weights. */
#include "onnx_use.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- options ---- */

const void *nn_use_option(const nn_layer *layer, const char *name) {
    for (const nn_key *key = layer->ops->kind.keys; key && key->name; key++)
        if (strcmp(key->name, name) == 0) return (const char *)layer->options + key->offset;
    nn_panic("%s has no option %s", layer->ops->kind.name, name);
}

int64_t nn_use_int(const nn_onnx_use *u, const char *key) {
    return *(const int64_t *)nn_use_option(u->layer, key);
}

double nn_use_real(const nn_onnx_use *u, const char *key) {
    return *(const double *)nn_use_option(u->layer, key);
}

bool nn_use_bool(const nn_onnx_use *u, const char *key) {
    return *(const bool *)nn_use_option(u->layer, key);
}

void nn_use_refuse(nn_onnx_use *u, const char *format, ...) {
    char why[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    if (u->status == NN_OK)
        u->status = nn_error(NN_BAD_CONFIG, "%s: layer `%s` (%s) cannot be said in ONNX: %s",
                             u->exported->from, u->vertex->name, u->layer->ops->kind.name, why);
}

/* ---- weights ---- */

static const nn_tensor *find(const nn_onnx_use *u, const char *weight, const nn_real **x) {
    const nn_model *m = u->exported->model;
    for (int k = 0; k < u->layer->n_params + u->layer->n_state; k++) {
        bool is_state = k >= u->layer->n_params;
        const nn_tensor *t = is_state ? &m->state[u->vertex->state[k - u->layer->n_params]]
                                      : &m->param[u->vertex->param[k]];
        if (strcmp(t->weight, weight) != 0) continue;
        *x = (is_state ? m->S : m->W) + t->offset;
        return t;
    }
    return NULL;
}

bool nn_use_has(const nn_onnx_use *u, const char *weight) {
    const nn_real *x;
    return find(u, weight, &x) != NULL;
}

const nn_tensor *nn_use_tensor(const nn_onnx_use *u, const char *weight) {
    const nn_real *x;
    const nn_tensor *t = find(u, weight, &x);
    nn_assert(t);
    return t;
}

float *nn_use_numbers(const nn_onnx_use *u, const char *weight) {
    const nn_real *x;
    const nn_tensor *t = find(u, weight, &x);
    nn_assert(t);
    float *numbers = NN_NEW_ARRAY(u->graph->arena, float, t->size);
    for (int64_t i = 0; i < t->size; i++) numbers[i] = (float)x[i];
    return numbers;
}

/* y[i0, i1, ...] = x with its axes in this order. */
static void permute(const nn_shape *from, const int *axes, const float *x, float *y) {
    int64_t apart[NN_MAX_RANK], at[NN_MAX_RANK] = {0}, size = 1;
    for (int i = from->rank - 1; i >= 0; i--) apart[i] = size, size *= from->dim[i];
    for (int64_t k = 0; k < size; k++) {
        int64_t place = 0;
        for (int i = 0; i < from->rank; i++) place += at[i] * apart[axes[i]];
        y[k] = x[place];
        for (int i = from->rank - 1; i >= 0; i--) {
            if (++at[i] < from->dim[axes[i]]) break;
            at[i] = 0;
        }
    }
}

const char *nn_use_weight_as(nn_onnx_use *u, const char *weight, const int *axes, int rank,
                             const int64_t *dim) {
    const nn_tensor *t = nn_use_tensor(u, weight);
    if (nn_graph_take(u->graph, t->name)) return t->name;
    float *x = nn_use_numbers(u, weight), *y = x;
    if (axes) {
        y = NN_NEW_ARRAY(u->graph->arena, float, t->size);
        permute(&t->shape, axes, x, y);
    }
    nn_graph_floats_named(u->graph, t->name, rank, dim, y);
    return t->name;
}

const char *nn_use_weight(nn_onnx_use *u, const char *weight) {
    const nn_tensor *t = nn_use_tensor(u, weight);
    return nn_use_weight_as(u, weight, NULL, t->shape.rank, t->shape.dim);
}

const char *nn_use_constant(nn_onnx_use *u, const char *word, const nn_shape *shape,
                            const nn_order *order, const float *x) {
    nn_shape from = {.rank = shape->rank + 1, .dim = {1}};
    int64_t dim[NN_MAX_RANK];
    nn_assert(from.rank <= NN_MAX_RANK);
    for (int i = 0; i < shape->rank; i++) from.dim[i + 1] = shape->dim[i];
    for (int i = 0; i < from.rank; i++) dim[i] = from.dim[order->axis[i]];
    float *y = NN_NEW_ARRAY(u->graph->arena, float, nn_shape_size(&from));
    permute(&from, order->axis, x, y);
    return nn_graph_floats(u->graph, word, from.rank, dim, y);
}

/* ---- results ---- */

void nn_use_give(nn_onnx_use *u, const char *x, const nn_order *order) {
    int channels = nn_value_axis(order, u->out->shape.rank);
    if (u->layer->activation.kind && !nn_activation_of(&u->layer->ops->kind))
        x = nn_onnx_activate(u, &u->layer->activation, x, channels);
    nn_value_add(u->out, x, order);
}

void nn_use_give_last(nn_onnx_use *u, const char *x) {
    nn_order last = nn_order_last();
    nn_use_give(u, x, &last);
}

const char *nn_use_reshape(nn_onnx_use *u, const char *x, int rank, const int64_t *dim) {
    int64_t shape[NN_MAX_RANK + 1] = {0}; /* 0: the number of samples, as it is */
    for (int i = 0; i < rank; i++) shape[i + 1] = dim[i];
    return nn_graph_binary(u->graph, "Reshape", x,
                           nn_graph_ints(u->graph, "shape", rank + 1, shape));
}
