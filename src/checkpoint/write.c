/* /nnmpi: what Keras does not know. */
#include "content.h"

static nn_status write_tensor(void *writer, const char *path, const nn_tensor *tensor,
                              nn_real *data) {
    return nn_writer_data(writer, path, NN_REAL_DTYPE, tensor->shape.rank, tensor->shape.dim, data);
}

static nn_status write_state(nn_writer *w, const nn_state *state) {
#define WRITE_INT(name)                                                                            \
    NN_TRY(nn_writer_data(w, "/nnmpi/state/" #name, NN_I64, 0, NULL, &state->name));
#define WRITE_REAL(name)                                                                           \
    NN_TRY(nn_writer_data(w, "/nnmpi/state/" #name, NN_F64, 0, NULL, &state->name));
    NN_STATE_LIST(WRITE_INT, WRITE_REAL)
#undef WRITE_INT
#undef WRITE_REAL
    int64_t sums = state->n_sums, history[2] = {state->rows, state->columns};
    if (sums > 0) NN_TRY(nn_writer_data(w, "/nnmpi/state/sums", NN_F64, 1, &sums, state->sums));
    if (state->columns == 0) return NN_OK;
    NN_TRY(nn_writer_data(w, "/nnmpi/state/history", NN_F64, 2, history, state->history));
    return nn_writer_texts(w, "/nnmpi/state", "history_columns", state->column_name,
                           state->columns);
}

static nn_status write_data(nn_writer *w, const nn_snapshot *s) {
    const nn_constants *c = s->constants;
    int64_t splits = NN_SPLITS;
    if (c && c->n > 0) {
        NN_TRY(nn_writer_data(w, "/nnmpi/data/shift", NN_F64, 1, &c->n, c->shift));
        NN_TRY(nn_writer_data(w, "/nnmpi/data/factor", NN_F64, 1, &c->n, c->factor));
    }
    if (s->vocabulary.n)
        NN_TRY(nn_writer_words(w, "/nnmpi/data/vocabulary", s->vocabulary.value, s->vocabulary.n));
    if (s->class_names.n)
        NN_TRY(
            nn_writer_words(w, "/nnmpi/data/class_names", s->class_names.value, s->class_names.n));
    return nn_writer_data(w, "/nnmpi/data/fingerprints", NN_U64, 1, &splits, s->fingerprint);
}

static nn_status write_run(nn_writer *w, const nn_snapshot *s) {
    NN_TRY(nn_store_group(w->store, "/nnmpi"));
    NN_TRY(nn_store_write_int(w->store, "/nnmpi", "format_version", NN_FORMAT_VERSION));
    NN_TRY(nn_writer_text(w, "/nnmpi", "nnmpi_version", NNMPI_VERSION));
    NN_TRY(nn_writer_text(w, "/nnmpi", "precision", NN_REAL_WORD));
    NN_TRY(nn_writer_text(w, "/nnmpi", "config_yaml", s->config_yaml ? s->config_yaml : ""));
    NN_TRY(nn_store_group(w->store, "/nnmpi/state/optimizer"));
    if (s->optimizer)
        NN_TRY(nn_writer_text(w, "/nnmpi/state/optimizer", "type", s->optimizer->kind.name));
    if (s->state) NN_TRY(write_state(w, s->state));
    return write_data(w, s);
}

nn_status nn_content_write(nn_store *store, const nn_snapshot *snapshot, int64_t generation) {
    nn_writer writer = {.store = store};
    NN_TRY(nn_content_write_keras(&writer, snapshot));
    NN_TRY(write_run(&writer, snapshot));
    NN_TRY(nn_store_write_int(store, "/nnmpi", "generation", generation));
    NN_TRY(nn_content_each(snapshot, write_tensor, &writer));
    return nn_writer_finish(&writer);
}
