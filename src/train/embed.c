/* A run within another program: see nnmpi/embed.h. */
#include "nnmpi/embed.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/place.h"
#include "infer.h"
#include "session.h"

struct nn_embedded {
    nn_session session;
};

/* ---- open, train, close ---- */

static nn_embedded *new_run(nn_document *document, const nn_run_options *options, nn_comm *comm,
                            const nn_observer *observer) {
    nn_embedded *run = calloc(1, sizeof *run);
    nn_assert(run);
    run->session = nn_session_of(document, options, comm, observer);
    return run;
}

static nn_status open_run(nn_embedded **out, nn_document *document, const nn_run_options *options,
                          nn_comm *comm, const nn_observer *observer) {
    *out = new_run(document, options, comm, observer);
    NN_TRY(nn_session_open(&(*out)->session, 0));
    return nn_session_start(&(*out)->session);
}

static nn_status restore(nn_embedded **out, nn_document *document, const nn_run_options *options,
                         nn_comm *comm, const char *checkpoint) {
    *out = new_run(document, options, comm, NULL);
    return nn_session_infer_alone(&(*out)->session, checkpoint, INT64_MAX);
}

static nn_status train(nn_embedded *run) {
    nn_session *s = &run->session;
    nn_status status = nn_train_loop(s);
    nn_at(NN_AT_OTHER);
    return status;
}

static void close_run(nn_embedded *run) {
    if (!run) return;
    free(run->session.state.history);
    nn_session_close(&run->session);
    free(run);
}

/* ---- numbers ---- */

static int64_t epochs(const nn_embedded *run) {
    return run->session.state.epoch;
}

static double final_value(const nn_session *s, const char *name) {
    for (int i = 0; i < s->n_final; i++)
        if (strcmp(s->final[i].name, name) == 0) return s->final[i].value;
    return NAN;
}

/* One row an epoch, but a run that was resumed may have been told fewer. */
static double value(const nn_embedded *run, int64_t epoch, const char *name) {
    const nn_state *state = &run->session.state;
    if (epoch == 0) return final_value(&run->session, name);
    int64_t row = state->rows - (state->epoch - epoch) - 1;
    if (epoch < 1 || row < 0 || row >= state->rows) return NAN;
    for (int c = 0; c < state->columns; c++)
        if (strcmp(state->column_name[c], name) == 0)
            return state->history[row * state->columns + c];
    return NAN;
}

/* ---- predictions ---- */

static void output(const nn_embedded *run, nn_shape *shape) {
    *shape = run->session.model->output;
}

static nn_status check_rows(const nn_session *s, const nn_memory *rows) {
    char here[NN_SHAPE_TEXT_SIZE], there[NN_SHAPE_TEXT_SIZE];
    if (nn_shape_equal(&rows->sample, &s->model->input)) return NN_OK;
    return nn_error(NN_BAD_DATA, "memory: samples of shape %s; the model takes samples of shape %s",
                    nn_shape_text(&rows->sample, here, sizeof here),
                    nn_shape_text(&s->model->input, there, sizeof there));
}

/* A pass of at most so many samples at a time, as in evaluation. */
static void forward(nn_session *s, const nn_dataset *set, int64_t *sample, nn_real *x, nn_real *z,
                    double *out) {
    int64_t width = nn_shape_size(&s->model->output);
    for (int64_t at = 0; at < set->count; at += s->piece) {
        int64_t n = set->count - at < s->piece ? set->count - at : s->piece;
        for (int64_t i = 0; i < n; i++) sample[i] = at + i;
        nn_dataset_inputs(set, sample, n, x);
        nn_batch batch = {.n = n, .x = x, .sample = sample};
        nn_model_forward(s->model, &batch);
        nn_model_predict(s->model, n, z);
        for (int64_t i = 0; i < n * width; i++) out[at * width + i] = (double)z[i];
    }
}

static nn_status predict_rows(nn_session *s, const nn_memory *rows, nn_arena *arena, double *out) {
    const nn_dataset *set;
    const nn_id_rule *rule = nn_model_id_rules(s->model, arena);
    const nn_constants *constants = s->data ? nn_data_constants(s->data) : &s->about.constants;
    NN_TRY(nn_data_view(constants, s->options->data.scale, rows, arena, &set));
    if (rule) NN_TRY(nn_dataset_check_fetched_ids(set, (nn_share){0, rows->rows}, rule));
    int64_t inputs = nn_shape_size(&s->model->input), outputs = nn_shape_size(&s->model->output);
    int64_t *sample = NN_NEW_ARRAY(arena, int64_t, s->piece);
    nn_real *x = NN_NEW_ARRAY(arena, nn_real, s->piece * inputs);
    nn_real *z = NN_NEW_ARRAY(arena, nn_real, s->piece * outputs);
    forward(s, set, sample, x, z, out);
    return NN_OK;
}

/* With a moving average of the weights it is the average that predicts. */
static nn_status predict(nn_embedded *run, const nn_memory *rows, double *out) {
    nn_session *s = &run->session;
    if (rows->rows == 0) return NN_OK;
    NN_TRY(check_rows(s, rows));
    nn_arena *arena = nn_arena_create();
    nn_average_swap(s);
    nn_status status = predict_rows(s, rows, arena, out);
    nn_average_swap(s);
    nn_arena_destroy(arena);
    return status;
}

/* ---- weights ---- */

static int tensors(const nn_embedded *run) {
    return run->session.model->n_params + run->session.model->n_state;
}

static const nn_tensor *tensor_at(const nn_model *model, int i, const nn_real **values) {
    bool state = i >= model->n_params;
    const nn_tensor *t = state ? &model->state[i - model->n_params] : &model->param[i];
    *values = (state ? model->S : model->W) + t->offset;
    return t;
}

static nn_embedded_tensor tensor(const nn_embedded *run, int i) {
    const nn_real *values;
    const nn_tensor *t = tensor_at(run->session.model, i, &values);
    return (nn_embedded_tensor){
        .name = t->name, .shape = t->shape, .size = t->size, .trained = t->trainable};
}

static void copy(nn_embedded *run, int i, double *out) {
    nn_session *s = &run->session;
    const nn_real *values;
    nn_average_swap(s);
    const nn_tensor *t = tensor_at(s->model, i, &values);
    for (int64_t k = 0; k < t->size; k++) out[k] = (double)values[k];
    nn_average_swap(s);
}

static nn_status save(nn_embedded *run, const char *folder) {
    return nn_session_save_in(&run->session, folder);
}

#define nn_embedding_here NN_REAL_NAME(nn_embedding)
const nn_embedding nn_embedding_here = {.open = open_run,
                                        .restore = restore,
                                        .train = train,
                                        .predict = predict,
                                        .output = output,
                                        .epochs = epochs,
                                        .value = value,
                                        .tensors = tensors,
                                        .tensor = tensor,
                                        .copy = copy,
                                        .save = save,
                                        .close = close_run};
