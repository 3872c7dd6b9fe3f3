/* The engine of one precision: a session opened, run and closed. */
#include <stdlib.h>

#include "nnmpi/embed.h"
#include "nnmpi/place.h"
#include "nnmpi/watch.h"
#include "infer.h"
#include "session.h"

static const char *const *layer_names(nn_session *s) {
    const char **name = NN_NEW_ARRAY(s->arena, const char *, s->model->n_vertices);
    for (int v = 0; v < s->model->n_vertices; v++) name[v] = s->model->vertex[v].name;
    return name;
}

/* `data`: what they are like too. */
static void tell_begin(nn_session *s, int ranks, bool data) {
    if (nn_comm_rank(s->comm) != 0 || !s->observer || !s->observer->begin) return;
    nn_run_plan plan = nn_session_plan(s, ranks);
    if (data) nn_session_survey(s, &plan);
    s->observer->begin(s->observer->context, &plan);
}

/* From the first byte that is read on: a file server may hang too. `step`: see nn_place. */
static nn_watch *begin_watch(const nn_session *s, int64_t step) {
    nn_crashes_catch();
    nn_at_step(step);
    nn_at(NN_AT_START);
    return nn_watch_start(s->comm, s->options->training.stall_timeout);
}

static nn_status run(nn_session *s) {
    NN_TRY(nn_session_open(s, 0));
    NN_TRY(nn_session_start(s));
    nn_profile_open(s);
    nn_place_name(nn_comm_number(s->comm), nn_comm_host(s->comm), layer_names(s),
                  s->model->n_vertices);
    tell_begin(s, 0, false);
    return nn_train_loop(s);
}

static nn_status train(nn_document *document, const nn_run_options *options, nn_comm *comm,
                       const nn_observer *observer) {
    nn_session s = nn_session_of(document, options, comm, observer);
    nn_watch *watch = begin_watch(&s, 0);
    nn_status status = run(&s);
    nn_watch_stop(watch);
    nn_place_name(nn_comm_number(comm), nn_comm_host(comm), NULL, 0);
    free(s.state.history);
    nn_session_close(&s);
    return status;
}

static nn_status check(nn_document *document, const nn_run_options *options, nn_comm *comm,
                       const nn_observer *observer, int ranks) {
    nn_session s = nn_session_of(document, options, comm, observer);
    nn_status status = nn_session_open(&s, ranks ? ranks : nn_comm_size(comm));
    if (status == NN_OK) tell_begin(&s, ranks ? ranks : nn_comm_size(comm), true);
    if (status == NN_OK && options->rehearse) status = nn_session_rehearse(&s);
    nn_session_close(&s);
    return status;
}

static nn_status gradients(nn_document *document, const nn_run_options *options, nn_comm *comm,
                           nn_gradient_report *report) {
    nn_session s = nn_session_of(document, options, comm, NULL);
    nn_status status = nn_session_open(&s, 0);
    if (status == NN_OK) status = nn_check_gradients(&s, report);
    nn_session_close(&s);
    return status;
}

static nn_status evaluate(nn_document *document, const nn_run_options *options, nn_comm *comm,
                          const nn_evaluate_request *request) {
    nn_session s = nn_session_of(document, options, comm, NULL);
    nn_evaluation evaluation = {0};
    nn_watch *watch = begin_watch(&s, -1);
    nn_status status = nn_use_evaluate(&s, request, &evaluation);
    nn_watch_stop(watch); /* a reader may take its time */
    if (status == NN_OK && nn_comm_rank(comm) == 0) request->tell(request->context, &evaluation);
    nn_session_close(&s);
    return status;
}

static nn_status predict(nn_document *document, const nn_run_options *options, nn_comm *comm,
                         const nn_predict_request *request) {
    nn_session s = nn_session_of(document, options, comm, NULL);
    nn_watch *watch = begin_watch(&s, -1);
    nn_status status = nn_use_predict(&s, request);
    nn_watch_stop(watch);
    const nn_dataset *set = s.set[request->split];
    if (status == NN_OK && nn_comm_rank(comm) == 0 && request->tell)
        request->tell(request->out, set->count, set->inputs_name);
    nn_session_close(&s);
    return status;
}

static nn_status generate(nn_document *document, const nn_run_options *options, nn_comm *comm,
                          const nn_generate_request *request) {
    nn_session s = nn_session_of(document, options, comm, NULL);
    nn_status status = nn_use_generate(&s, request);
    nn_session_close(&s);
    return status;
}

#define nn_embedding_here NN_REAL_NAME(nn_embedding)
#define nn_engine_here NN_REAL_NAME(nn_engine)
const nn_engine nn_engine_here = {.precision = NN_REAL_WORD,
                                  .train = train,
                                  .check = check,
                                  .gradients = gradients,
                                  .evaluate = evaluate,
                                  .predict = predict,
                                  .generate = generate,
                                  .embedding = &nn_embedding_here};
