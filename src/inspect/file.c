/* One file. */
#include <stdio.h>

#include "inside.h"
#include "nnmpi/checkpoint.h"

static nn_status inspect(nn_store *store, const nn_inspect_options *options) {
    if (nn_is_checkpoint(store)) return nn_about_print(store, options);
    if (options->config)
        return nn_error(NN_BAD_DATA, "%s: only checkpoints have a configuration",
                        nn_store_file(store));
    nn_tree tree = {.arena = nn_arena_create(), .options = options};
    printf("%s\n", nn_store_file(store));
    nn_status status = nn_tree_print(&tree, store, "/");
    if (status == NN_OK) nn_proposal_print(&tree, store);
    nn_tree_free(&tree);
    nn_arena_destroy(tree.arena);
    return status;
}

nn_status nn_inspect_file(const char *given, const nn_inspect_options *options) {
    nn_arena *arena = nn_arena_create();
    nn_store *store = NULL;
    const char *file;
    nn_status status = nn_checkpoint_locate(given, options->best, arena, &file);
    if (status == NN_OK) file = nn_checkpoint_follow(file, arena);
    if (status == NN_OK) status = nn_store_open(&store, file);
    if (status == NN_OK) status = inspect(store, options);
    nn_store_close(store);
    nn_arena_destroy(arena);
    return status;
}
