/* What all layers share: setup, complaints, weights, the activation that a layer applies itself. */
#include "activation_layer.h"

#include <stdarg.h>
#include <stdio.h>

#include "nnmpi/status.h"
#include "nnmpi/tensor.h"

bool nn_layer_setup(nn_layer *l, const nn_typed *chosen) {
    l->ops = nn_layer_ops_of(chosen->kind);
    nn_assert(l->ops);
    l->options = chosen->options;
    if (l->ops == &nn_activation_layer) {
        l->ops = nn_activation_layer_ops(l->arena, nn_activation_of(chosen->kind));
        l->activation = *chosen;
    }
    l->keras_class = l->ops->keras_class ? l->ops->keras_class : l->ops->kind.name;
    int wanted = l->ops->n_inputs;
    int least = wanted == NN_ANY_INPUTS ? 2 : wanted == NN_SOME_INPUTS ? 1 : wanted;
    if (wanted < 0 ? l->n_inputs < least : l->n_inputs != wanted)
        return nn_layer_complain(l, NULL, NULL, "%d input%s given, %s%d expected", l->n_inputs,
                                 l->n_inputs == 1 ? "" : "s", wanted < 0 ? "at least " : "", least);
    return l->ops->setup(l);
}

bool nn_layer_complain(nn_layer *l, const char *key, const char *hint, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *name = l->ops->kind.name;
    if (!l->document) {
        nn_error(NN_BAD_CONFIG, "%s: %s%s%s", name, text, hint ? "; " : "", hint ? hint : "");
        return false;
    }
    bool is_map = l->node && l->node->type == NN_NODE_MAP;
    const nn_node *at = key && is_map ? nn_node_child(l->node, key) : NULL;
    nn_config_complain(l->document, at ? at : l->node, hint, "%s: %s", name, text);
    return false;
}

static void add_weight(nn_weight *list, int *n, const char *name, nn_shape shape,
                       nn_typed initializer) {
    nn_assert(*n < NN_MAX_PARAMS);
    list[(*n)++] = (nn_weight){.name = name, .shape = shape, .initializer = initializer};
}

void nn_layer_add_param(nn_layer *l, const char *name, nn_shape shape, nn_typed initializer) {
    add_weight(l->param, &l->n_params, name, shape, initializer);
}

void nn_layer_add_state(nn_layer *l, const char *name, nn_shape shape, nn_typed initializer) {
    add_weight(l->state, &l->n_state, name, shape, initializer);
}

void nn_layer_use_activation(nn_layer *l, nn_typed activation) {
    const nn_activation *f = nn_activation_of(activation.kind);
    l->activation = activation;
    if (!f || f->identity) return;
    if (f->needs_input)
        l->kept += nn_shape_size(&l->out);
    else
        l->keeps_output = true;
}

/* Rows of one block: as many as stay in the first-level cache between bias and activation. */
#define NN_BLOCK_NUMBERS 2048

static int64_t row_width(const nn_layer *l) {
    return l->out.rank ? l->out.dim[l->out.rank - 1] : 1;
}

void nn_layer_bias_activate_rows(const nn_layer *l, int64_t first, int64_t m, const nn_real *b,
                                 nn_real *z, nn_real *keep) {
    const nn_activation *f = nn_activation_of(l->activation.kind);
    if (f && f->identity) f = NULL;
    if (!b && !f) return;
    int64_t width = row_width(l), after = first + m;
    int64_t step = width < NN_BLOCK_NUMBERS ? NN_BLOCK_NUMBERS / width : 1;
    for (int64_t i = first; i < after; i += step) {
        int64_t rows = after - i < step ? after - i : step;
        nn_real *block = z + i * width;
        if (b) nn_add_rows(rows, width, b, block); /* x = z + b */
        if (f && f->needs_input) nn_copy(rows * width, block, keep + i * width);
        if (f) f->forward(l->activation.options, rows, width, block); /* z = f(x) */
    }
}

void nn_layer_bias_activate(const nn_layer *l, int64_t n, const nn_real *b, nn_real *z,
                            nn_real *keep) {
    int64_t rows = n * nn_shape_size(&l->out) / row_width(l);
    nn_layer_bias_activate_rows(l, 0, rows, b, z, keep);
}

void nn_layer_activate(const nn_layer *l, int64_t n, nn_real *z, nn_real *keep) {
    nn_layer_bias_activate(l, n, NULL, z, keep);
}

void nn_layer_activate_backward(const nn_layer *l, int64_t n, const nn_real *keep, const nn_real *z,
                                nn_real *dz) {
    const nn_activation *f = nn_activation_of(l->activation.kind);
    if (!f || f->identity) return;
    int64_t width = row_width(l), rows = n * nn_shape_size(&l->out) / width;
    f->backward(l->activation.options, rows, width, f->needs_input ? keep : NULL, z, dz);
}

nn_stream nn_pass_stream(const nn_layer *l, const nn_pass *p, int64_t i) {
    return nn_stream_of(p->seed, NN_RANDOM_MASK, p->step,
                        (uint64_t)l->key << 32 ^ (uint64_t)p->sample[i]);
}
