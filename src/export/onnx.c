/* ONNX: the graph of the model as operators of opset 17 in a file of IR version 8.
 *
 * Inputs are numbers as they are in the data: scale and normalisation are the first nodes.
 * Everything is float32, also of a float64 model, because runtimes have few kernels for more; ids
 * are int64. The axis of the samples is N. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "onnx_use.h"

enum { IR_VERSION = 8, OPSET = 17 };

#define X(name) extern const nn_onnx_rule NN_REAL_NAME(nn_onnx_##name);
#include "onnx_layers.def"
#undef X
extern const nn_onnx_rule NN_REAL_NAME(nn_onnx_activation);

static const struct {
    const char *name;
    const nn_onnx_rule *rule;
} rules[] = {
#define X(name) {#name, &NN_REAL_NAME(nn_onnx_##name)},
#include "onnx_layers.def"
#undef X
};

const nn_onnx_rule *nn_onnx_rule_of(const nn_kind *kind) {
    if (nn_activation_of(kind))
        return nn_onnx_becomes(kind) ? &NN_REAL_NAME(nn_onnx_activation) : NULL;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].name, kind->name) == 0) return rules[i].rule;
    return NULL;
}

/* ---- the input ---- */

static bool takes_ids(const nn_exported *e) {
    return nn_model_ids(e->model) && e->constants.n == 0 && e->scale == 1;
}

/* (x scale - shift) factor = (x - shift / scale) (scale factor): one rounding less. */
static const char *normalise(const nn_exported *e, nn_graph *g, const char *x) {
    int64_t n = e->constants.n;
    if (n == 0)
        return e->scale == 1 ? x
                             : nn_graph_binary(g, "Mul", x, nn_graph_scalar(g, "scale", e->scale));
    float *shift = NN_NEW_ARRAY(g->arena, float, n), *factor = NN_NEW_ARRAY(g->arena, float, n);
    for (int64_t i = 0; i < n; i++) {
        shift[i] = (float)(e->constants.shift[i] / e->scale);
        factor[i] = (float)(e->constants.factor[i] * e->scale);
    }
    x = nn_graph_binary(g, "Sub", x, nn_graph_floats(g, "shift", 1, &n, shift));
    return nn_graph_binary(g, "Mul", x, nn_graph_floats(g, "factor", 1, &n, factor));
}

static nn_value_forms *input_of(const nn_exported *e, nn_graph *g) {
    nn_value_forms *v = NN_NEW(g->arena, nn_value_forms);
    nn_order last = nn_order_last();
    v->shape = e->model->input;
    g->scope = "input";
    if (takes_ids(e))
        v->ids = "input";
    else
        nn_value_add(v, normalise(e, g, "input"), &last);
    return v;
}

/* ---- the layers ---- */

static nn_status emit(const nn_exported *e, nn_graph *g, int v, nn_value_forms **values) {
    const nn_vertex *vertex = &e->model->vertex[v];
    nn_onnx_use u = {.graph = g, .exported = e, .vertex = vertex, .layer = vertex->layer};
    u.in = NN_NEW_ARRAY(g->arena, nn_value_forms *, vertex->n_inputs);
    for (int k = 0; k < vertex->n_inputs; k++) u.in[k] = values[vertex->input[k]];
    u.out = NN_NEW(g->arena, nn_value_forms);
    u.out->shape = vertex->layer->out;
    g->scope = vertex->name;
    const nn_onnx_rule *rule = nn_onnx_rule_of(&vertex->layer->ops->kind);
    if (rule)
        rule->emit(&u);
    else
        nn_use_refuse(&u, "it has no counterpart there");
    values[v] = u.out;
    return u.status;
}

/* The last value, channels last, gets the name "output". */
static void finish(const nn_exported *e, nn_graph *g, nn_value_forms *last) {
    nn_onnx_use u = {.graph = g, .exported = e};
    const char *name = nn_value_last(&u, last);
    if (!nn_graph_makes(g, name)) name = nn_graph_unary(g, "Identity", name);
    nn_graph_rename(g, name, "output");
}

