/* Where a run begins (initial weights or a checkpoint) and how it is kept. */
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

/* With a moving average: between two swaps, so that the model's weights are the average. */
static nn_snapshot take(nn_session *s, nn_state *state) {
    nn_snapshot snapshot = {.model = s->model,
                            .model_name = s->options->name,
                            .optimizer = s->optimizer,
                            .optimizer_options = s->options->training.optimizer.options,
                            .n_slots = s->n_slots,
                            .trained_W = s->average,
                            .best_W = s->best_W,
                            .best_S = s->best_S,
                            .state = state,
                            .constants = nn_data_constants(s->data),
                            .vocabulary = nn_data_vocabulary(s->data),
                            .class_names = nn_data_class_names(s->data),
                            .config_yaml = s->config_yaml,
                            .loss = s->model->loss->kind.name};
    for (int k = 0; k < s->n_slots; k++) snapshot.slot[k] = s->slot[k];
    for (int i = 0; i < NN_SPLITS; i++)
        snapshot.fingerprint[i] = s->set[i] ? s->set[i]->fingerprint : 0;
    return snapshot;
}

/* Restored weights have a name of their own where best.h5 may point to those of the end. */
static void name_file(const nn_session *s, char *name, size_t size) {
    bool apart = s->state.restored && s->best.column >= 0;
    snprintf(name, size, "step_%010lld%s", (long long)s->state.step, apart ? "_restored" : "");
}

void nn_session_count_time(nn_session *s) {
    double now = nn_clock();
    s->state.elapsed += now - s->checkpoint_time;
    s->checkpoint_time = now;
}

static nn_status save(nn_session *s, bool best) {
    char name[64];
    nn_profile_lap(s, NN_PHASE_OTHER);
    name_file(s, name, sizeof name);
    nn_session_count_time(s);
    s->save_asked = false;
    nn_runlog_flush(s->log); /* a run that goes on from here finds the steps before it */
    nn_snapshot snapshot = take(s, &s->state);
    snapshot.newest = &s->newest;
    nn_average_swap(s);
    nn_status status = nn_checkpoint_save(&snapshot, &s->options->checkpoint, name, best, s->comm);
    nn_average_swap(s);
    nn_profile_lap(s, NN_PHASE_CHECKPOINT);
    if (status != NN_OK) return status;
    s->checkpoint = nn_arena_format(s->arena, "%s/%s.h5", s->options->checkpoint.directory, name);
    s->checkpoint_step = s->state.step;
    return NN_OK;
}

nn_status nn_session_save(nn_session *s, bool best) {
    nn_status status = save(s, best);
    if (status == NN_OK || s->options->checkpoint.required) return status;
    nn_warning("%s\n  training goes on; the next checkpoint is tried when it is due",
               nn_error_message());
    nn_error_clear();
    return NN_OK;
}

nn_status nn_session_save_last(nn_session *s) {
    return save(s, false);
}

nn_status nn_session_save_in(nn_session *s, const char *folder) {
    char name[64];
    name_file(s, name, sizeof name);
    nn_checkpoint_options options = s->options->checkpoint;
    options.directory = folder;
    options.keep = 0; /* what else is there is not of this run */
    NN_TRY(nn_checkpoint_folder(folder, s->comm));
    nn_snapshot snapshot = take(s, &s->state);
    nn_average_swap(s);
    nn_status status = nn_checkpoint_save(&snapshot, &options, name, false, s->comm);
    nn_average_swap(s);
    return status;
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
    NN_TRY(nn_checkpoint_load_weights(s->model, path, s->comm, &found));
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

static nn_status adopt_sums(nn_session *s, const nn_state *loaded) {
    if (loaded->n_sums == s->n_control)
        memcpy(s->state.sums, loaded->sums, (size_t)s->n_control * sizeof *s->state.sums);
    else if (loaded->epoch_step > 0)
        return nn_error(
            NN_BAD_CONFIG,
            "%s was written in mid-epoch with other training.metrics: give the same, or "
            "resume from the end of an epoch",
            s->resumed_from);
    return NN_OK;
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

static void say_what_changed(const nn_session *s, const nn_snapshot *loaded) {
    for (int i = 0; i < NN_SPLITS; i++)
        if (loaded->fingerprint[i] && s->set[i] && loaded->fingerprint[i] != s->set[i]->fingerprint)
            nn_warning("data.%s is not what %s was trained with", nn_split_name[i],
                       s->resumed_from);
}

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

static nn_status resume(nn_session *s) {
    nn_state loaded = {0};
    nn_snapshot snapshot = take(s, &loaded);
    for (int i = 0; i < NN_SPLITS; i++) snapshot.fingerprint[i] = 0;
    nn_status status = nn_checkpoint_load(&snapshot, s->resumed_from, s->arena, s->comm);
    NN_TRY(status == NN_BAD_CONFIG ? advise(s, status) : status);
    nn_average_swap(s);
    say_what_changed(s, &snapshot);
    nn_state *state = &s->state;
#define NN_ADOPT(name) state->name = loaded.name;
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
    NN_TRY(check_order(s));
    if (state->epoch < 0 || state->epoch_step < 0 || state->epoch_step > s->steps_per_epoch ||
        state->step < 0)
        return nn_error(NN_BAD_CONFIG,
                        "%s stopped in step %lld of its epoch, but an epoch has %lld steps here: "
                        "batch_size or data differ",
                        s->resumed_from, (long long)state->epoch_step,
                        (long long)s->steps_per_epoch);
    set_order(s);
    adopt_history(s, &loaded);
    s->checkpoint_step = state->step;
    s->checkpoint = s->resumed_from;
    if (state->restored && s->best_W) nn_best_swap(s);
    state->restored = false;
    return adopt_sums(s, &loaded);
}

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
        NN_TRY(nn_checkpoint_find(checkpoint, checkpoint->directory, s->arena, s->comm,
                                  &s->resumed_from));
    }
    begin_at_the_beginning(s);
    NN_TRY(s->resumed_from ? resume(s) : take_initial_weights(s));
    if (!s->resumed_from) nn_average_begin(s);
    nn_status status = open_log(s);
    if (status == NN_OK) status = write_plan(s);
    return nn_comm_agree(s->comm, status);
}
