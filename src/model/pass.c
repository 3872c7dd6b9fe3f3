/* Forward and backward: the composition f_Wm o ... o f_W1 and its derivative. */
#include "private.h"

/* Where a planned buffer lies; NULL if it was not needed. */
static nn_real *place(const nn_life *life, int v, nn_real *buffers) {
    return life[v].size ? buffers + life[nn_life_root(life, v)].offset : NULL;
}

static nn_real **weights(nn_arena *arena, nn_real *base, const nn_tensor *tensors, const int *which,
                         int n) {
    nn_real **pointers = NN_NEW_ARRAY(arena, nn_real *, n);
    for (int i = 0; i < n; i++) pointers[i] = base ? base + tensors[which[i]].offset : NULL;
    return pointers;
}

/* Backward runs from the last vertex to the first, so a contribution to dz(u) is the first one if
 * no later vertex reads u. */
static bool contributes_first(const nn_model *model, int v, int input) {
    int u = model->vertex[v].input[input];
    for (int k = 0; k < input; k++)
        if (model->vertex[v].input[k] == u) return false;
    for (int w = v + 1; w < model->n_vertices; w++)
        for (int k = 0; k < model->vertex[w].n_inputs; k++)
            if (model->vertex[w].input[k] == u) return false;
    return true;
}

/* Weights used more than once: the use that runs backward first, the last in order, writes. */
static bool used_later(const nn_model *model, int v) {
    int owner = model->vertex[v].shares >= 0 ? model->vertex[v].shares : v;
    for (int w = v + 1; w < model->n_vertices; w++)
        if (model->vertex[w].shares == owner) return true;
    return false;
}

static void prepare(nn_model *model, int v, nn_real *buffers) {
    struct nn_model_private *p = model->private;
    const nn_vertex *vertex = &model->vertex[v];
    const nn_layer *layer = vertex->layer;
    int n = vertex->n_inputs;
    const nn_real **z_in = NN_NEW_ARRAY(p->memory, const nn_real *, n);
    nn_real **dz_in = NN_NEW_ARRAY(p->memory, nn_real *, n);
    bool *dz_in_add = NN_NEW_ARRAY(p->memory, bool, n);
    for (int k = 0; k < n; k++) {
        int u = vertex->input[k];
        if (u < 0) continue;
        z_in[k] = place(p->z, u, buffers);
        dz_in[k] = place(p->dz, u, buffers);
        dz_in_add[k] = dz_in[k] && !contributes_first(model, v, k);
    }
    p->used_later[v] = used_later(model, v);
    p->pass[v] = (nn_pass){
        .z_in = z_in,
        .z = place(p->z, v, buffers),
        .kept = place(p->kept, v, buffers),
        .temp = buffers + p->temp_offset,
        .W = (const nn_real *const *)weights(p->memory, model->W, model->param, vertex->param,
                                             layer->n_params),
        .state = weights(p->memory, model->S, model->state, vertex->state, layer->n_state),
        .dz = place(p->dz, v, buffers),
        .dz_in = dz_in,
        .dz_in_add = dz_in_add,
        .dW = weights(p->memory, model->dW, model->param, vertex->param, layer->n_params),
        .dW_add = NN_NEW_ARRAY(p->memory, bool, layer->n_params)};
}

/* Zeroed, so that padding and weights that are not trained stay 0 in every sum. */
static nn_real *vector(nn_arena *arena, int64_t n) {
    nn_real *x = nn_arena_alloc_untouched(arena, (size_t)n * sizeof *x);
    if (x) nn_zero(n, x);
    return x;
}

nn_status nn_model_allocate(nn_model *model) {
    struct nn_model_private *p = model->private;
    nn_assert(p->plan && !p->memory);
    p->memory = nn_arena_create();
    int64_t buffers_size = p->buffer_size + p->temp_size;
    model->W = vector(p->memory, model->size);
    model->S = vector(p->memory, model->state_size);
    if (model->for_training && !model->dW) model->dW = vector(p->memory, model->size);
    nn_real *buffers = nn_arena_alloc_untouched(p->memory, (size_t)buffers_size * sizeof *buffers);
    if (!model->W || !model->S || (model->for_training && !model->dW) || !buffers)
        return nn_error(NN_NO_MEMORY, "no memory for the model: %s of weights and %s for a pass",
                        nn_text_bytes((double)model->size * sizeof(nn_real)),
                        nn_text_bytes((double)model->plan_bytes));
    p->pass = NN_NEW_ARRAY(p->memory, nn_pass, model->n_vertices);
    p->used_later = NN_NEW_ARRAY(p->memory, bool, model->n_vertices);
    for (int v = 0; v < model->n_vertices; v++) prepare(model, v, buffers);
    nn_arena_seal(p->memory);
    return NN_OK;
}

