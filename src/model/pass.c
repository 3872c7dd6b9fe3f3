/* Forward and backward: the composition f_Wm o ... o f_W1 and its derivative. */
#include "nnmpi/place.h"
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
        .dz_in_add = dz_in_add};
    p->now[v] = p->pass[v];
    p->now[v].z_in = NN_NEW_ARRAY(p->memory, const nn_real *, n);
    p->now[v].dz_in = NN_NEW_ARRAY(p->memory, nn_real *, n);
    p->now[v].dW = NN_NEW_ARRAY(p->memory, nn_real *, layer->n_params);
    p->now[v].dW_add = NN_NEW_ARRAY(p->memory, bool, layer->n_params);
}

/* Room for the sums of the coupled layers. */
static double *room_for_sums(const nn_model *model) {
    int64_t widest = 0;
    for (int v = 0; v < model->n_vertices; v++)
        if (model->vertex[v].layer->coupled && model->vertex[v].layer->sums > widest)
            widest = model->vertex[v].layer->sums;
    return NN_NEW_ARRAY(model->private->memory, double, (2 * model->batches + 1) * widest);
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
    p->now = NN_NEW_ARRAY(p->memory, nn_pass, model->n_vertices);
    p->used_later = NN_NEW_ARRAY(p->memory, bool, model->n_vertices);
    p->sums = room_for_sums(model);
    if (nn_activity_in(model)) p->activity = NN_NEW_ARRAY(p->memory, double, model->capacity);
    for (int v = 0; v < model->n_vertices; v++) prepare(model, v, buffers);
    nn_arena_seal(p->memory);
    return NN_OK;
}

/* A rank without samples goes along only where layers talk to each other. */
static bool nothing_to_do(const nn_model *model, const nn_batch *batch) {
    return batch->n == 0 && !(model->coupled && batch->training);
}

/* x moved on by `samples` of that shape; NULL stays. */
static nn_real *moved(nn_real *x, int64_t samples, const nn_shape *shape) {
    return x && samples ? x + samples * nn_shape_size(shape) : x;
}

static nn_pass *begin(const nn_model *model, int v, const nn_batch *batch) {
    const nn_pass *first = &model->private->pass[v];
    nn_pass *pass = &model->private->now[v];
    const nn_vertex *vertex = &model->vertex[v];
    const nn_layer *layer = vertex->layer;
    pass->n = batch->n;
    pass->training = batch->training;
    pass->seed = batch->seed;
    pass->step = batch->step;
    pass->sample = batch->sample;
    pass->given = NULL;
    pass->z = moved(first->z, batch->at, &layer->out);
    pass->dz = moved(first->dz, batch->at, &layer->out);
    pass->kept = first->kept ? first->kept + batch->at * layer->kept : NULL;
    for (int k = 0; k < vertex->n_inputs; k++) {
        ((const nn_real **)pass->z_in)[k] =
            vertex->input[k] < 0 ? batch->x
                                 : moved((nn_real *)first->z_in[k], batch->at, &layer->in[k]);
        ((nn_real **)pass->dz_in)[k] = moved(first->dz_in[k], batch->at, &layer->in[k]);
    }
    nn_real *dW = batch->dW ? batch->dW : model->dW;
    for (int i = 0; i < layer->n_params && dW; i++) {
        ((nn_real **)pass->dW)[i] = dW + model->param[vertex->param[i]].offset;
        ((bool *)pass->dW_add)[i] = batch->add || model->private->used_later[v];
    }
    return pass;
}

/* What batch k gave in the last round of a coupled layer. */
static double *given(const nn_model *model, const nn_layer *layer, int k) {
    return model->private->sums + k * layer->sums;
}

/* Rounds [round, end) of sums over the whole batch. */
static void couple(const nn_model *model, int v, const nn_batch *batch, int batches, int round,
                   int end) {
    const nn_layer *layer = model->vertex[v].layer;
    double *parts = given(model, layer, model->batches), *total = parts + batches * layer->sums;
    for (; round < end; round++) {
        int64_t n = 0;
        for (int k = 0; k < batches; k++) {
            double *mine = given(model, layer, k);
            n = layer->ops->give(layer, begin(model, v, &batch[k]), round, mine);
            for (int64_t i = 0; i < n; i++) parts[k * n + i] = mine[i];
        }
        const nn_coupling *coupling = batch->coupling;
        for (int64_t i = 0; i < n && !coupling; i++) {
            total[i] = parts[i];
            for (int k = 1; k < batches; k++) total[i] += parts[k * n + i];
        }
        if (coupling) coupling->sum(coupling->context, parts, batches, (int)n, total);
        layer->ops->take(layer, begin(model, v, batch), round, total);
    }
}

