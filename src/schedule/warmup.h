/* What every schedule's options begin with. */
#ifndef NNMPI_SCHEDULE_WARMUP_H
#define NNMPI_SCHEDULE_WARMUP_H

#include "nnmpi/schedule.h"

#include <math.h>

/* The head of a table of keys; nn_warmup is the first member of the structure. */
#define NN_WARMUP_KEYS                                                                             \
    {"warmup_epochs",                                                                              \
     NN_KEY_REAL,                                                                                  \
     offsetof(nn_warmup, epochs),                                                                  \
     .preset = "0",                                                                                \
     .min = 0,                                                                                     \
     .max = HUGE_VAL,                                                                              \
     .help = "epochs in which the rate rises from 0 to the full one"},                             \
    {                                                                                              \
        "warmup_steps", NN_KEY_INT, offsetof(nn_warmup, steps),                                    \
            .preset = "0", .min = 0, .max = INT64_MAX / 2,                                         \
            .help = "steps of the same, added to warmup_epochs"                                    \
    }
#define NN_FINAL_KEY(structure)                                                                    \
    {                                                                                              \
        "final", NN_KEY_REAL, offsetof(structure, final),                                          \
            .preset = "0", .min = 0, .max = HUGE_VAL, .help = "the learning rate at the end"       \
    }

/* Steps of the warm-up, and steps done since it ended (at least 0). */
double nn_warmup_length(const nn_warmup *warmup, const nn_progress *progress);
double nn_steps_after_warmup(const nn_warmup *warmup, const nn_progress *progress);

/* Epochs of the run done before this step. */
static inline double nn_epochs_done(const nn_progress *progress) {
    return (double)progress->step / (double)progress->steps_per_epoch;
}

#endif
