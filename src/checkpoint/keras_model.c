/* The graph as a Keras functional model.
 *
 * A vertex that uses the weights of an earlier one is another inbound node of that one's layer. An
 * activation inside a layer for which Keras has only a class of its own (LeakyReLU) becomes a layer
 * after it, so that the file predicts the same numbers. */
#include <string.h>

#include "keras_builder.h"

static json_t *append_layer(nn_keras_builder *b, const char *name, const char *class,
                            json_t *config, bool trainable) {
    json_object_set_new(config, "name", json_string(name));
    json_object_set_new(config, "trainable", json_boolean(trainable));
    json_object_set_new(config, "dtype", json_string(NN_REAL_WORD));
    json_t *nodes = json_array();
    json_array_append_new(b->layers,
                          json_pack("{s:s, s:o, s:s, s:o}", "class_name", class, "config", config,
                                    "name", name, "inbound_nodes", nodes));
    return nodes;
}

static void append_input(nn_keras_builder *b) {
    json_t *shape = json_pack("[n]");
    for (int i = 0; i < b->model->input.rank; i++)
        json_array_append_new(shape, json_integer(b->model->input.dim[i]));
    json_t *config = json_pack("{s:o, s:s, s:b, s:b, s:s}", "batch_input_shape", shape, "dtype",
                               NN_REAL_WORD, "sparse", 0, "ragged", 0, "name", "input");
    json_array_append_new(b->layers, json_pack("{s:s, s:o, s:s, s:[]}", "class_name", "InputLayer",
                                               "config", config, "name", "input", "inbound_nodes"));
}

static bool same_choice(const nn_typed *a, const nn_typed *b) {
    return a->kind == b->kind && a->options == b->options;
}

/* The activation that the layer applies last, the one left to the loss included. */
static const nn_typed *own_activation(const nn_model *model, int v) {
    const nn_layer *layer = model->vertex[v].layer;
    bool left_to_the_loss = model->fused && v == model->n_vertices - 1;
    return left_to_the_loss ? &model->output_activation : &layer->activation;
}

/* The option `activation` of the layer, if it is applied last and Keras must be told of it as a
 * layer. */
static const nn_typed *split_activation(const nn_model *model, int v) {
    const nn_layer *layer = model->vertex[v].layer;
    for (const nn_key *key = layer->ops->kind.keys; key && key->name; key++) {
        if (key->type != NN_KEY_KIND || strcmp(key->name, "activation") != 0) continue;
        const nn_typed *chosen =
            (const nn_typed *)(const void *)((const char *)layer->options + key->offset);
        const nn_activation *f = nn_activation_of(chosen->kind);
        if (f && f->keras_class && !nn_keras_activation(chosen) &&
            same_choice(chosen, own_activation(model, v)))
            return chosen;
    }
    return NULL;
}

static bool name_is_taken(const nn_model *model, const char *name) {
    for (int v = 0; v < model->n_vertices; v++)
        if (strcmp(model->vertex[v].name, name) == 0) return true;
    return false;
}

/* A name that no vertex has: BASE_WORD. */
static const char *free_name(nn_keras_builder *b, const char *base, const char *word) {
    const char *name = nn_arena_format(b->arena, "%s_%s", base, word);
    while (name_is_taken(b->model, name)) name = nn_arena_format(b->arena, "%s_", name);
    return name;
}

static json_t *penalty_json(double l1, double l2) {
    return json_pack("{s:s, s:{s:f, s:f}}", "class_name", "L1L2", "config", "l1", l1, "l2", l2);
}

static void add_activity(const nn_vertex *vertex, json_t *config) {
    if (vertex->l1 > 0 || vertex->l2 > 0)
        json_object_set_new(config, "activity_regularizer", penalty_json(vertex->l1, vertex->l2));
}

static void append_split(nn_keras_builder *b, int v, const nn_typed *activation) {
    const char *class = nn_activation_of(activation->kind)->keras_class;
    const char *name = free_name(b, b->output[v], activation->kind->name);
    json_t *config = nn_keras_config(activation->kind->keys, activation->options, class);
    add_activity(&b->model->vertex[v], config);
    b->after_nodes[v] = append_layer(b, name, class, config, true);
    b->output[v] = name;
    b->split[v] = true;
}

