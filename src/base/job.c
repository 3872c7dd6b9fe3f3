#include "nnmpi/job.h"

#include <stdlib.h>

const char *nn_job_variable(void) {
    static const char *const variable[] = {"SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID"};
    for (int i = 0; i < 3; i++) {
        const char *job = getenv(variable[i]);
        if (job && *job) return variable[i];
    }
    return NULL;
}
