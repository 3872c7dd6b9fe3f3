/* Rank 0 reads and tells the others: with thousands of ranks one reader and a broadcast tree are
 * kinder to a parallel file system than as many readers of one file, and all ranks then have the
 * same bits by construction. */
#include <string.h>

#include "content.h"
#include "nnmpi/text.h"

/* Compares, and reads too if `read`. */
static nn_status look(nn_snapshot *snapshot, const char *path, bool read, nn_arena *arena) {
    nn_store *store;
    NN_TRY(nn_checkpoint_open(&store, path));
    nn_status status = nn_content_compare(store, snapshot);
    if (status == NN_OK && read) status = nn_content_read(store, snapshot, arena);
    nn_store_close(store);
    return status == NN_NO_INPUT ? NN_BAD_DATA : status; /* what is missing is damage */
}

nn_status nn_checkpoint_compare(nn_snapshot *snapshot, const char *path) {
    return look(snapshot, path, false, NULL);
}

static void share_numbers(nn_comm *comm, nn_real *numbers, int64_t n) {
    if (numbers) nn_comm_broadcast(comm, numbers, n * (int64_t)sizeof *numbers, 0);
}

static void share_doubles(nn_comm *comm, nn_arena *arena, double **values, int64_t n) {
    if (nn_comm_rank(comm) != 0) *values = n ? NN_NEW_ARRAY(arena, double, n) : NULL;
    if (n) nn_comm_broadcast(comm, *values, n * (int64_t)sizeof **values, 0);
}

/* The names travel as one text, each ended by a newline. */
static void share_columns(nn_comm *comm, nn_arena *arena, nn_state *state) {
    nn_buffer joined = {0};
    if (nn_comm_rank(comm) == 0)
        for (int i = 0; i < state->columns; i++)
            nn_buffer_add(&joined, "%s\n", state->column_name[i]);
    int64_t length = (int64_t)joined.length;
    nn_comm_broadcast(comm, &length, sizeof length, 0);
    char *text = nn_arena_alloc(arena, (size_t)length + 1);
    if (length && joined.text) memcpy(text, joined.text, (size_t)length);
    nn_buffer_free(&joined);
    nn_comm_broadcast(comm, text, length, 0);
    const char **name = NN_NEW_ARRAY(arena, const char *, state->columns);
    for (int i = 0; i < state->columns; i++) {
        name[i] = text;
        text = strchr(text, '\n');
        *text++ = '\0';
    }
    state->column_name = name;
}

static void share_state(nn_comm *comm, nn_arena *arena, nn_state *state) {
    nn_state told = *state;
    nn_comm_broadcast(comm, &told, sizeof told, 0);
    if (nn_comm_rank(comm) != 0) *state = told; /* its pointers are rank 0's, replaced below */
    share_doubles(comm, arena, &state->sums, state->n_sums);
    share_doubles(comm, arena, &state->history, state->rows * state->columns);
    share_columns(comm, arena, state);
}

nn_status nn_checkpoint_load(nn_snapshot *s, const char *path, nn_arena *arena, nn_comm *comm) {
    NN_TRY(nn_comm_agree(comm, nn_comm_rank(comm) == 0 ? look(s, path, true, arena) : NN_OK));
    const nn_model *m = s->model;
    share_numbers(comm, m->W, m->size);
    share_numbers(comm, m->S, m->state_size);
    for (int k = 0; k < s->n_slots; k++) share_numbers(comm, s->slot[k], m->size);
    share_numbers(comm, s->trained_W, m->size);
    share_numbers(comm, s->best_W, m->size);
    share_numbers(comm, s->best_S, m->state_size);
    nn_comm_broadcast(comm, s->fingerprint, sizeof s->fingerprint, 0);
    if (s->state) share_state(comm, arena, s->state);
    return NN_OK;
}
