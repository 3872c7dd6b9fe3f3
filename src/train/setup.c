/* Opening a run: data, model, loss, optimizer, memory. */
#include <stdlib.h>
#include <string.h>

#include "nnmpi/log.h"
#include "guard.h"
#include "infer.h"
#include "session.h"

#define NN_PASS_BYTES ((int64_t)64 << 20) /* of z, dz and scratch, when micro_batch is auto */
#define NN_LEAST_PASS 16

static int64_t ceil_div(int64_t a, int64_t b) {
    return (a + b - 1) / b;
}

static void count_steps(nn_session *s) {
    const nn_training_options *training = &s->options->training;
    int64_t count = s->set[NN_TRAIN]->count;
    s->batch_size =
        training->batch_size < 0 || training->batch_size > count ? count : training->batch_size;
    s->steps_per_epoch = ceil_div(count, s->batch_size);
    int64_t steps;
    if (__builtin_mul_overflow(training->epochs, s->steps_per_epoch, &steps)) steps = INT64_MAX;
    if (training->max_steps >= 0 && training->max_steps < steps) steps = training->max_steps;
    s->total_steps = steps;
}

static nn_node *training_key(const nn_session *s, const char *key) {
    nn_node *training = nn_node_child(nn_document_root(s->document), "training");
    nn_node *node = nn_node_child(training, key);
    return node ? node : training;
}

/* A shard is one rank's, and shards have an order. */
static nn_status match_shards(nn_session *s, int ranks) {
    int64_t shards = s->options->training.shards;
    if (!shards) return NN_OK;
    if (ranks > shards)
        nn_config_complain(s->document, training_key(s, "shards"),
                           nn_arena_format(s->arena,
                                           "%lld ranks at most, or more shards (another "
                                           "experiment: other bits)",
                                           (long long)shards),
                           "%d ranks cannot share %lld shard%s", ranks, (long long)shards,
                           shards == 1 ? "" : "s");
    if (nn_reduction_of(&s->options->training.reduction)->any_order)
        nn_config_complain(s->document, training_key(s, "reduction"), "auto",
                           "%s adds in an order of its own, not in that of training.shards",
                           s->options->training.reduction.kind->name);
    return nn_config_verdict(s->document);
}

/* A layer that sees the whole global batch at once cannot see it in parts. */
static nn_status match_micro_batch(nn_session *s, int parts) {
    int64_t share = ceil_div(s->batch_size, parts), wanted = s->options->training.micro_batch;
    if (!s->model->coupled || wanted < 0 || wanted >= share) return NN_OK;
    int v = 0;
    while (!s->model->vertex[v].layer->coupled) v++;
    nn_config_complain(s->document, training_key(s, "micro_batch"),
                       "micro_batch: auto, more ranks, or layer_norm or group_norm instead",
                       "\"%s\" needs the whole batch at once: a pass of %lld samples a %s",
                       s->model->vertex[v].name, (long long)share,
                       s->options->training.shards ? "shard" : "rank");
    return nn_config_verdict(s->document);
}

/* Samples of one pass: the largest part, or fewer so that a pass stays small enough; passes of
 * about the same size, since the last samples alone would be slow. */
static int64_t choose_piece(nn_session *s, int parts) {
    int64_t share = ceil_div(s->batch_size, parts), wanted = s->options->training.micro_batch;
    if (s->model->coupled) return share;
    if (wanted < 0) {
        wanted = NN_PASS_BYTES / nn_model_sample_bytes(s->model, true);
        if (wanted < NN_LEAST_PASS) wanted = NN_LEAST_PASS;
        wanted = ceil_div(share, ceil_div(share, wanted));
    }
    return wanted < share ? wanted : share;
}

/* Plans passes of parts one by one, or where layers couple samples of all parts of a rank. */
static void plan_passes(nn_session *s, int ranks) {
    int parts = nn_parts(s, ranks);
    s->piece = choose_piece(s, parts);
    int64_t capacity = s->piece, together = ceil_div(parts, ranks);
    if (s->model->coupled && together > 1) {
        capacity = together * ceil_div(s->piece, NN_BATCH_STEP) * NN_BATCH_STEP;
        s->model->batches = (int)together;
    }
    nn_model_plan(s->model, capacity, true);
}

/* A vector like W, zero. */
static nn_status open_vector(nn_session *s, nn_real **vector) {
    size_t bytes = (size_t)s->model->size * sizeof(nn_real);
    *vector = nn_arena_alloc_untouched(s->arena, bytes);
    if (!*vector)
        return nn_error(NN_NO_MEMORY, "no memory for the optimizer: %s",
                        nn_text_bytes((double)bytes));
    nn_zero(s->model->size, *vector);
    return NN_OK;
}

static nn_status open_ahead(nn_session *s) {
    s->ahead.S = NN_NEW_ARRAY(s->arena, nn_real, s->model->state_size);
    s->ahead.start = NN_NEW_ARRAY(s->arena, double, s->n_control);
    s->ahead.control = NN_NEW_ARRAY(s->arena, double, s->n_control);
    return open_vector(s, &s->ahead.scratch);
}

