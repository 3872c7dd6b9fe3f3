/* The run folder's files for people and programs: metrics.csv, metrics.jsonl, steps.csv,
 * config.yaml, summary.json. Rank 0 only. */
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
void nn_runlog_finish(nn_runlog *log, const nn_run_plan *plan, const nn_outcome *outcome);
void nn_runlog_close(nn_runlog *log); /* NULL is allowed */

#endif
