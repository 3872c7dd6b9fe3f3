/* How a run is kept. */
#include <stdio.h>

#include "nnmpi/log.h"
#include "session.h"

nn_snapshot nn_session_snapshot(nn_session *s, nn_state *state) {
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
    nn_snapshot snapshot = nn_session_snapshot(s, &s->state);
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
    nn_snapshot snapshot = nn_session_snapshot(s, &s->state);
    nn_average_swap(s);
    nn_status status = nn_checkpoint_save(&snapshot, &options, name, false, s->comm);
    nn_average_swap(s);
    return status;
}
