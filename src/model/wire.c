/* From ordered drafts to vertices: layers with shapes, weights with places in W. */
#include <string.h>

#include "draft.h"
#include "private.h"

#define NN_TENSOR_ALIGN ((int64_t)(NN_ALIGNMENT / sizeof(nn_real)))

static int64_t round_up(int64_t n) {
    return (n + NN_TENSOR_ALIGN - 1) / NN_TENSOR_ALIGN * NN_TENSOR_ALIGN;
}

static bool is_trained(const nn_rules *rules) {
    return rules->trainable && rules->learning_rate_factor > 0;
}

static nn_layer *make_layer(nn_model *model, nn_builder *b, const nn_draft *draft,
                            const int *input) {
    nn_arena *arena = model->private->arena;
    nn_layer *layer = NN_NEW(arena, nn_layer);
    nn_shape *in = NN_NEW_ARRAY(arena, nn_shape, draft->n_inputs);
    for (int k = 0; k < draft->n_inputs; k++)
        in[k] = input[k] < 0 ? model->input : model->vertex[input[k]].layer->out;
    *layer = (nn_layer){.name = nn_arena_text(arena, draft->name),
                        .key = nn_hash_text(draft->name),
                        .n_inputs = draft->n_inputs,
                        .in = in,
                        .arena = arena,
                        .document = b->document,
                        .node = draft->node,
                        .frozen = !is_trained(draft->rules)};
    return layer;
}

static bool sizes_are_sane(nn_builder *b, const nn_layer *layer) {
    char text[NN_SHAPE_TEXT_SIZE];
    int64_t size = nn_shape_size(&layer->out);
    if (size <= 0) {
        nn_config_complain(b->document, layer->node, NULL, "the output shape %s of \"%s\" is %s",
                           nn_shape_text(&layer->out, text, sizeof text), layer->name,
                           size == 0 ? "empty" : "too large");
        return false;
    }
    for (int i = 0; i < layer->n_params; i++)
        if (nn_shape_size(&layer->param[i].shape) <= 0) {
            nn_config_complain(b->document, layer->node, NULL,
                               "the weights of \"%s\" are too large", layer->name);
            return false;
        }
    return true;
}

/* A layer without a derivative by its input (embedding) must not stand on what is trained. */
static bool gradient_can_pass(const nn_model *model, nn_builder *b, const nn_vertex *vertex) {
    for (int k = 0; !vertex->layer->ops->backward_input && k < vertex->n_inputs; k++) {
        int u = vertex->input[k];
        if (u < 0 || !model->vertex[u].needs_gradient) continue;
        nn_config_complain(b->document, vertex->layer->node, NULL,
                           "\"%s\" has no derivative by its input, so it cannot read \"%s\", which "
                           "is trained",
                           vertex->name, model->vertex[u].name);
        return false;
    }
    return true;
}

static const int *add_tensors(nn_model *model, const nn_layer *layer, const nn_weight *weight,
                              int n, nn_tensor *tensors, int *n_tensors, int64_t *offset) {
    nn_arena *arena = model->private->arena;
    int *place = NN_NEW_ARRAY(arena, int, n);
    for (int i = 0; i < n; i++) {
        int64_t size = nn_shape_size(&weight[i].shape);
        place[i] = *n_tensors;
        tensors[(*n_tensors)++] =
            (nn_tensor){.name = nn_arena_format(arena, "%s/%s", layer->name, weight[i].name),
                        .layer = layer->name,
                        .weight = weight[i].name,
                        .shape = weight[i].shape,
                        .size = size,
                        .offset = *offset,
                        .initializer = weight[i].initializer,
                        .key = layer->key,
                        .index = i};
        *offset += round_up(size);
    }
    return place;
}

static bool same_weights(nn_builder *b, const nn_layer *one, const nn_layer *other) {
    bool same = one->n_params == other->n_params;
    for (int i = 0; same && i < one->n_params; i++)
        same = nn_shape_equal(&one->param[i].shape, &other->param[i].shape);
    if (same) return true;
    char a[NN_SHAPE_TEXT_SIZE], c[NN_SHAPE_TEXT_SIZE];
    nn_config_complain(b->document, one->node, NULL,
                       "\"%s\" cannot use the weights of \"%s\": its input has shape %s, that of "
                       "\"%s\" %s",
                       one->name, other->name, nn_shape_text(&one->in[0], a, sizeof a), other->name,
                       nn_shape_text(&other->in[0], c, sizeof c));
    return false;
}

static void apply_rules(const nn_rules *rules, nn_tensor *tensor) {
    tensor->trainable = is_trained(rules);
    tensor->learning_rate_factor = rules->learning_rate_factor;
    tensor->weight_decay_factor = rules->weight_decay_factor;
    const nn_regularizer *r = nn_rules_regularizer(rules, tensor->weight);
    if (r && tensor->trainable) tensor->l1 = r->l1, tensor->l2 = r->l2;
}