static nn_status fill(const nn_exported *e, nn_graph *g) {
    int n = e->model->n_vertices;
    nn_value_forms **values = NN_NEW_ARRAY(g->arena, nn_value_forms *, n + 1);
    *values++ = input_of(e, g); /* vertex -1 */
    for (int v = 0; v < n; v++) NN_TRY(emit(e, g, v, values));
    finish(e, g, values[n - 1]);
    return NN_OK;
}

/* ---- the file ---- */

/* ValueInfoProto: a tensor of shape (N, dimensions of a sample). */
static void write_info(nn_proto *p, int field, const char *name, int type, const nn_shape *shape) {
    size_t info = nn_proto_begin(p, field);
    nn_proto_text(p, 1, name);
    size_t about = nn_proto_begin(p, 2), tensor = nn_proto_begin(p, 1);
    nn_proto_int(p, 1, type);
    size_t dims = nn_proto_begin(p, 2);
    for (int i = -1; i < shape->rank; i++) {
        size_t dim = nn_proto_begin(p, 1);
        if (i < 0)
            nn_proto_text(p, 2, "N");
        else
            nn_proto_int(p, 1, shape->dim[i]);
        nn_proto_end(p, dim);
    }
    nn_proto_end(p, dims);
    nn_proto_end(p, tensor);
    nn_proto_end(p, about);
    nn_proto_end(p, info);
}

static void write_property(nn_proto *p, const char *key, const char *value) {
    size_t begun = nn_proto_begin(p, 14);
    nn_proto_text(p, 1, key);
    nn_proto_text(p, 2, value);
    nn_proto_end(p, begun);
}

/* A list of words as JSON. */
static void write_words(nn_proto *p, const char *key, const nn_texts *words) {
    if (words->n == 0) return;
    json_t *list = json_array();
    for (int i = 0; i < words->n; i++) {
        json_t *word = json_string(words->value[i]);
        json_array_append_new(list, word ? word : json_null()); /* no UTF-8 */
    }
    char *text = json_dumps(list, JSON_COMPACT);
    if (!text) nn_panic("out of memory");
    write_property(p, key, text);
    free(text);
    json_decref(list);
}

static void write_model(const nn_exported *e, const nn_graph *g, nn_proto *p) {
    nn_proto_int(p, 1, IR_VERSION);
    nn_proto_text(p, 2, "nnmpi");
    nn_proto_text(p, 3, NNMPI_VERSION);
    size_t graph = nn_proto_begin(p, 7);
    nn_graph_write(g, p);
    nn_proto_text(p, 2, e->name && *e->name ? e->name : "model");
    write_info(p, 11, "input", takes_ids(e) ? NN_ONNX_INT64 : NN_ONNX_FLOAT, &e->model->input);
    write_info(p, 12, "output", NN_ONNX_FLOAT, &e->model->output);
    nn_proto_end(p, graph);
    size_t opset = nn_proto_begin(p, 8);
    nn_proto_text(p, 1, "");
    nn_proto_int(p, 2, OPSET);
    nn_proto_end(p, opset);
    write_words(p, "class_names", &e->class_names);
    write_words(p, "vocabulary", &e->vocabulary);
}

static nn_status write_file(const nn_proto *p, const char *path, bool force) {
    nn_outfile *output;
    if (p->length > INT32_MAX)
        return nn_error(NN_CANNOT_WRITE,
                        "%s: the model has %s, more than the 2 GiB that a file of ONNX can hold; "
                        "--safetensors has no such limit",
                        path, nn_text_bytes((double)p->length));
    NN_TRY(nn_outfile_open(&output, path, force));
    nn_outfile_write(output, p->bytes, p->length);
    return nn_outfile_close(output, NN_OK);
}

nn_status nn_export_onnx(const nn_exported *exported, const char *path, bool force) {
    nn_graph graph = {.arena = nn_arena_create()};
    nn_proto model = {0};
    nn_status status = fill(exported, &graph);
    if (status == NN_OK) {
        write_model(exported, &graph, &model);
        status = write_file(&model, path, force);
    }
    nn_proto_free(&model);
    nn_graph_free(&graph);
    return status;
}
