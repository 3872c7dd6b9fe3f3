/* checkpoint_folder_tool FOLDER: verifies every checkpoint of a run folder and prints the step of
 * the newest one (0: there is none); exit code 1, with the reason, if one of them is not whole. */
#include <stdio.h>

#include "checkpoint/folder.h"
#include "nnmpi/checkpoint.h"

int main(int argc, char **argv) {
    nn_entry *entry;
    int n;
    int64_t newest = 0;
    if (argc != 2) return 2;
    nn_arena *arena = nn_arena_create();
    nn_status status = nn_folder_list(argv[1], arena, &entry, &n);
    for (int i = 0; i < n && status == NN_OK; i++) {
        status = nn_checkpoint_verify(entry[i].path);
    }
    nn_folder_sort(entry, n);
    if (n > 0 && entry[0].age.step > 0) newest = entry[0].age.step;
    if (status == NN_OK) printf("%lld\n", (long long)newest);
    if (status != NN_OK) fprintf(stderr, "%s\n", nn_error_message());
    nn_arena_destroy(arena);
    return status != NN_OK;
}
