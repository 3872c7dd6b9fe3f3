/* /nnmpi/state: where a run is, and its history. */
#include <stdlib.h>

#include "content.h"

static nn_status read_history(nn_store *store, nn_state *state, nn_arena *arena) {
    nn_store_info info;
    char **names;
    int n;
    if (!nn_store_has(store, "/nnmpi/state/history")) return NN_OK;
    NN_TRY(nn_store_describe(store, "/nnmpi/state/history", &info));
    NN_TRY(nn_store_read_texts(store, "/nnmpi/state", "history_columns", &names, &n));
    const char **copy = NN_NEW_ARRAY(arena, const char *, n);
    for (int i = 0; i < n; i++) copy[i] = nn_arena_text(arena, names[i]);
    free(names);
    if (info.rank != 2 || info.dim[1] != n)
        return nn_error(NN_BAD_DATA, "%s: /nnmpi/state/history: its shape does not fit its columns",
                        nn_store_file(store));
    state->rows = info.dim[0];
    state->columns = n;
    state->column_name = copy;
    state->history = NN_NEW_ARRAY(arena, double, state->rows *n);
    return nn_store_read(store, "/nnmpi/state/history", NN_F64, state->rows * n, state->history);
}

static nn_status read_sums(nn_store *store, nn_state *state, nn_arena *arena) {
    nn_store_info info;
    if (!nn_store_has(store, "/nnmpi/state/sums")) return NN_OK;
    NN_TRY(nn_store_describe(store, "/nnmpi/state/sums", &info));
    if (info.rank != 1 || info.dim[0] > INT32_MAX)
        return nn_error(NN_BAD_DATA, "%s: /nnmpi/state/sums: a vector was expected",
                        nn_store_file(store));
    state->n_sums = (int)info.dim[0];
    state->sums = NN_NEW_ARRAY(arena, double, state->n_sums);
    return nn_store_read(store, "/nnmpi/state/sums", NN_F64, state->n_sums, state->sums);
}

/* A number that files of an earlier version do not have is 0; what was removed from a file is
 * missed by its checksums. */
static nn_status read_number(nn_store *store, const char *path, nn_dtype dtype, void *number) {
    return nn_store_has(store, path) ? nn_store_read(store, path, dtype, 1, number) : NN_OK;
}

nn_status nn_content_read_state(nn_store *store, nn_state *state, nn_arena *arena) {
    *state = (nn_state){0};
#define READ_INT(name) NN_TRY(read_number(store, "/nnmpi/state/" #name, NN_I64, &state->name));
#define READ_REAL(name) NN_TRY(read_number(store, "/nnmpi/state/" #name, NN_F64, &state->name));
    NN_STATE_LIST(READ_INT, READ_REAL)
#undef READ_INT
#undef READ_REAL
    NN_TRY(read_sums(store, state, arena));
    return read_history(store, state, arena);
}
