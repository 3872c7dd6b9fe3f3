/* The run folder's files for people and programs: metrics.csv, metrics.jsonl, steps.csv,
 * norms.jsonl, config.yaml, summary.json, and TensorBoard's. Rank 0 only. */
#ifndef NNMPI_TRAIN_RUNLOG_H
#define NNMPI_TRAIN_RUNLOG_H

#include "nnmpi/train.h"

typedef struct nn_runlog nn_runlog;

/* Opens the files in `folder` and writes the epochs that `state` already has (a resumed run).
 * NN_CANNOT_WRITE. */
nn_status nn_runlog_open(nn_runlog **log, const nn_log_options *options, const char *folder,
                         const nn_state *state, const char *config_yaml);
void nn_runlog_epoch(nn_runlog *log, const nn_state *state); /* the last row of the history */
void nn_runlog_step(nn_runlog *log, int64_t step, double loss);
/* What there is of a layer at the end of an epoch: |W_j| and |grad_Wj L|. */
typedef struct nn_norm {
    const char *layer;
    double weights, gradient;
} nn_norm;
/* Called before nn_runlog_epoch. */
void nn_runlog_norms(nn_runlog *log, const nn_state *state, const nn_norm *norm, int n);
/* The state of now is one to come back to; back to it: what was written since is taken out of the
 * files, which needs no room. NULL is allowed. */
void nn_runlog_keep(nn_runlog *log);
void nn_runlog_return(nn_runlog *log, const nn_state *state);
void nn_runlog_flush(nn_runlog *log); /* what was written so far reaches the files */
void nn_runlog_finish(nn_runlog *log, const nn_run_plan *plan, const nn_outcome *outcome);
void nn_runlog_close(nn_runlog *log); /* NULL is allowed */

#endif