static json_t *activation_layer_config(const nn_layer *layer, const char *class) {
    const nn_kind *kind = &layer->ops->kind;
    if (strcmp(class, "Activation") != 0) return nn_keras_config(kind->keys, layer->options, class);
    nn_typed chosen = {.kind = kind, .options = (void *)(uintptr_t)layer->options};
    const char *word = nn_keras_activation(&chosen);
    json_t *value = word ? json_string(word) : json_sprintf("nnmpi>%s", kind->name);
    return json_pack("{s:o}", "activation", value);
}

static bool is_trainable(const nn_model *model, const nn_vertex *vertex) {
    for (int i = 0; i < vertex->layer->n_params; i++)
        if (!model->param[vertex->param[i]].trainable) return false;
    return true;
}

static void add_regularizers(const nn_model *model, const nn_vertex *vertex, json_t *config) {
    for (int i = 0; i < vertex->layer->n_params; i++) {
        const nn_tensor *tensor = &model->param[vertex->param[i]];
        const char *key = nn_regularizer_key(tensor->weight);
        if (key && (tensor->l1 > 0 || tensor->l2 > 0))
            json_object_set_new(config, key, penalty_json(tensor->l1, tensor->l2));
    }
}

/* Keras pads a convolution by a layer before it. */
static void append_pad(nn_keras_builder *b, int v, const char *class, json_t *config) {
    const char *pad_class;
    json_t *pad = nn_keras_pad(class, config, &pad_class);
    if (!pad) return;
    b->pad[v] = free_name(b, b->model->vertex[v].name, "pad");
    b->pad_nodes[v] = append_layer(b, b->pad[v], pad_class, pad, true);
}

static void append_vertex(nn_keras_builder *b, int v) {
    const nn_vertex *vertex = &b->model->vertex[v];
    const nn_layer *layer = vertex->layer;
    const nn_kind *kind = &layer->ops->kind;
    const char *class = layer->keras_class;
    json_t *config = nn_activation_of(kind) ? activation_layer_config(layer, class)
                                            : nn_keras_config(kind->keys, layer->options, class);
    const nn_typed *split = split_activation(b->model, v);
    if (split) json_object_set_new(config, "activation", json_string("linear"));
    nn_keras_complete(layer, config);
    add_regularizers(b->model, vertex, config);
    if (!split) add_activity(vertex, config);
    append_pad(b, v, class, config);
    b->output[v] = vertex->name;
    b->nodes[v] = append_layer(b, vertex->name, class, config, is_trainable(b->model, vertex));
    if (split) append_split(b, v, split);
}

json_t *nn_keras_model(const nn_model *model, const char *name) {
    int n = model->n_vertices, last = n - 1;
    nn_arena *arena = nn_arena_create();
    nn_keras_builder b = {.model = model,
                          .layers = json_array(),
                          .nodes = NN_NEW_ARRAY(arena, json_t *, n),
                          .after_nodes = NN_NEW_ARRAY(arena, json_t *, n),
                          .pad_nodes = NN_NEW_ARRAY(arena, json_t *, n),
                          .pad = NN_NEW_ARRAY(arena, const char *, n),
                          .output = NN_NEW_ARRAY(arena, const char *, n),
                          .split = NN_NEW_ARRAY(arena, bool, n),
                          .node = NN_NEW_ARRAY(arena, int, n),
                          .arena = arena};
    append_input(&b);
    for (int v = 0; v < n; v++)
        if (nn_keras_owner(model, v) == v) append_vertex(&b, v);
    nn_keras_number(model, b.split, b.node);
    for (int v = 0; v < n; v++) nn_keras_connect(&b, v);
    json_t *json = json_pack("{s:s, s:{s:s, s:b, s:o, s:[[s, i, i]], s:[[s, i, i]]}}", "class_name",
                             "Functional", "config", "name", name ? name : "model", "trainable", 1,
                             "layers", b.layers, "input_layers", "input", 0, 0, "output_layers",
                             b.output[nn_keras_owner(model, last)], b.node[last], 0);
    nn_arena_destroy(arena);
    nn_assert(json);
    return json;
}
