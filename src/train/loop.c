/* The training loop: epochs of steps until something ends the run. */
#include <math.h>
#include <stdlib.h>

#include "nnmpi/place.h"
#include "guard.h"
#include "session.h"

/* Loss and metrics of a control word, with a prefix, as named numbers. */
static int add_values(const nn_session *s, nn_value *value, int n, nn_split split,
                      const double *control) {
    int column = split == NN_VALIDATION ? 3 + s->n_gauges : 2; /* see name_columns in monitor.c */
    bool named = split != NN_TEST;
    value[n++] =
        (nn_value){named ? s->state.column_name[column] : "test_loss", nn_control_loss(control)};
    for (int g = 0; g < s->n_gauges; g++) {
        const nn_gauge *gauge = &s->gauge[g];
        const char *name = named ? s->state.column_name[column + 1 + g]
                                 : nn_arena_format(s->arena, "test_%s", gauge->name);
        value[n++] =
            (nn_value){name, gauge->metric->value(gauge->options, s->width, control + gauge->at)};
    }
    return n;
}

static nn_tick tick_of(const nn_session *s, const nn_value *value, int n) {
    double now = nn_clock(), seconds = now - s->epoch_started;
    return (nn_tick){.epoch = s->state.epoch + (s->state.epoch_step > 0),
                     .epochs = s->options->training.epochs,
                     .epoch_step = s->state.epoch_step,
                     .steps_per_epoch = s->steps_per_epoch,
                     .step = s->state.step,
                     .n_values = n,
                     .value = value,
                     .samples_per_second = seconds > 0 ? (double)s->epoch_samples / seconds : 0,
                     .elapsed = now - s->started,
                     .epoch_elapsed = seconds};
}

static void tell_step(nn_session *s) {
    s->epoch_samples += (int64_t)s->control[NN_CONTROL_SAMPLES];
    s->stepped = true;
    nn_runlog_step(s->log, s->state.step, nn_control_loss(s->control));
    if (nn_comm_rank(s->comm) != 0 || !s->observer || !s->observer->step) return;
    nn_value value[1 + NN_MAX_METRICS];
    int n = add_values(s, value, 0, NN_TRAIN, s->state.sums);
    nn_tick tick = tick_of(s, value, n);
    s->observer->step(s->observer->context, &tick);
}

static double *new_row(nn_state *state) {
    state->history = realloc(state->history,
                             (size_t)((state->rows + 1) * state->columns) * sizeof *state->history);
    nn_assert(state->history);
    return state->history + state->rows++ * state->columns;
}

/* One row of the history, in the order of the columns. */
static void record_epoch(nn_session *s, const nn_tick *tick) {
    double *row = new_row(&s->state);
    int c = 0;
    row[c++] = (double)s->state.epoch;
    row[c++] = (double)s->state.step;
    for (int i = 0; i < tick->n_values; i++) row[c++] = tick->value[i].value;
    row[c++] = nn_learning_rate(s, s->state.step - 1); /* of the last step */
    row[c++] = tick->samples_per_second;
    row[c++] = s->state.elapsed + nn_clock() - s->checkpoint_time;
    nn_assert(c == s->state.columns);
}

static bool due(const nn_session *s, int unit, double progress) {
    nn_interval every = s->options->checkpoint.every;
    return s->options->checkpoint.present && (int)every.unit == unit &&
           fmod(progress, every.value) == 0;
}

/* A checkpoint, and a state to come back to, of weights that are finite. */
static nn_ending keep(nn_session *s, bool best) {
    nn_at(NN_AT_CHECKPOINT);
    if (!nn_replicas_agree(s)) return NN_REPLICAS_DIFFER;
    if (!nn_train_is_sound(s)) return nn_train_unsound(s);
    if (nn_session_save(s, best) != NN_OK) return NN_WRITE_FAILED;
    if (s->checkpoint_step == s->state.step) nn_guard_keep(s);
    nn_at(NN_AT_OTHER);
    return NN_GOING;
}

