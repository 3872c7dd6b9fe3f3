/* weights_tool FOLDER: a line "PATH HASH" for each array of weights and of the state (but elapsed
 * times) in FOLDER/latest.h5, for scripts that compare runs bit for bit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/hash.h"
#include "nnmpi/store.h"

static nn_status show(void *context, nn_store *store, const char *path, bool is_group) {
    bool timing = strstr(path, "elapsed") || strstr(path, "history");
    bool wanted = strncmp(path, "/model_weights", 14) == 0 ||
                  strncmp(path, "/nnmpi/state", 12) == 0 || strncmp(path, "/nnmpi/data", 11) == 0;
    if (is_group || timing || !wanted) return NN_OK;
    nn_store_info info;
    NN_TRY(nn_store_describe(store, path, &info));
    int64_t elements = 1;
    for (int i = 0; i < info.rank; i++) elements *= info.dim[i];
    size_t bytes = (size_t)(elements * nn_dtype_size(info.dtype));
    void *data = calloc(1, bytes + 1);
    nn_status status = nn_store_read(store, path, info.dtype, elements, data);
    printf("%s %016llx\n", path, (unsigned long long)nn_hash(data, bytes));
    free(data);
    return status;
}

int main(int argc, char **argv) {
    char file[4096];
    if (argc != 2) return 2;
    snprintf(file, sizeof file, "%s/latest.h5", argv[1]);
    nn_store *store;
    nn_status status = nn_store_open(&store, file);
    if (status == NN_OK) status = nn_store_walk(store, "/", show, NULL);
    if (status == NN_OK) status = nn_store_close(store);
    if (status != NN_OK) fprintf(stderr, "%s\n", nn_error_message());
    return status;
}
