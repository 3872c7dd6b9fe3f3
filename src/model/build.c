/* Building and taking down a model; its loss and its initial weights. */
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "private.h"

static nn_model *create(const nn_shape *input) {
    nn_arena *arena = nn_arena_create();
    nn_model *model = NN_NEW(arena, nn_model);
    model->private = NN_NEW(arena, struct nn_model_private);
    model->private->arena = arena;
    model->input = *input;
    model->batches = 1;
    return model;
}

void nn_model_destroy(nn_model *model) {
    if (!model) return;
    nn_arena_destroy(model->private->memory);
    nn_arena_destroy(model->private->plan);
    nn_arena_destroy(model->private->arena);
}

static nn_builder *create_builder(nn_document *document, nn_arena *arena) {
    nn_builder *b = NN_NEW(arena, nn_builder);
    b->document = document;
    b->arena = arena;
    b->scope[0] = (nn_scope){-1, ""};
    b->n_scopes = 1;
    nn_rules *plain = NN_NEW(arena, nn_rules);
    *plain = nn_rules_plain();
    b->rules = plain;
    b->kinds = nn_node_kinds(arena);
    return b;
}

static bool build(nn_model *model, nn_builder *b, nn_node *layers) {
    int before = nn_config_complaints(b->document), n = 0;
    nn_ref output = nn_expand_list(b, layers, (nn_ref){.draft = NN_REF_DATA});
    if (nn_config_complaints(b->document) != before) return false;
    if (output.draft < 0) {
        nn_config_complain(b->document, layers, NULL, "the model has no layers");
        return false;
    }
    int *order = NN_NEW_ARRAY(b->arena, int, b->n_drafts);
    return nn_draft_order(b, output, order, &n) && nn_model_wire(model, b, order, n);
}

nn_status nn_model_build(nn_model **out, nn_document *document, const nn_model_options *options,
                         const nn_shape *input) {
    *out = NULL;
    nn_model *model = create(input);
    nn_arena *scratch = nn_arena_create();
    nn_builder *b = create_builder(document, scratch);
    /* The options of the layers live in the document, so nothing of the builder is kept. */
    bool good = build(model, b, options->layers);
    nn_arena_destroy(scratch);
    if (!good) {
        nn_model_destroy(model);
        return nn_config_verdict(document);
    }
    *out = model;
    return NN_OK;
}

void nn_model_attach_loss(nn_model *model, const nn_typed *loss) {
    model->loss = nn_loss_of(loss->kind);
    model->loss_options = loss->options;
    const nn_vertex *output = &model->vertex[model->n_vertices - 1];
    nn_layer *last = output->layer;
    if (output->l1 > 0 || output->l2 > 0) return; /* of z with its activation */
    const nn_kind *activation = last->activation.kind;
    if (model->loss->fused_with && activation &&
        strcmp(model->loss->fused_with, activation->name) == 0) {
        model->fused = true;
        model->output_activation = last->activation;
        last->activation = (nn_typed){0};
    }
}

static void initialize(const nn_tensor *tensor, uint64_t seed, nn_real *w, int family) {
    nn_stream stream = nn_stream_of(seed, NN_RANDOM_WEIGHTS, tensor->key,
                                    (uint64_t)(family * NN_MAX_PARAMS + tensor->index));
    nn_initialize(&tensor->initializer, &stream, &tensor->shape, w + tensor->offset);
}

void nn_model_initialize(nn_model *model, uint64_t seed) {
    for (int i = 0; i < model->n_params; i++) initialize(&model->param[i], seed, model->W, 0);
    for (int i = 0; i < model->n_state; i++) initialize(&model->state[i], seed, model->S, 1);
}
