/* Where a run begins: initial weights or a checkpoint. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "nnmpi/log.h"
#include "nnmpi/plan.h"
#include "session.h"

/* "training.loss" */
static nn_node *node_at(nn_document *document, const char *path) {
    nn_node *node = nn_document_root(document);
    while (node && *path) {
        char key[32];
        size_t n = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)n, path);
        node = nn_node_child(node, key);
        path += n + (path[n] == '.');
    }
    return node;
}

/* What makes of epoch_step a position in the order of samples, as it is from now on. */
static void set_order(nn_session *s) {
    s->state.batch_size = s->batch_size;
    s->state.samples = s->set[NN_TRAIN]->count;
    s->state.shuffle = s->options->data.shuffle;
}

static void begin_at_the_beginning(nn_session *s) {
    s->state.seed = s->options->seed;
    s->state.shards = s->options->training.shards;
    set_order(s);
    s->state.best_value = s->state.monitor_best = NAN;
    nn_model_initialize(s->model, (uint64_t)s->options->seed);
}

static nn_status take_initial_weights(nn_session *s) {
    const char *path = s->options->model.init_from;
    if (!path) return NN_OK;
    int found = 0;
    nn_status status = nn_checkpoint_load_weights(s->model, path, s->comm, &found);
    const nn_node *node = node_at(s->document, "model.init_from");
    if (status != NN_OK && node)
        nn_error_add(status, "\n  (%s)", nn_config_place(s->document, node));
    NN_TRY(status);
    nn_info("%d of %d weights from %s", found, s->model->n_params + s->model->n_state, path);
    return NN_OK;
}

/* The rows of the checkpoint's history under today's columns; what it does not have is NaN. */
static void adopt_history(nn_session *s, const nn_state *loaded) {
    nn_state *state = &s->state;
    state->rows = loaded->rows;
    state->history = malloc((size_t)(loaded->rows * state->columns + 1) * sizeof(double));
    nn_assert(state->history);
    for (int c = 0; c < state->columns; c++) {
        int from = -1;
        for (int k = 0; k < loaded->columns; k++)
            if (strcmp(loaded->column_name[k], state->column_name[c]) == 0) from = k;
        for (int64_t row = 0; row < loaded->rows; row++)
            state->history[row * state->columns + c] =
                from < 0 ? NAN : loaded->history[row * loaded->columns + from];
    }
}

static nn_status check_sums(const nn_session *s, const nn_state *loaded) {
    if (loaded->n_sums == s->n_control || loaded->epoch_step == 0) return NN_OK;
    return nn_error(NN_BAD_CONFIG,
                    "%s was written in mid-epoch with other training.metrics: give the same, or "
                    "resume from the end of an epoch",
                    s->resumed_from);
}

static nn_status other_order(const nn_session *s, const char *what, const char *then,
                             const char *now) {
    return nn_error(NN_BAD_CONFIG,
                    "%s was written in mid-epoch with %s %s, not %s: some samples would be seen "
                    "twice, others not at all; give the same, or resume from the end of an epoch",
                    s->resumed_from, what, then, now);
}

static const char *number(const nn_session *s, int64_t value) {
    return nn_arena_format(s->arena, "%lld", (long long)value);
}

/* In mid-epoch the next sample is a place in an order that must still be the same. */
static nn_status check_order(nn_session *s) {
    nn_state *then = &s->state;
    int64_t samples = s->set[NN_TRAIN]->count;
    bool shuffle = s->options->data.shuffle;
    if (then->batch_size <= 0 || then->epoch_step <= 0) return NN_OK;
    if (then->epoch_step > (then->samples - 1) / then->batch_size) { /* all of them were seen */
        then->epoch_step = s->steps_per_epoch;
        return NN_OK;
    }
    if (then->batch_size != s->batch_size)
        return other_order(s, "training.batch_size", number(s, then->batch_size),
                           number(s, s->batch_size));
    if (then->samples != samples)
        return other_order(s, "an epoch of",
                           nn_arena_format(s->arena, "%lld samples", (long long)then->samples),
                           number(s, samples));
    if (then->shuffle != shuffle)
        return other_order(s, "data.shuffle", shuffle ? "false" : "true",
                           shuffle ? "true" : "false");
    return NN_OK;
}

/* ---- what is not as it was: said, since it may be meant ---- */

/* Keys that make other numbers of the same data, or another goal. */
static const char *const lasting[] = {"data.scale",           "data.normalize", "data.target",
                                      "data.horizon",         "data.stride",    "training.loss",
                                      "training.class_weight"};

static void say_other_value(const nn_session *s, const char *path, const nn_node *then,
                            const nn_node *now) {
    bool plain = then && now && then->type == NN_NODE_SCALAR && now->type == NN_NODE_SCALAR;
    if (plain)
        nn_warning("%s is %s; %s was trained with %s", path, now->text, s->resumed_from,
                   then->text);
    else
        nn_warning("%s is not what %s was trained with", path, s->resumed_from);
}