static nn_ending end_epoch(nn_session *s) {
    nn_value value[2 * (1 + NN_MAX_METRICS)];
    s->state.epoch++;
    s->state.epoch_step = 0;
    int n = add_values(s, value, 0, NN_TRAIN, s->state.sums);
    nn_tick tick = tick_of(s, value, n); /* the rate is of training alone */
    nn_norms_epoch(s);
    nn_average_swap(s);
    if (s->set[NN_VALIDATION]) {
        nn_evaluate(s, s->set[NN_VALIDATION], s->control, NULL);
        tick.n_values = add_values(s, value, n, NN_VALIDATION, s->control);
    }
    record_epoch(s, &tick);
    for (int i = 0; i < s->n_control; i++) s->state.sums[i] = 0;
    nn_runlog_epoch(s->log, &s->state);
    bool best = nn_monitor_epoch(s);
    nn_average_swap(s);
    if (nn_comm_rank(s->comm) == 0 && s->observer && s->observer->epoch)
        s->observer->epoch(s->observer->context, &tick);
    nn_ending ending = NN_GOING;
    if (best || due(s, NN_EPOCHS, (double)s->state.epoch)) ending = keep(s, best);
    return ending == NN_GOING ? nn_monitor_verdict(s) : ending;
}

static nn_ending run_epoch(nn_session *s) {
    nn_sampler order =
        nn_sampler_of((uint64_t)s->options->seed, NN_RANDOM_ORDER, (uint64_t)s->state.epoch,
                      s->set[NN_TRAIN]->count, s->options->data.shuffle);
    s->epoch_started = nn_clock();
    s->epoch_samples = 0;
    while (s->state.epoch_step < s->steps_per_epoch) {
        if (s->profiler) nn_profiler_step(s->profiler);
        nn_at_step(s->state.step + 1);
        nn_ending ending = s->optimizer->search ? nn_train_search(s) : nn_train_step(s, &order);
        nn_profile_lap(s, NN_PHASE_STEP);
        if (ending == NN_NOT_FINITE || ending == NN_CONVERGED || ending == NN_ROLLED_BACK)
            return ending;
        nn_at(NN_AT_OTHER);
        tell_step(s);
        if (ending != NN_GOING) return ending;
        int64_t check = s->options->training.replica_check;
        if (check && s->state.step % check == 0 && !nn_replicas_agree(s)) return NN_REPLICAS_DIFFER;
        if (due(s, NN_STEPS, (double)s->state.step) || s->control[NN_CONTROL_SAVE] > 0)
            ending = keep(s, false);
        if (ending != NN_GOING) return ending;
        bool last = s->state.epoch_step == s->steps_per_epoch; /* the epoch is ended first */
        if (!last && nn_monitor_verdict(s) == NN_MAX_STEPS) return NN_MAX_STEPS;
    }
    return end_epoch(s);
}

/* Stopped, but not to go on from here. A program that trains by the library has the weights. */
static bool is_lost(const nn_session *s, nn_status status) {
    return status == NN_STOPPED && !s->options->checkpoint.present && !s->options->embedded;
}

static bool regular(nn_ending ending) {
    return ending == NN_COMPLETED || ending == NN_EARLY || ending == NN_TARGET ||
           ending == NN_CONVERGED || ending == NN_MAX_STEPS;
}

/* The same command given again after the end. */
static const char *nothing_left(const nn_session *s, nn_ending ending, const char *why) {
    const char *more = ending == NN_COMPLETED   ? "a larger training.epochs goes on, "
                       : ending == NN_MAX_STEPS ? "a larger training.max_steps goes on, "
                                                : "";
    return nn_arena_format(
        s->arena, "%s; nothing was left to do: %scheckpoint.resume=never begins anew", why, more);
}

