/* nnmpi version: ours, and of everything it runs with. */
#include "cli.h"

#include <stdio.h>

#include "nnmpi/config.h"
#include "nnmpi/store.h"
#include "nnmpi/tensor.h"

static nn_status run(const nn_words *arguments) {
    if (!nn_cli_speaks()) return NN_OK;
    printf("nnmpi " NNMPI_VERSION "\n");
    printf("%s\n%s\n%s\n%s\n", nn_comm_version(), nn_store_version(), nn_blas_text(),
           nn_config_version());
    return NN_OK;
}

const nn_command nn_command_version = {
    .name = "version",
    .arguments = "",
    .help = "versions of nnmpi, MPI, HDF5, BLAS with its kernel, and libfyaml",
    .run = run,
};
