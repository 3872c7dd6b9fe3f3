/* A step whose loss or gradient is not finite, or that has left weights which are not: every rank
 * knows of it, and all do the same. */
#include <math.h>

#include "nnmpi/log.h"
#include "guard.h"
#include "session.h"

bool nn_train_is_sound(const nn_session *s) {
    const nn_model *m = s->model;
    bool sound = nn_all_finite(m->size, m->W) && nn_all_finite(m->state_size, m->S) &&
                 (!s->average || nn_all_finite(m->size, s->average));
    for (int k = 0; k < s->n_slots; k++) sound = sound && nn_all_finite(m->size, s->slot[k]);
    return sound;
}

/* Not a word of what the step was is counted; what it asks for is. */
static nn_ending skip(nn_session *s, const char *what) {
    nn_copy(s->model->state_size, s->guard.S, s->model->S);
    for (int i = 0; i < s->n_control; i++)
        if (i < NN_CONTROL_SIGNAL || i >= NN_CONTROL_METRICS) s->control[i] = 0;
    s->control[NN_CONTROL_LOSS] = NAN;
    s->control[NN_CONTROL_ROWS] = 1;
    s->state.skipped++;
    s->state.skipped_in_a_row++;
    nn_warning("%s\n  the step is skipped (%lld so far)", what, (long long)s->state.skipped);
    return nn_train_advance(s);
}

static nn_ending roll_back(nn_session *s, const char *what) {
    s->state.rollbacks++;
    nn_guard_return(s);
    nn_warning("%s\n  back to step %lld; the learning rate is multiplied by %g", what,
               (long long)s->state.step,
               pow(s->options->training.rollback_factor, (double)s->state.rollbacks));
    return NN_ROLLED_BACK;
}

static nn_ending answer(nn_session *s, const char *what, bool can_skip) {
    const nn_training_options *training = &s->options->training;
    bool skips = training->on_nonfinite == NN_ON_SKIP && can_skip;
    bool returns = training->on_nonfinite == NN_ON_ROLLBACK;
    if (skips && s->state.skipped_in_a_row < training->nonfinite_limit) return skip(s, what);
    if (returns && s->state.rollbacks < training->nonfinite_limit) return roll_back(s, what);
    const char *limit = skips     ? nn_arena_format(s->arena, "; %lld steps in a row were skipped",
                                                    (long long)s->state.skipped_in_a_row)
                        : returns ? nn_arena_format(s->arena, " after %lld rollbacks",
                                                    (long long)s->state.rollbacks)
                                  : "";
    s->not_finite = nn_arena_format(s->arena, "%s%s; no checkpoint has such numbers", what, limit);
    return NN_NOT_FINITE;
}

nn_ending nn_train_lost(nn_session *s, const nn_sampler *order, nn_share share) {
    long long step = (long long)s->state.step + 1, epoch = (long long)s->state.epoch + 1;
    nn_arena *arena = nn_arena_create(); /* there may be many such steps */
    const char *found = nn_suspect_find(s, order, share, arena);
    const char *what = nn_arena_format(
        arena, "the loss or its gradient is not finite in step %lld (epoch %lld): %s", step, epoch,
        found);
    nn_ending ending = answer(s, what, true);
    nn_arena_destroy(arena);
    return ending;
}

nn_ending nn_train_unsound(nn_session *s) {
    const char *tensor = "the optimizer's or the model's state";
    for (int i = s->model->n_params - 1; i >= 0; i--)
        if (!nn_all_finite(s->model->param[i].size, s->model->W + s->model->param[i].offset))
            tensor = s->model->param[i].name;
    return answer(s,
                  nn_arena_format(s->arena, "%s is not finite after step %lld", tensor,
                                  (long long)s->state.step),
                  false);
}