/* NULL: it is not given. */
static const nn_node *given_at(nn_document *document, const char *path) {
    const nn_node *node = node_at(document, path);
    return node && nn_node_is_null(node) ? NULL : node;
}

/* config: of the checkpoint, as it was written: with all presets. Returns whether any differs. */
static bool say_other_values(const nn_session *s, const char *config) {
    nn_document *then = NULL;
    bool any = false;
    if (nn_document_parse(&then, config, strlen(config), s->resumed_from, NULL, 0) != NN_OK)
        nn_error_clear(); /* of another version, perhaps */
    for (size_t i = 0; then && i < sizeof lasting / sizeof *lasting; i++) {
        const nn_node *a = given_at(then, lasting[i]), *b = given_at(s->document, lasting[i]);
        if (nn_node_equal(a, b)) continue;
        say_other_value(s, lasting[i], a, b);
        any = true;
    }
    nn_document_destroy(then);
    return any;
}

/* On rank 0. Other windows of the same data are other data too: one word is enough. */
static void say_what_changed(const nn_session *s, const nn_checkpoint_about *then) {
    if (say_other_values(s, then->config_yaml)) return;
    for (int i = 0; i < NN_SPLITS; i++)
        if (then->fingerprint[i] && s->set[i] && then->fingerprint[i] != s->set[i]->fingerprint)
            nn_warning("data.%s is not what %s was trained with", nn_split_name[i],
                       s->resumed_from);
}

/* ---- going on ---- */

/* What can be done about a checkpoint of another experiment. */
static nn_status advise(const nn_session *s, nn_status status) {
    const char *resume = s->options->checkpoint.resume;
    bool named = strcmp(resume, "auto") != 0 && strcmp(resume, "required") != 0;
    return nn_error_add(status,
                        "\n  give the same, %s or checkpoint.resume: never; model.init_from: %s "
                        "takes over the weights alone",
                        named ? "another checkpoint" : "another checkpoint.directory",
                        s->resumed_from);
}

/* The counts of the checkpoint; NN_BAD_CONFIG if they are those of another experiment. */
static nn_status adopt_state(nn_session *s, const nn_state *loaded) {
    nn_state *state = &s->state;
#define NN_ADOPT(name) state->name = loaded->name;
    NN_STATE_LIST(NN_ADOPT, NN_ADOPT)
#undef NN_ADOPT
    if (state->seed != s->options->seed)
        return advise(s, nn_error(NN_BAD_CONFIG, "%s was trained with seed %lld, not %lld",
                                  s->resumed_from, (long long)state->seed,
                                  (long long)s->options->seed));
    if (state->shards != s->options->training.shards)
        return advise(s, nn_error(NN_BAD_CONFIG,
                                  "%s was trained with training.shards %lld, not %lld (0: none)",
                                  s->resumed_from, (long long)state->shards,
                                  (long long)s->options->training.shards));
    NN_TRY(check_sums(s, loaded));
    NN_TRY(check_order(s));
    if (state->epoch < 0 || state->epoch_step < 0 || state->epoch_step > s->steps_per_epoch ||
        state->step < 0)
        return nn_error(NN_BAD_CONFIG,
                        "%s stopped in step %lld of its epoch, but an epoch has %lld steps here: "
                        "batch_size or data differ",
                        s->resumed_from, (long long)state->epoch_step,
                        (long long)s->steps_per_epoch);
    set_order(s);
    return NN_OK;
}

/* What the checkpoint says of itself, on rank 0. */
static nn_status read_about(const nn_session *s, nn_checkpoint_about *about) {
    return nn_checkpoint_read_about(s->resumed_from, false, s->arena, about);
}

static nn_status resume(nn_session *s) {
    nn_state loaded = {0};
    nn_checkpoint_about about;
    nn_snapshot snapshot = nn_session_snapshot(s, &loaded);
    nn_status status = nn_checkpoint_load(&snapshot, s->resumed_from, s->arena, s->comm);
    NN_TRY(status == NN_BAD_CONFIG ? advise(s, status) : status);
    nn_average_swap(s);
    if (nn_comm_rank(s->comm) == 0) status = read_about(s, &about);
    NN_TRY(nn_comm_agree(s->comm, status));
    if (nn_comm_rank(s->comm) == 0) say_what_changed(s, &about);
    NN_TRY(adopt_state(s, &loaded));
    adopt_history(s, &loaded);
    s->checkpoint_step = s->state.step;
    s->checkpoint = s->resumed_from;
    if (s->state.restored && s->best_W) nn_best_swap(s);
    s->state.restored = false;
    if (loaded.n_sums == s->n_control)
        memcpy(s->state.sums, loaded.sums, (size_t)s->n_control * sizeof *s->state.sums);
    return NN_OK;
}

