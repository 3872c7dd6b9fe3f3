/* From the file into memory, on one rank. */
#include <string.h>

#include "content.h"

#define NN_RESTORED "/nnmpi/state/restored"

static nn_status read_tensor(void *context, const char *path, const nn_tensor *tensor,
                             nn_real *data) {
    return nn_store_read(context, path, NN_REAL_DTYPE, tensor->size, data);
}

nn_status nn_content_read(nn_store *store, nn_snapshot *s, nn_arena *arena) {
    nn_snapshot there = *s; /* with what the file has */
    if (!nn_store_is_group(store, "/nnmpi/state/best")) there.best_W = there.best_S = NULL;
    if (!nn_store_is_group(store, "/nnmpi/state/trained")) there.trained_W = NULL;
    const nn_model *m = s->model;
    int64_t restored = 0;
    if (s->state && nn_store_has(store, NN_RESTORED))
        NN_TRY(nn_store_read(store, NN_RESTORED, NN_I64, 1, &restored));
    if (restored && !s->best_W) there.best_W = m->W, there.best_S = m->S; /* read last: they stay */
    NN_TRY(nn_content_each(&there, read_tensor, store));
    if (s->trained_W && !there.trained_W)
        memcpy(s->trained_W, restored && s->best_W ? s->best_W : m->W,
               (size_t)m->size * sizeof(nn_real));
    if (s->best_W && !there.best_W) memcpy(s->best_W, m->W, (size_t)m->size * sizeof(nn_real));
    if (s->best_S && !there.best_S)
        memcpy(s->best_S, m->S, (size_t)m->state_size * sizeof(nn_real));
    NN_TRY(nn_store_read(store, "/nnmpi/data/fingerprints", NN_U64, NN_SPLITS, s->fingerprint));
    return s->state ? nn_content_read_state(store, s->state, arena) : NN_OK;
}