void nn_model_forward_all(nn_model *model, const nn_batch *batch, int batches) {
    nn_assert(batches <= model->batches);
    for (int k = 0; k < batches; k++) nn_assert(batch[k].at + batch[k].n <= model->capacity);
    for (int k = 0; k < batches; k++) nn_activity_begin(model, &batch[k]);
    for (int v = 0; v < model->n_vertices; v++) {
        const nn_layer *layer = model->vertex[v].layer;
        if (layer->coupled && batch->training)
            couple(model, v, batch, batches, 0, layer->rounds_forward);
        for (int k = 0; k < batches; k++) {
            if (nothing_to_do(model, &batch[k])) continue;
            nn_at_layer(batch->training ? NN_AT_FORWARD : NN_AT_EVALUATION, v);
            const nn_pass *pass = begin(model, v, &batch[k]);
            layer->ops->forward(layer, pass); /* z(j) = f_Wj(z(j-1)) */
            nn_activity_forward(model, v, pass, &batch[k]);
            if (batch[k].observer)
                batch[k].observer->forward(batch[k].observer->context, v, batch[k].n);
        }
    }
}

static void backward(nn_model *model, int v, const nn_batch *batch, const double *sums) {
    const nn_vertex *vertex = &model->vertex[v];
    const nn_layer *layer = vertex->layer;
    nn_pass *pass = begin(model, v, batch);
    nn_at_layer(NN_AT_BACKWARD, v);
    pass->given = sums;
    if (layer->ops->backward_common) layer->ops->backward_common(layer, pass);
    if (layer->n_params && model->param[vertex->param[0]].trainable)
        layer->ops->backward_params(layer, pass); /* dWj = dz(j) . D_Wj f(z(j-1)) */
    bool asked = false;
    for (int k = 0; k < vertex->n_inputs; k++) asked |= pass->dz_in[k] != NULL;
    if (asked) layer->ops->backward_input(layer, pass); /* dz(j-1) = dz(j) . D_z f(z(j-1)) */
    if (batch->observer) batch->observer->backward(batch->observer->context, v, batch->n);
}

void nn_model_backward_all(nn_model *model, const nn_batch *batch, int batches) {
    nn_assert(model->for_training);
    for (int k = 0; k < batches; k++)
        if (nothing_to_do(model, &batch[k]) && !batch[k].add)
            nn_zero(model->size, batch[k].dW ? batch[k].dW : model->dW);
    for (int v = model->n_vertices - 1; v >= 0; v--) {
        const nn_layer *layer = model->vertex[v].layer;
        if (!model->vertex[v].needs_gradient) continue;
        bool couples = layer->coupled && batch->training;
        for (int k = 0; k < batches && nn_activity_of(&model->vertex[v]);
             k++) /* before dz is summed over batches */
            if (!nothing_to_do(model, &batch[k]))
                nn_activity_backward(model, v, begin(model, v, &batch[k]));
        if (couples)
            couple(model, v, batch, batches, layer->rounds_forward,
                   layer->rounds_forward + layer->rounds_backward);
        for (int k = 0; k < batches; k++)
            if (!nothing_to_do(model, &batch[k]))
                backward(model, v, &batch[k], couples ? given(model, layer, k) : NULL);
    }
}

void nn_model_forward(nn_model *model, const nn_batch *batch) {
    nn_model_forward_all(model, batch, 1);
}

void nn_model_backward(nn_model *model, const nn_batch *batch) {
    nn_model_backward_all(model, batch, 1);
}

const nn_pass *nn_model_pass(const nn_model *model, int v) {
    return &model->private->now[v];
}

const nn_real *nn_model_output(const nn_model *model) {
    return model->private->pass[model->n_vertices - 1].z;
}

nn_rows nn_model_rows(const nn_model *model, const nn_batch *batch) {
    int64_t size = nn_shape_size(&model->output);
    int64_t width = model->output.rank ? model->output.dim[model->output.rank - 1] : 1;
    int64_t first = batch->first_row;
    return (nn_rows){
        .n = batch->rows ? batch->rows : batch->n * (size / width),
        .width = width,
        .z = moved((nn_real *)nn_model_output(model), batch->at, &model->output) + first * width,
        .y = batch->y ? batch->y + first * width : NULL,
        .label = batch->label ? batch->label + first : NULL,
        .weight = batch->weight ? batch->weight + first : NULL,
        .fused = model->fused,
        .by_row = model->fused && nn_activation_of(model->output_activation.kind)->by_row,
        .by_sign = model->loss->by_sign};
}

nn_loss_sum nn_model_loss(nn_model *model, const nn_batch *batch) {
    nn_rows rows = nn_model_rows(model, batch);
    nn_real *dz = batch->training ? model->private->pass[model->n_vertices - 1].dz : NULL;
    dz = moved(dz, batch->at, &model->output);
    nn_loss_sum sum =
        model->loss->value_gradient(model->loss_options, &rows, dz); /* L, dz(m) = grad L */
    sum.loss += nn_activity_loss(model, batch);
    return sum;
}

void nn_model_predict(const nn_model *model, int64_t n, nn_real *out) {
    int64_t size = nn_shape_size(&model->output);
    int64_t width = model->output.rank ? model->output.dim[model->output.rank - 1] : 1;
    nn_copy(n * size, nn_model_output(model), out);
    if (model->fused)
        nn_activation_of(model->output_activation.kind)
            ->forward(model->output_activation.options, n * (size / width), width, out);
}
