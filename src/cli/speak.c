/* One process speaks: before MPI is started the launcher's environment says which. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/log.h"

static enum { BY_LAUNCHER, SPEAKER, SILENT } role;

static bool launcher_says_first(void) {
    static const char *const variables[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK",
                                            "SLURM_PROCID"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *rank = getenv(variables[i]);
        if (rank) return strcmp(rank, "0") == 0;
    }
    return true;
}

bool nn_cli_speaks(void) {
    return role == BY_LAUNCHER ? launcher_says_first() : role == SPEAKER;
}

/* A complaint about a configuration begins with the file's name, as a compiler's; any other with
 * ours. */
void nn_cli_report(nn_status status) {
    static bool reported;
    if (reported || status == NN_OK || !nn_cli_speaks()) return;
    reported = true;
    const char *message = nn_error_message();
    fflush(stdout);
    if (status != NN_BAD_CONFIG) fputs("nnmpi: ", stderr);
    fprintf(stderr, "%s\n", *message ? message : nn_status_text(status));
}

nn_status nn_cli_start(nn_comm **comm) {
    bool first = launcher_says_first(); /* before MPI of a lone process writes into environ */
    nn_status status = nn_comm_start(comm, NULL, NULL);
    if (status == NN_OK) first = nn_comm_rank(*comm) == 0;
    role = first ? SPEAKER : SILENT;
    nn_log_setup(nn_log_level(), first);
    return status;
}

nn_status nn_cli_finish(nn_comm *comm, nn_status status) {
    nn_cli_report(status);
    fflush(stdout);
    nn_comm_finish(comm);
    return status;
}
