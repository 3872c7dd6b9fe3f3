/* Whether a batch queue has started this process. Floor 0. */
#ifndef NNMPI_JOB_H
#define NNMPI_JOB_H

/* The variable of the environment that says that this process is in a batch job; NULL: none. */
const char *nn_job_variable(void);

#endif
