/* What a run is about to do, for those who watch. */
#include "guard.h"
#include "session.h"
#include "nnmpi/store.h"

static const char *inputs_text(nn_session *s, const nn_vertex *vertex) {
    nn_buffer text = {0};
    for (int k = 0; k < vertex->n_inputs; k++)
        nn_buffer_add(&text, k ? ", %s" : "%s",
                      vertex->input[k] < 0 ? "input" : s->model->vertex[vertex->input[k]].name);
    const char *copy = nn_arena_text(s->arena, text.text ? text.text : "");
    nn_buffer_free(&text);
    return copy;
}

static double flops(const nn_layer *layer) {
    return layer->ops->flops ? layer->ops->flops(layer) : (double)nn_shape_size(&layer->out);
}

static const nn_layer_row *layer_rows(nn_session *s) {
    nn_layer_row *rows = NN_NEW_ARRAY(s->arena, nn_layer_row, s->model->n_vertices);
    for (int v = 0; v < s->model->n_vertices; v++) {
        const nn_vertex *vertex = &s->model->vertex[v];
        nn_layer_row *row = &rows[v];
        *row = (nn_layer_row){.name = vertex->name,
                              .type = vertex->layer->ops->kind.name,
                              .inputs = inputs_text(s, vertex),
                              .shape = vertex->layer->out,
                              .flops = flops(vertex->layer),
                              .shared = vertex->shares >= 0,
                              .n_inputs = vertex->n_inputs,
                              .input = vertex->input};
        if (vertex->layer->n_params == 0 && vertex->layer->activation.kind)
            row->type = vertex->layer->activation.kind->name; /* an activation as a layer */
        for (int i = 0; !row->shared && i < vertex->layer->n_params; i++)
            row->parameters += s->model->param[vertex->param[i]].size;
    }
    return rows;
}

static void describe_data(nn_session *s, nn_run_plan *plan) {
    for (int i = 0; i < NN_SPLITS; i++) {
        const nn_dataset *set = s->set[i];
        if (!set) continue;
        char shape[NN_SHAPE_TEXT_SIZE];
        plan->samples[i] = set->count;
        plan->data_text[i] = nn_arena_format(s->arena, "%s %s %s %s", set->file, set->inputs_name,
                                             nn_dtype_name(set->input_type),
                                             nn_shape_text(&set->input, shape, sizeof shape));
        plan->memory_data += set->bytes;
    }
}

/* Samples of a rank. */
static int64_t share_of(const nn_session *s, int ranks, int rank) {
    int parts = nn_parts(s, ranks);
    nn_share mine = nn_share_of(parts, ranks, rank);
    nn_share first = nn_share_of(s->batch_size, parts, (int)mine.first);
    nn_share last = nn_share_of(s->batch_size, parts, (int)(mine.first + mine.count) - 1);
    return last.first + last.count - first.first;
}

/* The one at work, or before there is one the one that was chosen. */
static const nn_reduction *reduction_of(const nn_session *s) {
    return s->reduce ? s->reduce->reduction : nn_reduction_of(&s->options->training.reduction);
}

/* Bytes of other ranks' gradients that a rank of a node has in its own memory too. */
static int64_t others_gradients(const nn_session *s, int64_t gradients, int ranks) {
    const nn_reduction *reduction = reduction_of(s);
    int nodes = nn_comm_nodes(s->comm), on_node = (ranks + nodes - 1) / nodes;
    if (!reduction->touched || on_node < 2) return 0;
    return reduction->touched(s->model->size, gradients, on_node) * (int64_t)sizeof(nn_real);
}

static void describe_share(const nn_session *s, nn_run_plan *plan, int ranks) {
    plan->share_high = share_of(s, ranks, 0);
    plan->share_low = share_of(s, ranks, ranks - 1);
    const nn_training_options *training = &s->options->training;
    int64_t gradients = nn_reduce_buffers(ranks, training->shards, s->model->coupled);
    int64_t vectors = 1 + gradients + s->n_slots + training->average.present +
                      (s->optimizer->search != NULL) + nn_guard_vectors(s) +
                      (training->early_stopping.present && training->early_stopping.restore_best);
    plan->memory_model =
        (vectors * s->model->size + s->model->state_size) * (int64_t)sizeof(nn_real);
    plan->memory_others = others_gradients(s, gradients, ranks);
    int64_t sample = nn_shape_size(&s->model->input) +
                     (s->labels ? s->positions : nn_shape_size(&s->model->output));
    plan->memory_pass =
        s->model->plan_bytes + s->model->capacity * sample * (int64_t)sizeof(nn_real);
}

nn_run_plan nn_session_plan(nn_session *s, int ranks) {
    const nn_run_options *o = s->options;
    nn_run_plan plan = {.version = NNMPI_VERSION,
                        .started = s->began,
                        .name = o->name,
                        .precision = NN_REAL_WORD,
                        .loss = s->model->loss->kind.name,
                        .optimizer = s->optimizer->kind.name,
                        .reduction = reduction_of(s)->kind.name,
                        .config_file = nn_document_root(s->document)->source,
                        .ranks = ranks ? ranks : nn_comm_size(s->comm),
                        .ranks_here = nn_comm_size(s->comm),
                        .nodes = nn_comm_nodes(s->comm),
                        .threads = s->threads,
                        .memory_program = s->program_bytes,
                        .blas = nn_blas_text(),
                        .mpi = nn_comm_version(),
                        .hdf5 = nn_store_version(),
                        .host = nn_comm_host(s->comm),
                        .n_layers = s->model->n_vertices,
                        .layer = layer_rows(s),
                        .input = s->model->input,
                        .parameters = s->model->parameters,
                        .batch_size = s->batch_size,
                        .shards = o->training.shards,
                        .micro_batch = s->piece,
                        .steps_per_epoch = s->steps_per_epoch,
                        .epochs = o->training.epochs,
                        .max_steps = o->training.max_steps,
                        .folder = s->folder,
                        .resumed_from = s->resumed_from,
                        .resumed_epoch = s->state.epoch,
                        .resumed_step = s->state.step,
                        .console = o->log.console};
    describe_data(s, &plan);
    describe_share(s, &plan, plan.ranks);
    return plan;
}
