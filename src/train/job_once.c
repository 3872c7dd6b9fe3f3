/* What the environment says of the job's end. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "session.h"

/* A number in the environment; NAN: none. */
static double number_in(const char *variable) {
    const char *text = getenv(variable);
    char *end;
    if (!text || !*text) return NAN;
    double value = strtod(text, &end);
    return *end == '\0' && isfinite(value) ? value : NAN;
}

double nn_job_end(void) {
    static const char *const variable[] = {"NNMPI_END_TIME", "SLURM_JOB_END_TIME"};
    for (int i = 0; i < 2; i++) { /* seconds since 1970 */
        double end = number_in(variable[i]);
        if (!isnan(end)) return nn_clock() + end - (double)time(NULL);
    }
    static double began = -1; /* of the first run of this process */
    if (began < 0) began = nn_clock();
    double wall = number_in("PBS_WALLTIME"); /* Torque: how long the job may be, of which we know */
    return isnan(wall) ? INFINITY : began + wall; /* only our part */
}
