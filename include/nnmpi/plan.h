/* plan.json in the run folder: the plan of a run, for those who look at it later. Floor 5, of
 * train. */
#ifndef NNMPI_PLAN_H
#define NNMPI_PLAN_H

#include "nnmpi/arena.h"
#include "nnmpi/train.h"

/* NN_CANNOT_WRITE. */
nn_status nn_plan_write(const nn_run_plan *plan, const char *folder);
/* The plan that was written, from `arena`. NN_NO_INPUT: the folder has none. NN_BAD_DATA: it is
 * none, or its layers are no graph. */
nn_status nn_plan_read(nn_run_plan *plan, const char *folder, nn_arena *arena);

#endif