static void place_weights(nn_model *model, nn_vertex *vertex, const nn_rules *rules) {
    const nn_layer *layer = vertex->layer;
    if (vertex->shares >= 0) {
        vertex->param = model->vertex[vertex->shares].param;
        vertex->state = model->vertex[vertex->shares].state;
        return;
    }
    int first = model->n_params;
    vertex->param = add_tensors(model, layer, layer->param, layer->n_params, model->param,
                                &model->n_params, &model->size);
    vertex->state = add_tensors(model, layer, layer->state, layer->n_state, model->state,
                                &model->n_state, &model->state_size);
    for (int i = first; i < model->n_params; i++) {
        apply_rules(rules, &model->param[i]);
        if (model->param[i].trainable) model->parameters += model->param[i].size;
    }
}

/* A regularizer for weights that the layer does not have is a mistake, as in Keras. */
static bool regularizers_fit(nn_builder *b, const nn_draft *draft, const nn_layer *layer) {
    const char *weights[NN_MAX_PARAMS];
    for (int i = 0; i < layer->n_params; i++) weights[i] = layer->param[i].name;
    const char *key = nn_rules_unused(draft->rules, weights, layer->n_params);
    if (!key) return true;
    nn_config_complain(b->document, nn_node_child(draft->node, key), NULL,
                       "%s: \"%s\" has no such weights", key, layer->name);
    return false;
}

/* The first vertex, in order, that has the weights of draft i: itself or one it shares with. */
static int first_with_weights(const nn_builder *b, const int *order, int v) {
    const nn_draft *draft = &b->draft[order[v]];
    int owner = draft->shares_draft >= 0 ? draft->shares_draft : order[v];
    for (int u = 0; u < v; u++)
        if (order[u] == owner || b->draft[order[u]].shares_draft == owner) return u;
    return -1;
}

static void take_width(const nn_model *model, const nn_draft *draft, const int *place) {
    int of = draft->width_of.draft;
    if (of == NN_REF_NONE) return;
    const nn_shape *shape = of < 0 ? &model->input : &model->vertex[place[of]].layer->out;
    *(int64_t *)nn_expand_option(draft->chosen, "units") =
        shape->rank ? shape->dim[shape->rank - 1] : 1;
}

static bool wire_vertex(nn_model *model, nn_builder *b, const int *order, const int *place, int v) {
    const nn_draft *draft = &b->draft[order[v]];
    nn_vertex *vertex = &model->vertex[v];
    int *input = NN_NEW_ARRAY(model->private->arena, int, draft->n_inputs);
    for (int k = 0; k < draft->n_inputs; k++)
        input[k] = draft->input[k].draft < 0 ? -1 : place[draft->input[k].draft];
    nn_layer *layer = make_layer(model, b, draft, input);
    *vertex = (nn_vertex){.layer = layer,
                          .name = layer->name,
                          .n_inputs = draft->n_inputs,
                          .input = input,
                          .shares = first_with_weights(b, order, v),
                          .l1 = draft->l1,
                          .l2 = draft->l2};
    take_width(model, draft, place);
    if (!nn_layer_setup(layer, &draft->chosen) || !sizes_are_sane(b, layer)) return false;
    if (vertex->shares >= 0 && !same_weights(b, layer, model->vertex[vertex->shares].layer))
        return false;
    if (!regularizers_fit(b, draft, layer)) return false;
    place_weights(model, vertex, draft->rules);
    vertex->needs_gradient = !layer->frozen && layer->n_params > 0;
    for (int k = 0; k < draft->n_inputs; k++)
        vertex->needs_gradient |= input[k] >= 0 && model->vertex[input[k]].needs_gradient;
    if (!gradient_can_pass(model, b, vertex)) return false;
    model->coupled |= layer->coupled;
    model->random |= layer->random;
    return true;
}

bool nn_model_wire(nn_model *model, nn_builder *b, const int *order, int n) {
    nn_arena *arena = model->private->arena;
    int *place = NN_NEW_ARRAY(b->arena, int, b->n_drafts);
    model->vertex = NN_NEW_ARRAY(arena, nn_vertex, n);
    model->param = NN_NEW_ARRAY(arena, nn_tensor, (int64_t)n * NN_MAX_PARAMS);
    model->state = NN_NEW_ARRAY(arena, nn_tensor, (int64_t)n * NN_MAX_PARAMS);
    for (int v = 0; v < n; v++) {
        place[order[v]] = v;
        if (!wire_vertex(model, b, order, place, v)) return false;
        model->n_vertices = v + 1;
    }
    model->output = model->vertex[n - 1].layer->out;
    return true;
}
