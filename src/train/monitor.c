/* The columns of the history, and what watches them: early_stopping, target, checkpoint.best, a
 * schedule. */
#include <math.h>
#include <string.h>

#include "session.h"

static void add_column(nn_session *s, const char **names, const char *prefix, const char *name) {
    names[s->state.columns++] = nn_arena_format(s->arena, "%s%s", prefix, name);
}

/* epoch, step, train_loss, train_METRIC ..., validation_..., learning_rate, ... */
static void name_columns(nn_session *s) {
    const char **names = NN_NEW_ARRAY(s->arena, const char *, 2 * NN_MAX_METRICS + 8);
    s->state.columns = 0;
    s->state.column_name = names;
    add_column(s, names, "", "epoch");
    add_column(s, names, "", "step");
    for (int split = NN_TRAIN; split <= NN_VALIDATION; split++) {
        if (!s->set[split]) continue;
        const char *prefix = nn_arena_format(s->arena, "%s_", nn_split_name[split]);
        add_column(s, names, prefix, "loss");
        for (int g = 0; g < s->n_gauges; g++) add_column(s, names, prefix, s->gauge[g].name);
    }
    add_column(s, names, "", "learning_rate");
    add_column(s, names, "", "samples_per_second");
    add_column(s, names, "", "elapsed_seconds");
}

static bool lower_is_better(const nn_session *s, const char *column) {
    for (int g = 0; g < s->n_gauges; g++) {
        const char *at = strstr(column, s->gauge[g].name);
        if (at && at > column && at[-1] == '_' && strcmp(at, s->gauge[g].name) == 0)
            return s->gauge[g].metric->lower_is_better;
    }
    return true;
}

/* "val_acc", as Keras has it, and "loss" are of validation, or of train where there is none; NULL:
 * it is nothing of the kind. */
static const char *usual_name(const nn_session *s, const char *name) {
    const char *bare = nn_begins(name, "val_") ? name + 4 : name,
               *known[1 + NN_MAX_METRICS] = {"loss"};
    for (int g = 0; g < s->n_gauges; g++) known[1 + g] = s->gauge[g].name;
    const char *split = nn_split_name[s->set[NN_VALIDATION] ? NN_VALIDATION : NN_TRAIN];
    const char *meant = nn_nearest_word(bare, known, 1 + s->n_gauges);
    bool of_a_split = nn_begins(name, "train_") || nn_begins(name, "validation_");
    return meant && !of_a_split ? nn_arena_format(s->arena, "%s_%s", split, meant) : NULL;
}

static const char *monitor_hint(const nn_session *s, const char *name) {
    nn_buffer hint = {0};
    const char *const *columns = s->state.column_name + 2;
    int n = s->state.columns - 5;
    const char *nearest = usual_name(s, name);
    if (!nearest) nearest = nn_nearest_word(name, columns, n);
    bool validation = nn_begins(name, "val") && !s->set[NN_VALIDATION];
    if (validation)
        nn_buffer_add(&hint, "there is no data.validation; ");
    else if (nearest)
        nn_buffer_add(&hint, "did you mean \"%s\"? ", nearest);
    nn_buffer_add(&hint, "there %s", n == 1 ? "is" : "are");
    for (int c = 0; c < n; c++) nn_buffer_add(&hint, "%s %s", c ? "," : "", columns[c]);
    const char *text = nn_arena_text(s->arena, hint.text);
    nn_buffer_free(&hint);
    return text;
}

/* Which column a monitor names; complains, with the nearest, if none. The last three columns are a
 * matter of the clock, which ranks do not share, or of the schedule. */
static nn_monitor find(nn_session *s, const char *name, nn_node *section, const char *key) {
    for (int c = 2; c < s->state.columns - 3; c++)
        if (strcmp(s->state.column_name[c], name) == 0)
            return (nn_monitor){c, lower_is_better(s, name)};
    nn_node *node = section ? nn_node_child(section, key) : NULL;
    nn_config_complain_value(s->document, node ? node : section, monitor_hint(s, name),
                             "\"%s\" is not measured", name);
    return (nn_monitor){-1, true};
}

