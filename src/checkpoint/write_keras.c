/* What Keras reads: model_config and the names of the weights. */
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "keras.h"
#include "nnmpi/text.h"

#define NN_KERAS_VERSION "2.15.0" /* the last one of the format */

/* An attribute holds less than 64 KiB. Keras cuts a longer list into name0, name1, ... */
#define NN_LIST_MAX ((size_t)60 * 1024)

static nn_status write_names(nn_writer *w, const char *path, const char *name,
                             const char *const *texts, int n) {
    size_t longest = 1;
    for (int i = 0; i < n; i++)
        if (strlen(texts[i]) > longest) longest = strlen(texts[i]);
    int most = (int)(NN_LIST_MAX / longest);
    if (n <= most) return nn_writer_texts(w, path, name, texts, n);
    nn_status status = NN_OK;
    for (int at = 0, piece = 0; at < n && status == NN_OK; at += most, piece++) {
        nn_buffer numbered = {0};
        nn_buffer_add(&numbered, "%s%d", name, piece);
        status = nn_writer_texts(w, path, numbered.text, texts + at, n - at < most ? n - at : most);
        nn_buffer_free(&numbered);
    }
    return status;
}

static const char *name_of(nn_arena *arena, const nn_tensor *tensor) {
    char weight[NN_KERAS_WEIGHT_SIZE];
    return nn_arena_format(arena, "%s/%s:0", tensor->layer,
                           nn_keras_weight(tensor->weight, weight));
}

/* Group L and its weight_names: parameters, then state, as Keras orders layer.weights. */
static nn_status write_layer(nn_writer *w, const char *name, const nn_model *model,
                             const nn_vertex *vertex) {
    const char *names[2 * NN_MAX_PARAMS];
    int n = 0;
    nn_arena *arena = nn_arena_create();
    for (int i = 0; vertex && i < vertex->layer->n_params; i++)
        names[n++] = name_of(arena, &model->param[vertex->param[i]]);
    for (int i = 0; vertex && i < vertex->layer->n_state; i++)
        names[n++] = name_of(arena, &model->state[vertex->state[i]]);
    const char *group = nn_arena_format(arena, "/model_weights/%s", name);
    nn_status status = nn_store_group(w->store, group);
    if (status == NN_OK) status = write_names(w, group, "weight_names", names, n);
    nn_arena_destroy(arena);
    return status;
}

/* The Keras layers are the vertices with weights of their own, in order, and others between. */
static nn_status write_layers(nn_writer *w, const json_t *layers, const nn_model *model) {
    int n = (int)json_array_size(layers), v = 0;
    const char **names = calloc((size_t)n + 1, sizeof *names);
    if (!names) nn_panic("out of memory");
    nn_status status = nn_store_group(w->store, "/model_weights");
    for (int i = 0; i < n && status == NN_OK; i++) {
        names[i] = json_string_value(json_object_get(json_array_get(layers, (size_t)i), "name"));
        while (v < model->n_vertices && model->vertex[v].shares >= 0) v++;
        bool own = v < model->n_vertices && strcmp(model->vertex[v].name, names[i]) == 0;
        status = write_layer(w, names[i], model, own ? &model->vertex[v] : NULL);
        v += own;
    }
    if (status == NN_OK) status = write_names(w, "/model_weights", "layer_names", names, n);
    free(names);
    return status;
}

static nn_status write_versions(nn_writer *w, const char *path) {
    NN_TRY(nn_writer_text(w, path, "keras_version", NN_KERAS_VERSION));
    return nn_writer_text(w, path, "backend", "tensorflow");
}

nn_status nn_content_write_keras(nn_writer *w, const nn_snapshot *s) {
    json_t *model = nn_keras_model(s->model, s->model_name);
    const json_t *layers = json_object_get(json_object_get(model, "config"), "layers");
    char *text = json_dumps(model, JSON_COMPACT);
    if (!text) nn_panic("out of memory");
    nn_status status = nn_writer_text(w, "/", "model_config", text);
    if (status == NN_OK) status = write_versions(w, "/");
    if (status == NN_OK) status = write_layers(w, layers, s->model);
    if (status == NN_OK) status = write_versions(w, "/model_weights");
    free(text);
    json_decref(model);
    return status;
}
