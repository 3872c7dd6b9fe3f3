/* What a checkpoint says of itself, without its model. */
#include <stdlib.h>
#include <string.h>

#include "nnmpi/checkpoint.h"
#include "sums.h"

/* What is missing in a checkpoint is damage, not a wrong name. */
static nn_status close_after(nn_store *store, nn_status status) {
    nn_status closed = nn_store_close(store);
    if (status == NN_NO_INPUT) status = NN_BAD_DATA;
    return status != NN_OK ? status : closed;
}

nn_status nn_checkpoint_read_config(const char *path, char **config_yaml) {
    nn_store *store;
    *config_yaml = NULL;
    NN_TRY(nn_checkpoint_open(&store, path));
    return close_after(store, nn_store_read_text(store, "/nnmpi", "config_yaml", config_yaml));
}

static nn_status read_constants(nn_store *store, nn_arena *arena, nn_constants *constants) {
    nn_store_info info;
    if (!nn_store_has(store, "/nnmpi/data/shift")) return NN_OK;
    NN_TRY(nn_store_describe(store, "/nnmpi/data/shift", &info));
    if (info.rank != 1)
        return nn_error(NN_BAD_DATA, "%s: /nnmpi/data/shift: a vector was expected",
                        nn_store_file(store));
    int64_t n = info.dim[0];
    double *shift = NN_NEW_ARRAY(arena, double, n), *factor = NN_NEW_ARRAY(arena, double, n);
    NN_TRY(nn_store_read(store, "/nnmpi/data/shift", NN_F64, n, shift));
    NN_TRY(nn_store_read(store, "/nnmpi/data/factor", NN_F64, n, factor));
    *constants = (nn_constants){.n = n, .shift = shift, .factor = factor};
    return NN_OK;
}

nn_status nn_checkpoint_read_constants(const char *path, nn_arena *arena, nn_constants *constants) {
    nn_store *store;
    *constants = (nn_constants){0};
    NN_TRY(nn_checkpoint_open(&store, path));
    return close_after(store, read_constants(store, arena, constants));
}

static nn_status read_words(nn_store *store, const char *name, nn_arena *arena, nn_texts *texts) {
    const char *path = nn_arena_format(arena, "/nnmpi/data/%s", name);
    char **words;
    if (!nn_store_has(store, path)) return NN_OK;
    NN_TRY(nn_store_read_words(store, path, &words, &texts->n));
    const char **copy = NN_NEW_ARRAY(arena, const char *, texts->n);
    for (int i = 0; i < texts->n; i++) copy[i] = nn_arena_text(arena, words[i]);
    texts->value = copy;
    free(words);
    return NN_OK;
}

nn_status nn_checkpoint_read_words(const char *path, const char *name, nn_arena *arena,
                                   nn_texts *words) {
    nn_store *store;
    *words = (nn_texts){0};
    NN_TRY(nn_checkpoint_open(&store, path));
    return close_after(store, read_words(store, name, arena, words));
}
