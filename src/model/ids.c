/* What the model takes as ids: which numbers of a sample an embedding reads, straight or by way of
 * layers that only move numbers. They are followed by moving their own places. */
#include "private.h"

#define NN_PLACES ((int64_t)1 << 24) /* that nn_real can tell apart */

/* Vertex v reads the data, whatever shape they are given on the way. */
static bool reads_data(const nn_model *model, int v) {
    while (v >= 0 && model->vertex[v].input[0] >= 0) {
        v = model->vertex[v].input[0];
        if (!model->vertex[v].layer->view) return false;
    }
    return true;
}

const nn_layer *nn_model_ids(const nn_model *model) {
    const nn_layer *found = NULL;
    for (int v = 0; v < model->n_vertices; v++) {
        const nn_layer *layer = model->vertex[v].layer;
        if (layer->ids && (!found || layer->ids < found->ids) && reads_data(model, v))
            found = layer;
    }
    return found;
}

static void restrict_place(nn_id_rule *rule, const nn_layer *reader) {
    if (rule->ids == 0 || reader->ids < rule->ids) *rule = (nn_id_rule){reader->ids, reader->name};
}

/* The places of the data that stand in z(v); NULL: other numbers do. place[-1]: the data. */
static const nn_real *places_of(const nn_model *model, int v, const nn_real *const *place,
                                nn_arena *arena) {
    const nn_vertex *vertex = &model->vertex[v];
    const nn_layer *layer = vertex->layer;
    const nn_real **z_in = NN_NEW_ARRAY(arena, const nn_real *, vertex->n_inputs);
    if (!layer->view && !layer->moves) return NULL;
    for (int k = 0; k < vertex->n_inputs; k++)
        if (!(z_in[k] = place[vertex->input[k]])) return NULL;
    int64_t sample = 0;
    nn_real *z = NN_NEW_ARRAY(arena, nn_real, nn_shape_size(&layer->out));
    nn_pass pass = {.n = 1, .sample = &sample, .z_in = z_in, .z = z};
    layer->ops->forward(layer, &pass);
    return z;
}

static bool follow(const nn_model *model, nn_id_rule *rule, int64_t size, nn_arena *arena) {
    const nn_real **place = NN_NEW_ARRAY(arena, const nn_real *, model->n_vertices + 1);
    nn_real *data = NN_NEW_ARRAY(arena, nn_real, size);
    bool found = false;
    for (int64_t k = 0; k < size; k++) data[k] = (nn_real)k;
    *place++ = data;
    for (int v = 0; v < model->n_vertices; v++) {
        const nn_layer *layer = model->vertex[v].layer;
        const nn_real *read = layer->ids ? place[model->vertex[v].input[0]] : NULL;
        for (int64_t k = 0; read && k < nn_shape_size(&layer->in[0]); k++)
            restrict_place(&rule[(int64_t)read[k]], layer);
        found |= read != NULL;
        place[v] = places_of(model, v, place, arena);
    }
    return found;
}

const nn_id_rule *nn_model_id_rules(const nn_model *model, nn_arena *arena) {
    int64_t size = nn_shape_size(&model->input);
    bool found = false;
    for (int v = 0; v < model->n_vertices; v++) found |= model->vertex[v].layer->ids > 0;
    if (!found) return NULL;
    nn_id_rule *rule = NN_NEW_ARRAY(arena, nn_id_rule, size);
    const nn_layer *reader = nn_model_ids(model);
    nn_arena *scratch = nn_arena_create();
    if (size <= NN_PLACES)
        found = follow(model, rule, size, scratch);
    else { /* too many places to be followed: views alone */
        for (int64_t k = 0; reader && k < size; k++) restrict_place(&rule[k], reader);
        found = reader != NULL;
    }
    nn_arena_destroy(scratch);
    return found ? rule : NULL;
}