static nn_outcome describe(nn_session *s, nn_ending ending) {
    static const struct {
        const char *how, *why;
        nn_status status;
    } table[] = {
        [NN_COMPLETED] = {"completed", "all epochs are done", NN_OK},
        [NN_EARLY] = {"early_stopping", "the monitored number no longer improved", NN_OK},
        [NN_TARGET] = {"target", "the target was reached", NN_OK},
        [NN_CONVERGED] = {"converged", "the optimizer found no better point to go to", NN_OK},
        [NN_MAX_STEPS] = {"max_steps", "all of training.max_steps were done", NN_OK},
        [NN_MAX_TIME] = {"max_time", "max_time was up", NN_STOPPED},
        [NN_SIGNAL] = {"signal", "a signal asked to stop", NN_STOPPED},
        [NN_PAUSED] = {"paused", "the epochs that it was given are done", NN_STOPPED},
        [NN_NOT_FINITE] = {"not_finite", "", NN_FAILED},
        [NN_WRITE_FAILED] = {"write_failed", "a checkpoint could not be written", NN_IO},
        [NN_REPLICAS_DIFFER] = {"replicas_differ", "", NN_INTERNAL},
    };
    nn_outcome outcome = {
        .status = table[ending].status, .how = table[ending].how, .why = table[ending].why};
    if (ending == NN_NOT_FINITE) outcome.why = s->not_finite;
    if (ending == NN_REPLICAS_DIFFER) outcome.why = s->differs;
    if (is_lost(s, outcome.status))
        outcome.why = nn_arena_format(
            s->arena, "%s; nothing was kept: there is no section `checkpoint`", outcome.why);
    const nn_target *target = &s->options->training.target;
    if (outcome.status == NN_OK && target->present && target->required &&
        !s->state.target_reached) {
        outcome.status = NN_FAILED;
        outcome.how = "target_missed";
        outcome.why = nn_arena_format(
            s->arena, "%s, but %s did not reach the required %s %g", table[ending].why,
            target->monitor, target->at_least != NN_UNSET ? "at least" : "at most",
            target->at_least != NN_UNSET ? target->at_least : target->at_most);
    }
    bool idle = regular(ending) && s->resumed_from && !s->stepped;
    if (idle && !s->options->in_sweep) /* which begins its trials when it wants to */
        outcome.why = nothing_left(s, ending, outcome.why);
    return outcome;
}

static bool ends_with_best(const nn_session *s, nn_ending ending) {
    return regular(ending) && s->best_W && s->state.best_epoch > 0;
}

/* The last checkpoint: of the best weights where they are asked for. Those of the end are in it
 * too: a run that goes on from here is the one that never ended. */
static nn_status keep_result(nn_session *s, nn_ending ending) {
    bool restore = ends_with_best(s, ending);
    if (restore) nn_best_swap(s);
    bool fresh = s->checkpoint_step == s->state.step && !restore;
    if (!s->options->checkpoint.present || fresh || ending == NN_NOT_FINITE ||
        ending == NN_WRITE_FAILED || ending == NN_REPLICAS_DIFFER)
        return NN_OK;
    return nn_session_save_last(s);
}

static int add_evaluated(nn_session *s, nn_value *value, int n, nn_split split) {
    nn_average_swap(s);
    nn_evaluate(s, s->set[split], s->control, NULL);
    nn_average_swap(s);
    return add_values(s, value, n, split, s->control);
}

/* Of the last epoch, or of the one whose weights are kept; after an ending in mid-epoch, which has
 * no row, of the weights as they are. */
static int final_values(nn_session *s, nn_ending ending, nn_value *value) {
    int n = 0;
    bool restored = ends_with_best(s, ending);
    if (restored || (s->state.rows > 0 && s->state.epoch_step == 0)) {
        int64_t best = restored ? s->state.best_epoch : s->state.rows;
        const double *row = s->state.history + (best - 1) * s->state.columns;
        for (int c = 2; c < s->state.columns - 3; c++)
            value[n++] = (nn_value){s->state.column_name[c], row[c]};
    } else {
        if (s->state.sums[NN_CONTROL_ROWS] > 0)
            n = add_values(s, value, n, NN_TRAIN, s->state.sums);
        if (regular(ending) && s->set[NN_VALIDATION]) n = add_evaluated(s, value, n, NN_VALIDATION);
    }
    if (regular(ending) && s->set[NN_TEST]) n = add_evaluated(s, value, n, NN_TEST);
    return n;
}

