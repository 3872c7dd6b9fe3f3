/* The parts of a sweep. Private to src/sweep. */
#ifndef NNMPI_SWEEP_INSIDE_H
#define NNMPI_SWEEP_INSIDE_H

#include "nnmpi/sweep.h"

/* ---- values.c: --set ---- */

/* Divides --set into swept keys (request->set with one value are for all trials: *common, by the
 * arena). NN_USAGE. */
nn_status nn_sweep_keys(nn_sweep *sweep, const char ***common, int *n_common);

/* ---- trials.c ---- */

/* Makes the trials and their values. NN_USAGE. */
nn_status nn_sweep_trials(nn_sweep *sweep, uint64_t seed);

/* ---- halving.c ---- */

/* The rungs for `epochs` in all. NN_USAGE. */
nn_status nn_sweep_rungs(nn_sweep *sweep, int64_t epochs);
/* Sorts sweep->order: trials that did more rungs first, of these the best; failed ones last. */
void nn_sweep_sort(nn_sweep *sweep);
/* The trials that take part in this rung, into `trial`; how many. */
int nn_sweep_in_rung(const nn_sweep *sweep, int rung, int *trial);

/* ---- groups.c: who trains what ---- */

typedef struct nn_groups {
    int n;     /* groups */
    int mine;  /* -1: this rank has nothing to do */
    int *lead; /* first rank of each */
    int most;  /* ranks of the largest */
} nn_groups;
/* `each`: ranks of a group, 0: as they come out even, but `most` (0: no bound). */
nn_groups nn_groups_of(nn_arena *arena, int ranks, int rank, int trials, int each, int64_t most);

/* ---- run.c ---- */

/* What a trial needs beside the sweep. */
typedef struct nn_sweep_job {
    nn_comm *comm; /* of all ranks */
    nn_sweep *sweep;
    const nn_sweep_observer *observer;
    const char **common; /* --set of all trials */
    int n_common;
    int threads;              /* of this rank */
    int64_t most;             /* training.shards, the least; 0: none */
    double began;             /* nn_sweep_clock */
    double max_time;          /* seconds of this start; below 0: no bound that we know */
    nn_checkpoint_lock *lock; /* of the sweep's folder */
} nn_sweep_job;
double nn_sweep_clock(void);

/* The configuration of a trial. Destroy the document though the status is a failure. While the
 * sweep has no folder the trial's is what the file says. */
nn_status nn_trial_config(const nn_sweep_job *job, int trial, nn_document **document,
                          nn_run_options *run);
/* The same as YAML, without what may differ between two starts of one sweep; by malloc. */
nn_status nn_trial_yaml(const nn_sweep_job *job, int trial, nn_buffer *yaml);
/* Trains a trial on the ranks of `group` up to the epochs of this rung; `hook` is called by its
 * rank 0 after each step and with a value after each epoch. Collective over the group. */
typedef struct nn_trial_hook {
    void *context;
    void (*step)(void *context);
    void (*epoch)(void *context, int64_t epoch, double value);
} nn_trial_hook;
nn_trial nn_trial_run(const nn_sweep_job *job, nn_comm *group, int trial,
                      const nn_trial_hook *hook);
/* How a trial ended that did not begin; the message kept is taken away. */
void nn_trial_fail(nn_trial *trial, nn_status status);

/* ---- round.c ---- */

/* Trains the trials of a rung that have not done it. Collective. */
void nn_sweep_round(nn_sweep_job *job);

/* ---- file.c: sweep.json, sweep.csv ---- */

/* sweep->definition, from its trials and the configuration of one. */
void nn_sweep_define(nn_sweep *sweep, const char *config_yaml);
/* Takes over what an earlier start did, if there was one. NN_USAGE: another sweep was there. */
nn_status nn_sweep_read(nn_sweep *sweep);
nn_status nn_sweep_write(const nn_sweep *sweep); /* both files */

#endif