/* A rank without samples goes along only where layers talk to each other. */
static bool nothing_to_do(const nn_model *model, const nn_batch *batch) {
    return batch->n == 0 && !(model->coupled && batch->training);
}

static nn_pass *begin(nn_model *model, int v, const nn_batch *batch) {
    nn_pass *pass = &model->private->pass[v];
    pass->n = batch->n;
    pass->training = batch->training;
    pass->seed = batch->seed;
    pass->step = batch->step;
    pass->sample = batch->sample;
    pass->coupling = batch->coupling;
    for (int k = 0; k < model->vertex[v].n_inputs; k++)
        if (model->vertex[v].input[k] < 0) ((const nn_real **)pass->z_in)[k] = batch->x;
    return pass;
}

void nn_model_forward(nn_model *model, const nn_batch *batch) {
    nn_assert(batch->n <= model->capacity);
    if (nothing_to_do(model, batch)) return;
    for (int v = 0; v < model->n_vertices; v++) {
        const nn_layer *layer = model->vertex[v].layer;
        nn_pass *pass = begin(model, v, batch);
        layer->ops->forward(layer, pass); /* z(j) = f_Wj(z(j-1)) */
        if (batch->observer) batch->observer->forward(batch->observer->context, v, batch->n);
    }
}

void nn_model_backward(nn_model *model, const nn_batch *batch) {
    nn_assert(model->for_training);
    if (nothing_to_do(model, batch)) {
        if (!batch->add) nn_zero(model->size, model->dW);
        return;
    }
    for (int v = model->n_vertices - 1; v >= 0; v--) {
        const nn_vertex *vertex = &model->vertex[v];
        const nn_layer *layer = vertex->layer;
        if (!vertex->needs_gradient) continue;
        nn_pass *pass = begin(model, v, batch);
        for (int i = 0; i < layer->n_params; i++)
            ((bool *)pass->dW_add)[i] = batch->add || model->private->used_later[v];
        if (layer->ops->backward_common) layer->ops->backward_common(layer, pass);
        if (layer->n_params && model->param[vertex->param[0]].trainable)
            layer->ops->backward_params(layer, pass); /* dWj = dz(j) . D_Wj f(z(j-1)) */
        bool asked = false;
        for (int k = 0; k < vertex->n_inputs; k++) asked |= pass->dz_in[k] != NULL;
        if (asked) layer->ops->backward_input(layer, pass); /* dz(j-1) = dz(j) . D_z f(z(j-1)) */
        if (batch->observer) batch->observer->backward(batch->observer->context, v, batch->n);
    }
}

const nn_real *nn_model_output(const nn_model *model) {
    return model->private->pass[model->n_vertices - 1].z;
}

nn_rows nn_model_rows(const nn_model *model, const nn_batch *batch) {
    int64_t size = nn_shape_size(&model->output);
    int64_t width = model->output.rank ? model->output.dim[model->output.rank - 1] : 1;
    return (nn_rows){.n = batch->n * (size / width),
                     .width = width,
                     .z = nn_model_output(model),
                     .y = batch->y,
                     .label = batch->label,
                     .weight = batch->weight,
                     .fused = model->fused,
                     .by_row =
                         model->fused && nn_activation_of(model->output_activation.kind)->by_row};
}

nn_loss_sum nn_model_loss(nn_model *model, const nn_batch *batch) {
    nn_rows rows = nn_model_rows(model, batch);
    nn_real *dz = batch->training ? model->private->pass[model->n_vertices - 1].dz : NULL;
    return model->loss->value_gradient(model->loss_options, &rows, dz); /* L, dz(m) = grad L */
}

void nn_model_predict(const nn_model *model, int64_t n, nn_real *out) {
    int64_t size = nn_shape_size(&model->output);
    int64_t width = model->output.rank ? model->output.dim[model->output.rank - 1] : 1;
    nn_copy(n * size, nn_model_output(model), out);
    if (model->fused)
        nn_activation_of(model->output_activation.kind)
            ->forward(model->output_activation.options, n * (size / width), width, out);
}
