/* nnmpi: train neural networks with MPI. The program is src/cli; a run is src/train. */
#include "cli/cli.h"

int main(int argc, char **argv) {
    return nn_cli_main(argc, argv);
}
