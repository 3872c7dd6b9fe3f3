/* Opening a run: data, model, loss, optimizer, memory. */
#include <stdlib.h>
#include <string.h>

#include "nnmpi/log.h"
#include "session.h"
#include "threads.h"

#define NN_PASS_BYTES ((int64_t)64 << 20) /* of z, dz and scratch, when micro_batch is auto */
#define NN_LEAST_PASS 16

static int64_t ceil_div(int64_t a, int64_t b) {
    return (a + b - 1) / b;
}

static int64_t ignored_label(const nn_model *model) {
    return model->loss->ignored_label ? model->loss->ignored_label(model->loss_options)
                                      : NN_NO_LABEL;
}

/* What may be meant where outputs and targets do not fit. */
static const char *target_hint(const nn_session *s, const nn_dataset *set) {
    if (set->target_integer && !s->model->loss->takes_labels)
        return "for class ids: loss categorical_crossentropy";
    if (set->windows && set->target.rank > 0 && s->positions == 1)
        return "for one output a window: data.target: next; for one a row of it: "
               "return_sequences: true";
    if (set->windows && set->target.rank == 0 && s->positions > 1)
        return "for an output at each row of a window: data.target: sequence";
    return NULL;
}

/* Targets as the loss takes them: class ids, or numbers of the shape of the output. */
static nn_status match_targets(nn_session *s, const nn_dataset *set, nn_split split) {
    nn_model *model = s->model;
    nn_layer *last = model->vertex[model->n_vertices - 1].layer;
    char output[NN_SHAPE_TEXT_SIZE], target[NN_SHAPE_TEXT_SIZE];
    nn_shape_text(&model->output, output, sizeof output);
    nn_shape_text(&set->target, target, sizeof target);
    if (!set->has_targets)
        return nn_error(NN_NO_INPUT, "%s\n(data.%s.targets can name another)", set->no_targets,
                        nn_split_name[split]);
    bool ids = model->loss->takes_labels && set->target_integer;
    int64_t size = nn_shape_size(&set->target);
    bool labels = ids && size == s->positions;
    if (split == NN_TRAIN) s->labels = labels;
    if (labels == s->labels && (labels || size == nn_shape_size(&model->output)))
        return labels ? nn_dataset_check_labels(set, s->width, ignored_label(s->model), s->comm)
                      : NN_OK;
    nn_config_complain(s->document, last->node, target_hint(s, set),
                       "the output of \"%s\" has shape %s, but the targets %s (%s, data.%s) have "
                       "shape %s%s",
                       last->name, output, set->targets_name, set->file, nn_split_name[split],
                       target, ids ? " and are integers" : "");
    return nn_config_verdict(s->document);
}

/* One weight a sample, or one a row of its targets. */
static nn_status match_weights(const nn_session *s, const nn_dataset *set, nn_split split) {
    if (set->weights <= 1 || set->weights == s->positions) return NN_OK;
    return nn_error(NN_BAD_DATA,
                    "%s: data set %s (data.%s.weights) has %lld weights a sample: %s is expected",
                    set->file, set->weights_name, nn_split_name[split], (long long)set->weights,
                    s->positions > 1 ? nn_arena_format(s->arena, "one, or %lld (one a position),",
                                                       (long long)s->positions)
                                     : "one");
}

static nn_status match_data(nn_session *s) {
    const nn_layer *reader = nn_model_ids(s->model);
    for (int split = 0; split < NN_SPLITS; split++) {
        const nn_dataset *set = s->set[split];
        if (!set) continue;
        if (!nn_shape_equal(&set->input, &s->model->input)) {
            char a[NN_SHAPE_TEXT_SIZE], b[NN_SHAPE_TEXT_SIZE];
            return nn_error(NN_BAD_DATA,
                            "%s: the samples of %s (data.%s) have shape %s, those of data.train %s",
                            set->file, set->inputs_name, nn_split_name[split],
                            nn_shape_text(&set->input, a, sizeof a),
                            nn_shape_text(&s->model->input, b, sizeof b));
        }
        if (reader) NN_TRY(nn_dataset_check_ids(set, reader->ids, reader->name, s->comm));
        NN_TRY(match_targets(s, set, (nn_split)split));
        NN_TRY(match_weights(s, set, (nn_split)split));
    }
    return NN_OK;
}

/* A loss or metric that outputs of this width do not suit says why. */
static void match_width(nn_session *s, const nn_typed *chosen,
                        const char *(*unfit)(const void *options, int64_t width)) {
    const char *reason = unfit ? unfit(chosen->options, s->width) : NULL;
    if (reason)
        nn_config_complain(s->document, chosen->node, NULL, "%s: %s", chosen->kind->name, reason);
}

