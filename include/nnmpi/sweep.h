/* Many trainings of one configuration with other values, in one MPI job. Floor 5. */
#ifndef NNMPI_SWEEP_H
#define NNMPI_SWEEP_H

#include "nnmpi/train.h"

#define NN_MAX_TRIALS 10000
#define NN_MAX_RUNGS 16

typedef enum nn_sweep_method { NN_SWEEP_GRID, NN_SWEEP_RANDOM, NN_SWEEP_HALVING } nn_sweep_method;
extern const char *const nn_sweep_methods[]; /* "grid", "random", "halving", NULL */

/* A key whose values differ between trials. */
typedef struct nn_swept {
    const char *key, *given; /* given: all of its values, as the user wrote them */
    int n;
    const char *const *value; /* YAML */
    bool range, whole,
        linear; /* low to high instead: whole numbers, evenly (else their logarithm) */
    double low, high;
} nn_swept;

/* What came of a trial. Plain bytes: ranks send it to each other. */
typedef struct nn_trial {
    int32_t number, status; /* nn_status; NN_OK with how "" for one that has not begun */
    int32_t rungs;          /* it has done, */
    int32_t finished;       /* and will not go on */
    int64_t epochs, steps;
    double seconds;             /* of training, all parts */
    double value[NN_MAX_RUNGS]; /* the monitored number at the end of each rung; NaN: none */
    char how[24], why[400];     /* as nn_outcome's; how "bad_config" ...: it never began */
} nn_trial;
double nn_trial_value(const nn_trial *trial); /* the last one, NaN if there is none */
bool nn_trial_failed(const nn_trial *trial);

typedef struct nn_sweep_request {
    const char *file;
    const char *text; /* of the file, the same on all ranks */
    size_t length;
    const char *const *set; /* --set: KEY=VALUE, KEY=VALUE,VALUE..., KEY=LOW..HIGH */
    int n_set;
    int method, trials;           /* trials: 0: not said */
    int eta, first;               /* halving: first: epochs of the first rung, 0: by eta */
    int ranks;                    /* of a trial; 0: as they come out even */
    const char *monitor, *folder; /* NULL: not said */
} nn_sweep_request;

/* All that is known of a sweep, for those who show it. */
typedef struct nn_sweep {
    const nn_sweep_request *request;
    nn_arena *arena;
    const char *folder, *monitor;
    bool lower_is_better, report; /* report: log.report */
    int n_keys, n_trials, n_rungs;
    nn_swept *key;
    const char **text; /* [n_trials][n_keys] */
    nn_trial *trial;
    int64_t budget[NN_MAX_RUNGS];              /* epochs of each rung; 0: all there are */
    int rung, in_rung, groups, ranks_of_group; /* now; of the first group, the largest */
    int done;                                  /* trials of this rung */
    bool stopped;
    char definition[24]; /* what makes the sweep what it is, as a number: a folder knows its own */
    double seconds;
    int *order; /* trials, the best first */
} nn_sweep;
static inline const char *nn_sweep_text(const nn_sweep *sweep, int trial, int key) {
    return sweep->text[(size_t)trial * (size_t)sweep->n_keys + (size_t)key];
}
int nn_sweep_best(const nn_sweep *sweep);    /* the trial, -1: none ended with a number */
const char *nn_sweep_folder_name(int trial); /* "trial_003", in a static buffer */

/* Calls on rank 0 only. */
typedef struct nn_sweep_observer {
    void *context;
    void (*rung)(void *context, const nn_sweep *sweep); /* one begins */
    void (*epoch)(void *context, const nn_sweep *sweep, int trial, int64_t epoch, double value);
    void (*trial)(void *context, const nn_sweep *sweep, int trial); /* it has ended */
    void (*end)(void *context, const nn_sweep *sweep);
} nn_sweep_observer;

/* Reads what is to be swept, checks it, trains all trials and tells the observer. NN_USAGE,
 * NN_BAD_CONFIG ... before anything begins; NN_STOPPED: the same command goes on; NN_OK if a trial
 * was trained. *folder is by malloc, NULL if nothing was begun; *report as log.report.
 * Collective. */
nn_status nn_sweep_run(nn_comm *comm, const nn_sweep_request *request,
                       const nn_sweep_observer *observer, char **folder, bool *report);

#endif
