/* Do data, model, loss and metrics fit together? */
#include <string.h>

#include "session.h"

void nn_match_output(nn_session *s) {
    const nn_shape *output = &s->model->output;
    s->width = output->rank ? output->dim[output->rank - 1] : 1;
    s->positions = nn_shape_size(output) / s->width;
}

int64_t nn_label_ignored(const nn_model *model) {
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
    int64_t size = nn_shape_size(&set->target); /* of one class id, one number, one row of them */
    bool single =
        set->target.rank == 0 || (set->target.rank == 1 && (size == 1 || size == s->width));
    if (!set->windows && s->positions > 1 && single)
        return "for one output a sample: flatten before the dense layers, or a global pool; of a "
               "recurrent layer return_sequences: false";
    return NULL;
}

/* The first split that is given decides for all. */
static bool is_first(const nn_session *s, nn_split split) {
    for (int earlier = 0; earlier < (int)split; earlier++)
        if (s->set[earlier]) return false;
    return true;
}

static nn_status match_ids(nn_session *s, const nn_dataset *set, const nn_layer *last) {
    nn_status status = nn_dataset_check_labels(set, s->width, nn_label_ignored(s->model), s->comm);
    if (status != NN_BAD_DATA) return status;
    nn_error_add(status, "; \"%s\" has %lld output%s, one a class", last->name, (long long)s->width,
                 s->width == 1 ? "" : "s");
    bool trained = s->about.config_yaml; /* then the lines are those of no file */
    return trained ? status
                   : nn_error_add(status, "\n  (%s)", nn_config_place(s->document, last->node));
}

/* Targets as numbers: those that the loss is defined for. */
static nn_status match_values(nn_session *s, const nn_dataset *set) {
    const nn_loss *loss = s->model->loss;
    const nn_loss_targets *targets = &loss->targets;
    if (!targets->expected) return NN_OK;
    nn_value_rule rule = {
        targets->lowest, targets->highest, targets->whole,
        nn_arena_format(s->arena, "a target of %s is %s", loss->kind.name, targets->expected)};
    nn_status status = nn_dataset_check_values(set, &rule, s->comm);
    bool trained = s->about.config_yaml; /* then there is no other loss to choose */
    if (status != NN_BAD_DATA || trained) return status;
    if (loss->of_classes && !loss->takes_labels && set->target_integer &&
        nn_shape_size(&set->target) == 1)
        nn_error_add(status, "; for class ids: loss categorical_crossentropy");
    return nn_error_add(status, "\n  (%s)",
                        nn_config_place(s->document, s->options->training.loss.node));
}

/* Targets as the loss takes them: class ids, or numbers of the shape of the output. */
static nn_status match_targets(nn_session *s, const nn_dataset *set, nn_split split) {
    nn_model *model = s->model;
    nn_layer *last = model->vertex[model->n_vertices - 1].layer;
    char output[NN_SHAPE_TEXT_SIZE], target[NN_SHAPE_TEXT_SIZE];
    const nn_source *source = nn_source_of(&s->options->data, split);
    nn_shape_text(&model->output, output, sizeof output);
    nn_shape_text(&set->target, target, sizeof target);
    if (!set->has_targets)
        return nn_error(NN_NO_INPUT, "%s\n  (%s)", set->no_targets,
                        nn_source_advice(source, split, "targets"));
    bool ids = model->loss->takes_labels && set->target_integer;
    int64_t size = nn_shape_size(&set->target);
    bool labels = ids && size == s->positions;
    if (is_first(s, split)) s->labels = labels;
    if (labels == s->labels && (labels || size == nn_shape_size(&model->output)))
        return labels ? match_ids(s, set, last) : match_values(s, set);
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

nn_status nn_match_data(nn_session *s) {
    const nn_id_rule *rule = nn_model_id_rules(s->model, s->arena);
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
        if (rule) NN_TRY(nn_dataset_check_ids(set, rule, s->comm));
        NN_TRY(match_targets(s, set, (nn_split)split));
        NN_TRY(match_weights(s, set, (nn_split)split));
    }
    return NN_OK;
}

/* A loss or metric that outputs of this width do not suit says why. */
void nn_match_width(nn_session *s, const nn_typed *chosen,
                    const char *(*unfit)(const void *options, int64_t width)) {
    const char *reason = unfit ? unfit(chosen->options, s->width) : NULL;
    if (reason)
        nn_config_complain(s->document, chosen->node, NULL, "%s: %s", chosen->kind->name, reason);
}

static void place(nn_session *s, nn_gauge *gauge) {
    gauge->at = s->n_control;
    gauge->sums = gauge->metric->sums ? gauge->metric->sums(gauge->options, s->width) : 2;
    s->n_control += gauge->sums;
}

/* The confusion matrix, though it is not asked for; of the rows that the loss counts. */
static void open_matrix(nn_session *s) {
    for (int i = 0; i < s->n_gauges; i++)
        if (strcmp(s->gauge[i].name, "confusion_matrix") == 0) s->matrix = &s->gauge[i];
    const nn_kind *kind = NULL;
    for (int i = 0; nn_metric_kinds[i]; i++)
        if (strcmp(nn_metric_kinds[i]->name, "confusion_matrix") == 0) kind = nn_metric_kinds[i];
    const nn_metric *metric = nn_metric_of(kind);
    if (s->matrix || s->n_gauges == NN_MAX_METRICS || metric->unfit(NULL, s->width)) return;
    nn_ignore_option *options = NN_NEW(s->arena, nn_ignore_option);
    options->index = nn_label_ignored(s->model);
    s->matrix = &s->gauge[s->n_gauges++];
    *s->matrix = (nn_gauge){.metric = metric, .options = options, .name = kind->name};
    place(s, s->matrix);
}

static void open_gauge(nn_session *s, const nn_typed *chosen, bool weighted) {
    nn_gauge *gauge = &s->gauge[s->n_gauges++];
    *gauge = (nn_gauge){.metric = nn_metric_of(chosen->kind),
                        .options = chosen->options,
                        .name = chosen->kind->name,
                        .weighted = weighted};
    if (weighted) gauge->name = nn_arena_format(s->arena, "weighted_%s", gauge->name);
    nn_match_width(s, chosen, gauge->metric->unfit);
    place(s, gauge);
    for (int k = 0; k < s->n_gauges - 1; k++)
        if (strcmp(s->gauge[k].name, gauge->name) == 0)
            nn_config_complain(s->document, chosen->node, NULL, "the metric %s is given twice",
                               gauge->name);
}

nn_status nn_gauges_open(nn_session *s) {
    nn_typed_list metrics = s->options->training.metrics;
    nn_typed_list weighted = s->options->training.weighted_metrics;
    int n = metrics.n + weighted.n;
    if (n > NN_MAX_METRICS)
        return nn_error(NN_BAD_CONFIG, "training.metrics: %d at most, %d are given", NN_MAX_METRICS,
                        n);
    s->n_control = NN_CONTROL_METRICS;
    for (int i = 0; i < metrics.n; i++) open_gauge(s, &metrics.value[i], false);
    for (int i = 0; i < weighted.n; i++) open_gauge(s, &weighted.value[i], true);
    s->n_told = s->n_gauges;
    if (s->wants_matrix) open_matrix(s);
    NN_TRY(nn_config_verdict(s->document));
    s->control = NN_NEW_ARRAY(s->arena, double, s->n_control);
    s->state.n_sums = s->n_control;
    s->state.sums = NN_NEW_ARRAY(s->arena, double, s->n_control);
    return NN_OK;
}