static double samples_of_all_parts(const nn_session *s) {
    return (double)s->state.epoch * (double)s->set[NN_TRAIN]->count +
           s->state.sums[NN_CONTROL_SAMPLES];
}

/* What may help against numbers that are not finite, and is not asked for yet. */
static void advise(const nn_session *s, nn_status status) {
    const nn_training_options *training = &s->options->training;
    bool search = s->optimizer->search != NULL;
    bool clips = search || training->clip_norm > 0 || training->clip_value > 0;
    bool answers = search || training->on_nonfinite != NN_ON_STOP;
    nn_error_add(status, "\n  a smaller learning_rate%s%s may help",
                 clips     ? ""
                 : answers ? " or training.clip_norm"
                           : ", training.clip_norm",
                 answers ? "" : " or training.on_nonfinite: skip or rollback");
}

static nn_status finish(nn_session *s, nn_ending ending) {
    nn_value *value = NN_NEW_ARRAY(s->arena, nn_value, 3 * (1 + NN_MAX_METRICS));
    nn_at(NN_AT_END);
    nn_status saved = keep_result(s, ending);
    nn_outcome outcome = describe(s, ending);
    if (saved != NN_OK) outcome = describe(s, NN_WRITE_FAILED), outcome.status = saved;
    bool lost = saved != NN_OK || ending == NN_WRITE_FAILED;
    if (lost) outcome.why = nn_arena_text(s->arena, nn_error_message());
    outcome.n_values = final_values(s, ending, value);
    s->final = outcome.value = value;
    s->n_final = outcome.n_values;
    outcome.epochs = s->state.epoch;
    outcome.steps = s->state.step;
    outcome.best_epoch = s->state.best_epoch;
    nn_session_count_time(s);
    outcome.seconds = s->state.elapsed;
    outcome.samples_per_second =
        outcome.seconds > 0 ? samples_of_all_parts(s) / outcome.seconds : 0;
    outcome.folder = s->folder;
    outcome.checkpoint = s->checkpoint;
    outcome.profile = nn_profile_close(s);
    outcome.failed = lost || outcome.status == NN_FAILED || outcome.status == NN_INTERNAL ||
                     is_lost(s, outcome.status);
    if (nn_comm_rank(s->comm) == 0) {
        nn_run_plan plan = nn_session_plan(s, 0);
        nn_runlog_finish(s->log, &plan, &outcome);
        if (s->observer && s->observer->end) s->observer->end(s->observer->context, &outcome);
    }
    if (outcome.failed) nn_error(outcome.status, "%s", outcome.why);
    if (outcome.failed && ending == NN_NOT_FINITE) advise(s, outcome.status);
    return outcome.status;
}

static bool goes_on(nn_ending ending) {
    return ending == NN_GOING || ending == NN_ROLLED_BACK;
}

/* Weights that the last step has made infinite are no result. */
static nn_ending run_epochs(nn_session *s) {
    nn_ending ending = nn_monitor_verdict(s);
    do {
        while (goes_on(ending)) ending = run_epoch(s);
        if (ending == NN_NOT_FINITE || ending == NN_WRITE_FAILED || ending == NN_REPLICAS_DIFFER)
            return ending;
        if (!nn_replicas_agree(s)) return NN_REPLICAS_DIFFER;
        if (!nn_train_is_sound(s)) ending = nn_train_unsound(s);
    } while (goes_on(ending));
    return ending;
}

nn_status nn_train_loop(nn_session *s) {
    if (s->profiler) nn_profiler_begin(s->profiler, s->comm);
    nn_train_begin(s);
    nn_guard_keep(s);
    return finish(s, run_epochs(s));
}