static nn_status open_optimizer(nn_session *s) {
    const nn_early_stopping *early = &s->options->training.early_stopping;
    for (int k = 0; k < s->n_slots; k++) NN_TRY(open_vector(s, &s->slot[k]));
    if (s->optimizer->search) NN_TRY(open_ahead(s));
    if (s->options->training.average.present) NN_TRY(open_vector(s, &s->average));
    if (!early->present || !early->restore_best) return NN_OK;
    s->best_S = NN_NEW_ARRAY(s->arena, nn_real, s->model->state_size);
    return open_vector(s, &s->best_W);
}

static void refuse_factors(nn_session *s, const char *name) {
    for (int v = 0; v < s->model->n_vertices; v++) {
        const nn_vertex *vertex = &s->model->vertex[v];
        if (vertex->layer->n_params == 0 || vertex->layer->frozen || vertex->shares >= 0 ||
            s->model->param[vertex->param[0]].learning_rate_factor == 1)
            continue;
        nn_config_complain(s->document, vertex->layer->node, NULL,
                           "%s chooses one step for all weights: \"%s\" cannot have a "
                           "learning_rate_factor",
                           name, vertex->name);
    }
}

/* An optimizer that searches needs the loss itself, not an estimate of it. */
static nn_status choose_optimizer(nn_session *s) {
    const nn_training_options *training = &s->options->training;
    nn_node *node = nn_node_child(nn_document_root(s->document), "training");
    s->optimizer = nn_optimizer_of(training->optimizer.kind);
    s->n_slots = s->optimizer->slots ? s->optimizer->slots(training->optimizer.options) : 0;
    const char *name = s->optimizer->kind.name;
    if (s->optimizer->search && training->batch_size >= 0)
        nn_config_complain(s->document, nn_node_child(node, "batch_size"), NULL,
                           "%s works on the whole data set: batch_size: all is expected", name);
    const char *clip = training->clip_value > 0 ? "clip_value" : "clip_norm";
    if (s->optimizer->search && (training->clip_value > 0 || training->clip_norm > 0))
        nn_config_complain(s->document, nn_node_child(node, clip), NULL,
                           "%s chooses its steps by the true gradient: it cannot be clipped", name);
    if (s->optimizer->search && training->on_nonfinite != NN_ON_STOP)
        nn_config_complain(s->document, nn_node_child(node, "on_nonfinite"), NULL,
                           "%s turns back from points that are not finite by itself: "
                           "on_nonfinite: stop is expected",
                           name);
    if (s->optimizer->search) refuse_factors(s, name);
    return nn_config_verdict(s->document);
}

/* What the outputs end with, also where it was left to the loss; NULL: a layer without. */
static const nn_activation *last_activation(const nn_model *model) {
    const nn_layer *last = model->vertex[model->n_vertices - 1].layer;
    return nn_activation_of(model->fused ? model->output_activation.kind : last->activation.kind);
}

/* A loss on probabilities, after a layer that does not make them, learns badly or not at all. */
static void warn_of_logits(const nn_session *s) {
    const nn_layer *last = s->model->vertex[s->model->n_vertices - 1].layer;
    const nn_activation *f = last_activation(s->model);
    const char *wanted = s->model->loss->fused_with;
    bool none = !f || f->identity;
    if (wanted && !nn_outputs_probabilities(s))
        nn_warning(
            "%s expects probabilities, but \"%s\" %s%s: did you mean `activation: %s`?\n  (%s)",
            s->model->loss->kind.name, last->name, none ? "has no activation" : "ends with ",
            none ? "" : f->kind.name, wanted, nn_config_place(s->document, last->node));
}

/* Softmax of probabilities, all between 0 and 1, makes them nearly the same. */
static void warn_of_two_softmaxes(const nn_session *s) {
    const nn_model *model = s->model;
    const nn_vertex *last = &model->vertex[model->n_vertices - 1];
    if (last->n_inputs != 1 || last->input[0] < 0 || last->layer->n_params > 0) return;
    const nn_vertex *before = &model->vertex[last->input[0]];
    const nn_activation *f = last_activation(model);
    const nn_activation *g = nn_activation_of(before->layer->activation.kind);
    if (f && f->by_row && g && g->by_row)
        nn_warning("softmax is applied twice, by \"%s\" and again by \"%s\": leave one out\n  (%s)",
                   before->name, last->name, nn_config_place(s->document, last->layer->node));
}

static const nn_typed *find_metric(const nn_typed_list *metrics, const char *name) {
    for (int i = 0; i < metrics->n; i++)
        if (strcmp(metrics->value[i].kind->name, name) == 0) return &metrics->value[i];
    return NULL;
}

