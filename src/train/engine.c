/* The engine of one precision: a session opened, run and closed. */
#include <stdlib.h>

#include "session.h"

static nn_session session_of(nn_document *document, const nn_run_options *options, nn_comm *comm,
                             const nn_observer *observer) {
    return (nn_session){
        .document = document, .options = options, .comm = comm, .observer = observer};
}

static void tell_begin(nn_session *s, int ranks) {
    if (nn_comm_rank(s->comm) != 0 || !s->observer || !s->observer->begin) return;
    nn_run_plan plan = nn_session_plan(s, ranks);
    s->observer->begin(s->observer->context, &plan);
}

static nn_status run(nn_session *s) {
    NN_TRY(nn_session_open(s, 0));
    NN_TRY(nn_session_start(s));
    nn_profile_open(s);
    tell_begin(s, 0);
    return nn_train_loop(s);
}

static nn_status train(nn_document *document, const nn_run_options *options, nn_comm *comm,
                       const nn_observer *observer) {
    nn_session s = session_of(document, options, comm, observer);
    nn_signals_catch();
    nn_status status = run(&s);
    free(s.state.history);
    nn_session_close(&s);
    return status;
}

static nn_status check(nn_document *document, const nn_run_options *options, nn_comm *comm,
                       const nn_observer *observer, int ranks) {
    nn_session s = session_of(document, options, comm, observer);
    nn_status status = nn_session_open(&s, ranks ? ranks : nn_comm_size(comm));
    if (status == NN_OK) tell_begin(&s, ranks ? ranks : nn_comm_size(comm));
    nn_session_close(&s);
    return status;
}

#define nn_engine_here NN_REAL_NAME(nn_engine)
const nn_engine nn_engine_here = {.precision = NN_REAL_WORD, .train = train, .check = check};
