/* The variables of the environment that the program and its job scripts read: `nnmpi help
 * environment` and nnmpi(1). */
#include "topics.h"

const nn_variable nn_variables[] = {
    {"NNMPI_SINGLE", "1: one rank is wanted, though the launcher has started more processes"},
    {"NNMPI_END_TIME", "when the job ends, in seconds since 1970: for training.max_time: auto"},
    {"SLURM_JOB_END_TIME", "the same as Slurm says it, where NNMPI_END_TIME is not set"},
    {"PBS_WALLTIME", "how many seconds the job may take, as Torque says it, where neither is set"},
    {"NNMPI_GEMM", "blas: all products of matrices by OpenBLAS, also where there is AVX-512"},
    {"NNMPI_RANKS_PER_NODE",
     "K: each K ranks of a host act as a node, to try on one host what several nodes do"},
    {"NNMPI", "job scripts (`nnmpi slurm`, scripts/slurm): the program that they start"},
    {"NNMPI_RESTARTS",
     "job scripts: how often at most a job is put back into the queue; without it 10 times"},
    {"NO_COLOR", "no colours, if it is set and not empty"},
    {0}};

void nn_explain_environment(nn_buffer *out) {
    for (const nn_variable *v = nn_variables; v->name; v++)
        nn_buffer_add(out, "  %-22s  %s\n", v->name, v->help);
}
