/* What a rank asks of all: to stop, because of a signal or of the time, or to write a checkpoint.
 * It travels in the control word, so that all ranks answer at the same step. */
#include <math.h>

#include "nnmpi/job.h"
#include "nnmpi/log.h"
#include "session.h"

#define NN_TIME_RESERVE 30.0 /* seconds before the end of the job, beside two steps */

/* Once: a sweep has many runs. */
static void warn_of_no_end(void) {
    static bool said;
    const char *job = nn_job_variable();
    if (!job || said || !nn_log_speaks()) return;
    said = true;
    nn_warning("training.max_time is auto, but nothing tells when this job (%s) ends: no limit\n"
               "  export NNMPI_END_TIME, in seconds since 1970, in the job script: docs/cluster.md",
               job);
}

/* A program that trains by the library has the weights in its own hands. */
static void warn_of_no_checkpoint(const nn_session *s) {
    if (!s->options->checkpoint.present && !s->options->embedded)
        nn_warning("training.max_time may end this run, and then nothing is kept: there is no "
                   "section `checkpoint`");
}

void nn_train_begin(nn_session *s) {
    double limit = s->options->training.max_time;
    bool until_end = limit == NN_TIME_OF_JOB;
    s->started = s->checkpoint_time = s->asked = nn_clock();
    s->deadline = until_end ? nn_job_end() : INFINITY;
    if (until_end && isinf(s->deadline)) warn_of_no_end();
    if (limit >= 0 || !isinf(s->deadline)) warn_of_no_checkpoint(s);
}

/* A checkpoint or an evaluation between two steps counts as a part of them. */
static bool time_is_up(nn_session *s) {
    double now = nn_clock(), limit = s->options->training.max_time, step = now - s->asked;
    s->asked = now;
    if (step > s->longest_step) s->longest_step = step;
    if (limit >= 0) return now - s->started >= limit;
    return now >= s->deadline - NN_TIME_RESERVE - 2 * s->longest_step;
}

static bool save_is_due(nn_session *s) {
    const nn_checkpoint_options *checkpoint = &s->options->checkpoint;
    bool asked = nn_signals_take_save();
    if (asked && !checkpoint->present)
        nn_warning("USR2 asks for a checkpoint, but there is no section `checkpoint`");
    if (!checkpoint->present) return false;
    s->save_asked |= asked; /* until one is written: a step may compute several gradients */
    return s->save_asked || (nn_comm_rank(s->comm) == 0 && checkpoint->every.unit == NN_SECONDS &&
                             nn_clock() - s->checkpoint_time >= checkpoint->every.value);
}

void nn_train_requests(nn_session *s, double *control) {
    control[NN_CONTROL_SIGNAL] = nn_signals_pending() != 0;
    control[NN_CONTROL_TIME] = time_is_up(s);
    control[NN_CONTROL_SAVE] = save_is_due(s);
}
