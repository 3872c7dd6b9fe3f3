/* Learning-rate schedules: pure functions of progress, so that a resumed run has the same rates.
 * Floor 2; not compiled twice.
 * Each is one file in src/schedule and one line in schedules.def. */
#ifndef NNMPI_SCHEDULE_H
#define NNMPI_SCHEDULE_H

#include "nnmpi/config.h"

/* The number that a schedule watches, at the end of each epoch before this step, the first ones
 * first: value[0], value[stride], ... */
typedef struct nn_watched {
    int64_t epochs, stride;
    const double *value;
    bool lower_is_better;
} nn_watched;

typedef struct nn_progress {
    int64_t step; /* steps done before this one */
    int64_t steps_per_epoch;
    int64_t total_steps; /* the upper bound of the run */
    nn_watched watched;
} nn_progress;

/* Every schedule's options begin with this one: a linear rise from 0 over the first steps. */
typedef struct nn_warmup {
    double epochs;
    int64_t steps;
} nn_warmup;

typedef struct nn_schedule {
    nn_kind kind;
    /* alpha after the warm-up; `done` in [0,1]: the part of the steps after the warm-up. */
    double (*rate)(const void *options, double base, double done, const nn_progress *progress);
    /* The name of the number it watches (validation_loss, ...); NULL: it watches none. */
    const char *(*monitor)(const void *options);
} nn_schedule;

extern const nn_kind *const nn_schedule_kinds[];
/* What the chosen schedule watches; NULL: nothing. */
const char *nn_schedule_monitor(const nn_typed *schedule);
/* alpha for the step; a schedule that is absent (kind NULL) is constant. */
double nn_schedule_rate(const nn_typed *schedule, double base, const nn_progress *progress);

#endif