static nn_status open_metrics(nn_session *s) {
    nn_typed_list metrics = s->options->training.metrics;
    if (metrics.n > NN_MAX_METRICS)
        return nn_error(NN_BAD_CONFIG, "training.metrics: %d at most, %d are given", NN_MAX_METRICS,
                        metrics.n);
    s->n_control = NN_CONTROL_METRICS;
    for (int i = 0; i < metrics.n; i++) {
        nn_gauge *gauge = &s->gauge[s->n_gauges++];
        gauge->metric = nn_metric_of(metrics.value[i].kind);
        gauge->options = metrics.value[i].options;
        gauge->name = gauge->metric->kind.name;
        match_width(s, &metrics.value[i], gauge->metric->unfit);
        gauge->at = s->n_control;
        gauge->sums = gauge->metric->sums ? gauge->metric->sums(gauge->options, s->width) : 2;
        s->n_control += gauge->sums;
        for (int k = 0; k < i; k++)
            if (strcmp(s->gauge[k].name, gauge->name) == 0)
                nn_config_complain(s->document, metrics.value[i].node, NULL,
                                   "the metric %s is given twice", gauge->name);
    }
    NN_TRY(nn_config_verdict(s->document));
    s->control = NN_NEW_ARRAY(s->arena, double, s->n_control);
    s->state.n_sums = s->n_control;
    s->state.sums = NN_NEW_ARRAY(s->arena, double, s->n_control);
    return NN_OK;
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

/* A layer that sees the whole global batch at once cannot see it in parts. */
static nn_status match_micro_batch(nn_session *s, int ranks) {
    int64_t share = ceil_div(s->batch_size, ranks), wanted = s->options->training.micro_batch;
    if (!s->model->coupled || wanted < 0 || wanted >= share) return NN_OK;
    int v = 0;
    while (!s->model->vertex[v].layer->coupled) v++;
    nn_node *training = nn_node_child(nn_document_root(s->document), "training");
    nn_config_complain(s->document, nn_node_child(training, "micro_batch"),
                       "micro_batch: auto, more ranks, or layer_norm or group_norm instead",
                       "\"%s\" needs the whole batch at once: a pass of %lld samples a rank",
                       s->model->vertex[v].name, (long long)share);
    return nn_config_verdict(s->document);
}

/* Samples of one pass: the largest share of a rank, or fewer so that a pass stays small enough. */
static int64_t choose_capacity(nn_session *s, int ranks) {
    int64_t share = ceil_div(s->batch_size, ranks), wanted = s->options->training.micro_batch;
    if (s->model->coupled) return share;
    if (wanted < 0) {
        nn_model_plan(s->model, 1, true);
        int64_t bytes = s->model->plan_bytes > 0 ? s->model->plan_bytes : 1;
        wanted = NN_PASS_BYTES / bytes;
        if (wanted < NN_LEAST_PASS) wanted = NN_LEAST_PASS;
    }
    return wanted < share ? wanted : share;
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
    if (s->optimizer->search) refuse_factors(s, name);
    return nn_config_verdict(s->document);
}

/* A loss on probabilities, after a layer that does not make them, learns badly or not at all. */
static void warn_of_logits(const nn_session *s) {
    const nn_layer *last = s->model->vertex[s->model->n_vertices - 1].layer;
    const nn_activation *f = nn_activation_of(last->activation.kind);
    const char *wanted = s->model->loss->fused_with;
    if (wanted && !s->model->fused && (!f || f->identity))
        nn_warning("%s expects probabilities, but \"%s\" has no activation: did you mean "
                   "`activation: %s`?",
                   s->model->loss->kind.name, last->name, wanted);
}

static nn_status open_model(nn_session *s) {
    NN_TRY(nn_model_build(&s->model, s->document, &s->options->model, &s->set[NN_TRAIN]->input));
    nn_model_attach_loss(s->model, &s->options->training.loss);
    s->width = s->model->output.rank ? s->model->output.dim[s->model->output.rank - 1] : 1;
    s->positions = nn_shape_size(&s->model->output) / s->width;
    match_width(s, &s->options->training.loss, s->model->loss->unfit);
    warn_of_logits(s);
    nn_weigh_setup(s);
    NN_TRY(choose_optimizer(s));
    NN_TRY(match_data(s));
    NN_TRY(open_metrics(s));
    return nn_monitor_setup(s);
}

/* The gradient lives where the ranks can sum it. */
static nn_status open_memory(nn_session *s, int64_t capacity) {
    NN_TRY(nn_reduce_create(&s->reduce, &s->options->training.reduction, s->comm, s->model->size,
                            s->n_control));
    s->model->dW = s->reduce->dW;
    nn_status status = open_optimizer(s);
    if (status == NN_OK) status = nn_model_allocate(s->model);
    if (status == NN_OK) nn_feed_open(s, capacity);
    return nn_comm_agree(s->comm, status);
}

nn_status nn_session_open(nn_session *s, int ranks) {
    s->arena = nn_arena_create();
    s->checkpoint_step = -1;
    s->program_bytes = nn_resident_bytes();
    s->threads = s->options->training.threads > 0 ? (int)s->options->training.threads
                                                  : nn_threads_for_rank(s->comm);
    nn_blas_set_threads(s->threads);
    NN_TRY(nn_data_open(&s->data, &s->options->data, NULL, (uint64_t)s->options->seed, s->comm));
    for (int split = 0; split < NN_SPLITS; split++)
        s->set[split] = nn_data_split(s->data, (nn_split)split);
    NN_TRY(nn_comm_agree(s->comm, open_model(s)));
    count_steps(s);
    int planned = ranks ? ranks : nn_comm_size(s->comm);
    NN_TRY(match_micro_batch(s, planned));
    int64_t capacity = choose_capacity(s, planned);
    nn_model_plan(s->model, capacity, true);
    if (ranks != 0) return NN_OK;
    NN_TRY(open_memory(s, capacity));
    nn_weigh_balance(s);
    return NN_OK;
}

void nn_session_close(nn_session *s) {
    nn_runlog_close(s->log);
    nn_reduce_destroy(s->reduce);
    nn_model_destroy(s->model);
    nn_data_close(s->data);
    nn_arena_destroy(s->arena);
}