/* The checkpoint that the options mean, NULL if none. */
static nn_status find(nn_session *s) {
    const nn_checkpoint_options *options = &s->options->checkpoint;
    const nn_node *resume = node_at(s->document, "checkpoint.resume");
    nn_status status =
        nn_checkpoint_find(options, options->directory, s->arena, s->comm, &s->resumed_from);
    if (status == NN_NO_INPUT && resume && !resume->is_default)
        nn_error_add(status, "\n  (%s)", nn_config_place(s->document, resume));
    return status;
}

/* ---- what it would be, without memory for it ---- */

static nn_status rehearse_resume(nn_session *s) {
    nn_state unused = {0};
    nn_checkpoint_about about;
    nn_snapshot snapshot = nn_session_snapshot(s, &unused);
    nn_status status = nn_checkpoint_compare(&snapshot, s->resumed_from);
    NN_TRY(status == NN_BAD_CONFIG ? advise(s, status) : status);
    NN_TRY(read_about(s, &about));
    say_what_changed(s, &about);
    NN_TRY(adopt_state(s, &about.state));
    bool ended = nn_monitor_verdict(s) != NN_GOING;
    nn_info("training would go on from %s: epoch %lld, step %lld%s", s->resumed_from,
            (long long)s->state.epoch, (long long)s->state.step,
            ended ? "; nothing would be left to do" : "");
    return NN_OK;
}

/* Memory for the weights alone. */
static nn_status rehearse_weights(nn_session *s) {
    nn_model *m = s->model;
    if (!s->options->model.init_from) return NN_OK;
    m->W = nn_arena_alloc_untouched(s->arena, (size_t)m->size * sizeof(nn_real));
    m->S = nn_arena_alloc_untouched(s->arena, (size_t)m->state_size * sizeof(nn_real));
    nn_status status = m->W && m->S ? NN_OK : nn_error(NN_NO_MEMORY, "no memory for the weights");
    NN_TRY(nn_comm_agree(s->comm, status));
    return take_initial_weights(s);
}

nn_status nn_session_rehearse(nn_session *s) {
    const nn_checkpoint_options *checkpoint = &s->options->checkpoint;
    if (checkpoint->present && checkpoint->directory) NN_TRY(find(s));
    if (!s->resumed_from) return rehearse_weights(s);
    return nn_comm_agree(s->comm, nn_comm_rank(s->comm) == 0 ? rehearse_resume(s) : NN_OK);
}

/* ---- the beginning ---- */

static nn_status open_log(nn_session *s) {
    if (!s->folder || nn_comm_rank(s->comm) != 0) return NN_OK;
    return nn_runlog_open(&s->log, &s->options->log, s->folder, &s->state, s->config_yaml);
}

static nn_status write_plan(nn_session *s) {
    if (!s->folder || nn_comm_rank(s->comm) != 0) return NN_OK;
    s->began = (double)time(NULL);
    unlink(nn_arena_format(s->arena, "%s/summary.json", s->folder)); /* it has not ended */
    nn_run_plan plan = nn_session_plan(s, 0);
    return nn_plan_write(&plan, s->folder);
}

/* Two names may mean one folder, which cannot be locked twice. */
static nn_status take_folders(nn_session *s, const char *checkpoints) {
    struct stat a, b;
    if (s->folder) NN_TRY(nn_checkpoint_folder(s->folder, s->comm));
    if (s->folder) NN_TRY(nn_checkpoint_hold(s->folder, s->comm, &s->lock[0]));
    if (!checkpoints || strcmp(checkpoints, s->folder) == 0) return NN_OK;
    NN_TRY(nn_checkpoint_folder(checkpoints, s->comm));
    int64_t apart = stat(s->folder, &a) != 0 || stat(checkpoints, &b) != 0 ||
                    a.st_dev != b.st_dev || a.st_ino != b.st_ino;
    nn_comm_broadcast(s->comm, &apart, sizeof apart, 0);
    return apart ? nn_checkpoint_hold(checkpoints, s->comm, &s->lock[1]) : NN_OK;
}

nn_status nn_session_start(nn_session *s) {
    const nn_checkpoint_options *checkpoint = &s->options->checkpoint;
    bool keeps = checkpoint->present && checkpoint->directory;
    s->folder = s->options->log.directory ? s->options->log.directory
                : keeps                   ? checkpoint->directory
                                          : NULL;
    nn_buffer yaml = {0};
    nn_document_write(s->document, &yaml);
    s->config_yaml = nn_arena_text(s->arena, yaml.text ? yaml.text : "");
    nn_buffer_free(&yaml);
    s->newest = nn_no_age;
    NN_TRY(take_folders(s, keeps ? checkpoint->directory : NULL));
    if (keeps) {
        nn_checkpoint_sweep(checkpoint->directory, s->comm);
        NN_TRY(find(s));
    }
    begin_at_the_beginning(s);
    NN_TRY(s->resumed_from ? resume(s) : take_initial_weights(s));
    if (!s->resumed_from) nn_average_begin(s);
    nn_status status = open_log(s);
    if (status == NN_OK) status = write_plan(s);
    return nn_comm_agree(s->comm, status);
}
