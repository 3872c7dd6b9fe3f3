/* checkpoint_seed_tool FOLDER: the checkpoint that make_corpus.py gives to the fuzzer:
 * FOLDER/seed.h5 */
#include "checkpoint/example.c"

int main(int argc, char **argv) {
    nn_comm *comm;
    if (argc != 2 || nn_comm_start(&comm, &argc, &argv) != NN_OK) return 2;
    nn_checkpoint_options options = {.directory = argv[1]};
    example *e = example_create(example_small, 11, 1);
    if (nn_checkpoint_save(&e->snapshot, &options, "seed", true, comm) != NN_OK)
        nn_panic("%s", nn_error_message());
    example_destroy(e);
    nn_comm_finish(comm);
    return 0;
}
