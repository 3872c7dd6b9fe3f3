/* Loss and metrics of a split: each sample exactly once, however many ranks there are. */
#include "session.h"

void nn_measure(const nn_session *s, const nn_batch *batch, double *control) {
    if (batch->n == 0) return;
    nn_rows rows = nn_model_rows(s->model, batch);
    rows.weight = NULL; /* of the loss only */
    for (int i = 0; i < s->n_gauges; i++)
        s->gauge[i].metric->add(s->gauge[i].options, &rows, control + s->gauge[i].at);
}

void nn_evaluate(nn_session *s, const nn_dataset *set, double *control) {
    nn_share share = nn_share_of(set->count, nn_comm_size(s->comm), nn_comm_rank(s->comm));
    int64_t capacity = s->model->capacity;
    nn_profile_lap(s, NN_PHASE_OTHER);
    for (int i = 0; i < s->n_control; i++) control[i] = 0;
    for (int64_t at = 0; at < share.count; at += capacity) {
        int64_t left = share.count - at;
        nn_share piece = {share.first + at, left < capacity ? left : capacity};
        nn_batch batch = nn_feed_gather(s, set, NULL, piece);
        nn_weigh(s, set, &batch);
        nn_model_forward(s->model, &batch);
        nn_measure(s, &batch, control);
        nn_loss_sum sum = nn_model_loss(s->model, &batch);
        control[NN_CONTROL_LOSS] += sum.loss;
        control[NN_CONTROL_ROWS] += sum.rows;
    }
    control[NN_CONTROL_SAMPLES] = (double)share.count;
    nn_comm_sum(s->comm, control, s->n_control);
    control[NN_CONTROL_LOSS] += control[NN_CONTROL_ROWS] * nn_model_penalty(s->model);
    nn_profile_lap(s, NN_PHASE_EVALUATION);
    if (s->profiler) s->profiler->evaluated += share.count;
}