/* With one output accuracy asks whether outputs and targets are above one half. Collective. */
static void warn_of_accuracy(const nn_session *s) {
    const nn_training_options *training = &s->options->training;
    const nn_value_rule rule = {0, 1, true,
                                "accuracy of one output is for targets 0 and 1; for numbers there "
                                "are mean_absolute_error and r2"};
    const nn_typed *accuracy = find_metric(&training->metrics, "accuracy");
    if (!accuracy) accuracy = find_metric(&training->weighted_metrics, "accuracy");
    if (!accuracy || s->width != 1 || s->model->loss->of_classes) return;
    if (nn_dataset_check_values(s->set[NN_TRAIN], &rule, s->comm) == NN_OK) return;
    nn_warning("%s\n  (%s)", nn_error_message(), nn_config_place(s->document, accuracy->node));
    nn_error_clear();
}

static nn_status open_model(nn_session *s) {
    NN_TRY(nn_model_build(&s->model, s->document, &s->options->model, &s->set[NN_TRAIN]->input));
    nn_model_attach_loss(s->model, &s->options->training.loss);
    nn_match_output(s);
    nn_match_width(s, &s->options->training.loss, s->model->loss->unfit);
    warn_of_logits(s);
    warn_of_two_softmaxes(s);
    nn_weigh_setup(s);
    NN_TRY(choose_optimizer(s));
    NN_TRY(nn_match_data(s));
    NN_TRY(nn_gauges_open(s));
    warn_of_accuracy(s);
    return nn_monitor_setup(s);
}

/* The gradient lives where the ranks can sum it. */
static nn_status open_memory(nn_session *s) {
    nn_reduce_size size = {.n = s->model->size,
                           .c = s->n_control,
                           .shards = s->options->training.shards,
                           .together = s->model->coupled};
    NN_TRY(nn_reduce_create(&s->reduce, &s->options->training.reduction, s->comm, &size));
    s->model->dW = s->reduce->dW;
    int64_t parts = s->reduce->mine.count;
    s->part = NN_NEW_ARRAY(s->arena, nn_part, parts);
    s->batch = NN_NEW_ARRAY(s->arena, nn_batch, parts);
    s->places = NN_NEW_ARRAY(s->arena, nn_share, parts);
    s->words = NN_NEW_ARRAY(s->arena, double, parts * s->n_control);
    nn_status status = open_optimizer(s);
    if (status == NN_OK) status = nn_model_allocate(s->model);
    if (status == NN_OK) status = nn_guard_open(s);
    if (status == NN_OK) nn_feed_open(s, s->model->capacity);
    return nn_comm_agree(s->comm, status);
}

static nn_status need_samples(nn_session *s) {
    nn_node *root = nn_document_root(s->document), *data = nn_node_child(root, "data");
    if (s->options->data.train.present) return NN_OK;
    nn_config_complain(s->document, data ? data : root, NULL,
                       "data.train is missing: the samples to train on");
    return nn_config_verdict(s->document);
}

/* Once: a sweep or a program may open many runs. */
static void advise(void) {
    static bool said;
    const char *advice = nn_blas_advice();
    if (!advice || said || !nn_log_speaks()) return;
    said = true;
    nn_warning("%s does not know this processor: products may take ten times as long\n"
               "  with %s in the environment they do not",
               nn_blas_text(), advice);
}

void nn_session_threads(nn_session *s) {
    const nn_training_options *training = &s->options->training;
    s->threads = training->threads > 0 ? (int)training->threads
                 : training->shards    ? 1 /* the bits of sums depend on how many there are */
                                       : nn_threads_for_rank(s->comm);
    nn_blas_set_threads(s->threads);
    advise();
}

nn_status nn_session_open(nn_session *s, int ranks) {
    s->arena = nn_arena_create();
    NN_TRY(need_samples(s));
    s->checkpoint_step = -1;
    s->program_bytes = nn_program_bytes();
    int planned = ranks ? ranks : nn_comm_size(s->comm);
    NN_TRY(match_shards(s, planned));
    nn_session_threads(s);
    nn_data_options data = s->options->data;
    data.document = s->document;
    NN_TRY(nn_data_open(&s->data, &data, NULL, (uint64_t)s->options->seed, s->comm));
    for (int split = 0; split < NN_SPLITS; split++)
        s->set[split] = nn_data_split(s->data, (nn_split)split);
    NN_TRY(nn_comm_agree(s->comm, open_model(s)));
    count_steps(s);
    NN_TRY(match_micro_batch(s, nn_parts(s, planned)));
    plan_passes(s, planned);
    if (ranks != 0) return NN_OK;
    NN_TRY(open_memory(s));
    s->hashes = NN_NEW_ARRAY(s->arena, uint64_t, nn_comm_size(s->comm));
    nn_weigh_balance(s);
    return NN_OK;
}

void nn_session_close(nn_session *s) {
    nn_runlog_close(s->log);
    for (int i = 0; i < 2; i++) nn_checkpoint_release(s->lock[i]);
    nn_reduce_destroy(s->reduce);
    nn_model_destroy(s->model);
    nn_data_close(s->data);
    nn_arena_destroy(s->arena);
}
