/* Copies for training.on_nonfinite: the model's state before a step, which the step to be skipped
 * has spoiled; or all that a checkpoint holds, to come back to. */
#include <string.h>

#include "guard.h"
#include "session.h"

static bool rolls_back(const nn_session *s) {
    return s->options->training.on_nonfinite == NN_ON_ROLLBACK;
}

int64_t nn_guard_vectors(const nn_session *s) {
    const nn_early_stopping *early = &s->options->training.early_stopping;
    if (!rolls_back(s)) return 0;
    return 1 + s->n_slots + s->options->training.average.present +
           (early->present && early->restore_best);
}

static void add_vector(nn_session *s, nn_real *vector, int64_t size) {
    nn_guard *guard = &s->guard;
    if (!vector || size == 0) return;
    guard->vector[guard->n] = vector;
    guard->size[guard->n++] = size;
}

static nn_status open_copies(nn_session *s) {
    nn_guard *guard = &s->guard;
    const nn_model *m = s->model;
    int most = s->n_slots + 5;
    guard->vector = NN_NEW_ARRAY(s->arena, nn_real *, most);
    guard->copy = NN_NEW_ARRAY(s->arena, nn_real *, most);
    guard->size = NN_NEW_ARRAY(s->arena, int64_t, most);
    guard->state.sums = NN_NEW_ARRAY(s->arena, double, s->n_control);
    add_vector(s, m->W, m->size);
    add_vector(s, m->S, m->state_size);
    for (int k = 0; k < s->n_slots; k++) add_vector(s, s->slot[k], m->size);
    add_vector(s, s->average, m->size);
    add_vector(s, s->best_W, m->size);
    add_vector(s, s->best_S, m->state_size);
    for (int i = 0; i < guard->n; i++) {
        size_t bytes = (size_t)guard->size[i] * sizeof(nn_real);
        guard->copy[i] = nn_arena_alloc_untouched(s->arena, bytes);
        if (!guard->copy[i])
            return nn_error(NN_NO_MEMORY, "no memory for on_nonfinite: rollback: %s",
                            nn_text_bytes((double)bytes));
    }
    return NN_OK;
}

nn_status nn_guard_open(nn_session *s) {
    if (s->options->training.on_nonfinite == NN_ON_SKIP)
        s->guard.S = NN_NEW_ARRAY(s->arena, nn_real, s->model->state_size);
    return rolls_back(s) ? open_copies(s) : NN_OK;
}

void nn_guard_step(nn_session *s) {
    if (s->guard.S) nn_copy(s->model->state_size, s->model->S, s->guard.S);
}

/* What the two have in common but their sums and history, which only grows. */
static void copy_state(nn_session *s, const nn_state *from, nn_state *to) {
    double *sums = to->sums, *history = to->history;
    memcpy(sums, from->sums, (size_t)s->n_control * sizeof *sums);
    *to = *from;
    to->sums = sums;
    to->history = history;
}

void nn_guard_keep(nn_session *s) {
    nn_guard *guard = &s->guard;
    if (!rolls_back(s)) return;
    for (int i = 0; i < guard->n; i++) nn_copy(guard->size[i], guard->vector[i], guard->copy[i]);
    copy_state(s, &s->state, &guard->state);
    nn_runlog_keep(s->log);
}

void nn_guard_return(nn_session *s) {
    nn_guard *guard = &s->guard;
    double elapsed = s->state.elapsed;
    int64_t rollbacks = s->state.rollbacks;
    for (int i = 0; i < guard->n; i++) nn_copy(guard->size[i], guard->copy[i], guard->vector[i]);
    copy_state(s, &guard->state, &s->state);
    s->state.elapsed = elapsed; /* time does not come back, nor does the old rate */
    s->state.rollbacks = rollbacks;
    nn_runlog_return(s->log, &s->state);
}
