/* What a trained model says of samples, into one file. Pieces of a fixed number of samples are
 * dealt to the ranks in turn; rank 0 writes them in order. So each piece has the same bits on any
 * number of ranks, and memory does not grow with the data. */
#include <string.h>

#include "nnmpi/file.h"
#include "nnmpi/place.h"
#include "nnmpi/store.h"
#include "infer.h"
#include "session.h"

/* The file and its data sets; on rank 0. */
typedef struct nn_outlet {
    nn_store *store;
    nn_store_rows *outputs, *classes;
} nn_outlet;

typedef struct nn_predictor {
    nn_session *s;
    nn_split split;
    const nn_dataset *set;
    const nn_id_rule *rule; /* of the inputs, or NULL */
    nn_outlet outlet;
    nn_real *z;       /* outputs of a piece */
    int32_t *decided; /* and the classes; NULL: they decide for none */
} nn_predictor;

/* ---- the file ---- */

static const char *outputs_name(const nn_session *s) {
    return s->model->loss->of_classes && nn_outputs_probabilities(s) ? "/probabilities"
                                                                     : "/outputs";
}

static nn_status name_classes(const nn_session *s, nn_store *store) {
    nn_texts names = s->about.class_names.n ? s->about.class_names : s->about.vocabulary;
    if (names.n != (s->width > 1 ? s->width : 2)) return NN_OK;
    return nn_store_write_texts(store, "/classes", "names", names.value, names.n);
}

static nn_status describe(const nn_predictor *p, const char *checkpoint) {
    nn_store *store = p->outlet.store;
    NN_TRY(nn_store_write_text(store, "/", "nnmpi_version", NNMPI_VERSION));
    NN_TRY(nn_store_write_text(store, "/", "checkpoint", checkpoint));
    NN_TRY(nn_store_write_text(store, "/", "data", p->set->file));
    NN_TRY(nn_store_write_text(store, "/", "inputs", p->set->inputs_name));
    return p->outlet.classes ? name_classes(p->s, store) : NN_OK;
}

/* The classes have the shape of the outputs without its last axis. */
static nn_status create(nn_predictor *p, const nn_predict_request *request) {
    nn_outlet *out = &p->outlet;
    const nn_session *s = p->s;
    NN_TRY(nn_file_may_write(request->out, request->force));
    NN_TRY(nn_store_create(&out->store, nn_arena_format(s->arena, "%s.tmp", request->out)));
    nn_shape output = s->model->output, classes = output;
    if (classes.rank > 0) classes.rank--;
    NN_TRY(nn_store_rows_create(&out->outputs, out->store, outputs_name(s), NN_REAL_DTYPE,
                                p->set->count, &output));
    if (p->decided)
        NN_TRY(nn_store_rows_create(&out->classes, out->store, "/classes", NN_I32, p->set->count,
                                    &classes));
    return describe(p, request->checkpoint);
}

static nn_status append(nn_predictor *p, int64_t n) {
    NN_TRY(nn_store_rows_append(p->outlet.outputs, n, p->z));
    return p->decided ? nn_store_rows_append(p->outlet.classes, n, p->decided) : NN_OK;
}

static nn_status finish(nn_outlet *out, const char *path, nn_status status) {
    if (!out->store) return status;
    nn_store_rows *rows[] = {out->outputs, out->classes};
    for (int i = 0; i < 2; i++) {
        if (status == NN_OK)
            status = nn_store_rows_close(rows[i]);
        else
            nn_store_rows_abandon(rows[i]);
    }
    return nn_store_publish(out->store, path, status);
}

/* ---- the passes ---- */

static nn_share piece_at(const nn_predictor *p, int64_t piece) {
    int64_t capacity = p->s->model->capacity, first = piece * capacity;
    int64_t left = p->set->count - first;
    return (nn_share){first, left <= 0 ? 0 : left < capacity ? left : capacity};
}

static nn_status fetch(nn_predictor *p, nn_share share) {
    nn_at(NN_AT_DATA);
    NN_TRY(nn_data_fetch(p->s->data, p->split, share));
    return p->rule ? nn_dataset_check_fetched_ids(p->set, share, p->rule) : NN_OK;
}

static void forward(nn_predictor *p, nn_share share) {
    nn_session *s = p->s;
    int64_t rows = share.count * s->positions;
    for (int64_t i = 0; i < share.count; i++) s->feed.sample[i] = share.first + i;
    nn_dataset_inputs(p->set, s->feed.sample, share.count, s->feed.x);
    nn_batch batch = {.n = share.count, .x = s->feed.x, .sample = s->feed.sample};
    nn_model_forward(s->model, &batch);
    nn_model_predict(s->model, share.count, p->z);
    for (int64_t i = 0; p->decided && i < rows; i++)
        p->decided[i] = (int32_t)nn_decision(s, p->z + i * s->width);
}

static void deliver(const nn_predictor *p, int64_t n, int from) {
    const nn_session *s = p->s;
    int64_t rows = n * s->positions;
    nn_comm_deliver(s->comm, p->z, rows * s->width * (int64_t)sizeof *p->z, from);
    if (p->decided) nn_comm_deliver(s->comm, p->decided, rows * (int64_t)sizeof *p->decided, from);
}

/* A piece for each rank; what fails, fails in writing it on rank 0. */
static nn_status round_of_pieces(nn_predictor *p, int64_t first) {
    int rank = nn_comm_rank(p->s->comm), ranks = nn_comm_size(p->s->comm);
    nn_share mine = piece_at(p, first + rank);
    if (mine.count) forward(p, mine);
    if (rank != 0) {
        if (mine.count) deliver(p, mine.count, rank);
        return NN_OK;
    }
    nn_status status = NN_OK;
    nn_at(NN_AT_WRITE);
    for (int from = 0; from < ranks; from++) {
        int64_t n = piece_at(p, first + from).count;
        if (n) deliver(p, n, from);
        if (n && status == NN_OK) status = append(p, n);
    }
    return status;
}

static nn_status predict_all(nn_predictor *p) {
    nn_comm *comm = p->s->comm;
    int64_t pieces = (p->set->count - 1) / p->s->model->capacity + 1;
    nn_status status = NN_OK;
    for (int64_t at = 0; at < pieces; at += nn_comm_size(comm)) {
        if (status == NN_OK) status = fetch(p, piece_at(p, at + nn_comm_rank(comm)));
        NN_TRY(nn_comm_agree(comm, status));
        status = round_of_pieces(p, at);
    }
    return status;
}

nn_status nn_use_predict(nn_session *s, const nn_predict_request *request) {
    NN_TRY(nn_session_infer(s, request->checkpoint, request->split));
    nn_predictor p = {.s = s,
                      .split = request->split,
                      .set = s->set[request->split],
                      .rule = nn_model_id_rules(s->model, s->arena)};
    int64_t rows = s->model->capacity * s->positions;
    p.z = NN_NEW_ARRAY(s->arena, nn_real, rows * s->width);
    if (nn_decides(s)) p.decided = NN_NEW_ARRAY(s->arena, int32_t, rows);
    nn_status status = NN_OK;
    if (nn_comm_rank(s->comm) == 0) status = create(&p, request);
    status = nn_comm_agree(s->comm, status);
    if (status == NN_OK) status = predict_all(&p);
    if (nn_comm_rank(s->comm) == 0) status = finish(&p.outlet, request->out, status);
    return nn_comm_agree(s->comm, status);
}