static void check_target(nn_session *s, nn_node *node) {
    const nn_target *target = &s->options->training.target;
    if ((target->at_least == NN_UNSET) == (target->at_most == NN_UNSET))
        nn_config_complain(s->document, node, NULL,
                           "target: one of at_least and at_most is expected");
}

nn_status nn_monitor_setup(nn_session *s) {
    nn_node *root = nn_document_root(s->document), *training = nn_node_child(root, "training");
    const nn_training_options *options = &s->options->training;
    name_columns(s);
    s->early.column = s->target.column = s->best.column = s->schedule.column = -1;
    if (options->early_stopping.present)
        s->early = find(s, options->early_stopping.monitor,
                        nn_node_child(training, "early_stopping"), "monitor");
    if (options->target.present) {
        nn_node *node = nn_node_child(training, "target");
        s->target = find(s, options->target.monitor, node, "monitor");
        check_target(s, node);
    }
    const char *watched = nn_schedule_monitor(&options->schedule);
    if (watched) s->schedule = find(s, watched, options->schedule.node, "monitor");
    if (s->options->checkpoint.present && s->options->checkpoint.best)
        s->best = find(s, s->options->checkpoint.best, nn_node_child(root, "checkpoint"), "best");
    return nn_config_verdict(s->document);
}

/* Is `value` better than `old` by more than `delta`? The first value (old NaN) always is. */
static bool better(nn_monitor monitor, double value, double old, double delta) {
    if (isnan(value)) return false;
    if (isnan(old)) return true;
    return monitor.lower_is_better ? value < old - delta : value > old + delta;
}

static double newest(const nn_session *s, nn_monitor monitor) {
    return s->state.history[(s->state.rows - 1) * s->state.columns + monitor.column];
}

static void watch_early(nn_session *s) {
    nn_state *state = &s->state;
    double value = newest(s, s->early);
    state->waited++;
    if (!better(s->early, value, state->monitor_best,
                s->options->training.early_stopping.min_delta))
        return;
    state->monitor_best = value;
    state->waited = 0;
    state->best_epoch = state->epoch;
    if (!s->best_W) return;
    nn_copy(s->model->size, s->model->W, s->best_W);
    nn_copy(s->model->state_size, s->model->S, s->best_S);
}

static bool watch_target(const nn_session *s) {
    const nn_target *target = &s->options->training.target;
    double value = newest(s, s->target);
    return (target->at_least != NN_UNSET && value >= target->at_least) ||
           (target->at_most != NN_UNSET && value <= target->at_most);
}

bool nn_monitor_epoch(nn_session *s) {
    if (s->early.column >= 0) watch_early(s);
    if (s->target.column >= 0) s->state.target_reached |= watch_target(s);
    if (s->best.column < 0) return false;
    double value = newest(s, s->best);
    if (!better(s->best, value, s->state.best_value, 0)) return false;
    s->state.best_value = value;
    if (s->early.column < 0) s->state.best_epoch = s->state.epoch;
    return true;
}

/* A pure function of the state, so that a run which ended and is started again ends again. */
nn_ending nn_monitor_verdict(const nn_session *s) {
    const nn_training_options *training = &s->options->training;
    if (training->target.present && s->state.target_reached) return NN_TARGET;
    if (training->max_steps >= 0 && s->state.step >= training->max_steps) return NN_MAX_STEPS;
    if (s->state.epoch >= training->epochs) return NN_COMPLETED;
    if (training->early_stopping.present && s->state.epoch_step == 0 &&
        s->state.waited >= training->early_stopping.patience)
        return NN_EARLY;
    int64_t pause = s->options->pause_epoch;
    if (pause && s->state.epoch >= pause && s->state.epoch_step == 0) return NN_PAUSED;
    return NN_GOING;
}
