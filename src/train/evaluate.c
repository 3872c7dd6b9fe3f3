/* Loss and metrics of a split: each sample exactly once, however many ranks there are. */
#include "nnmpi/place.h"
#include "infer.h"
#include "session.h"

void nn_measure(const nn_session *s, const nn_batch *batch, double *control) {
    if (batch->n == 0) return;
    const nn_rows rows = nn_model_rows(s->model, batch);
    nn_rows alike = rows;
    alike.weight = NULL;
    for (int i = 0; i < s->n_gauges; i++) {
        const nn_gauge *gauge = &s->gauge[i];
        gauge->metric->add(gauge->options, gauge->weighted ? &rows : &alike, control + gauge->at);
    }
}

/* Adds the metrics and the loss of a batch that went forward. */
static void score(nn_session *s, const nn_batch *batch, double *control) {
    nn_measure(s, batch, control);
    nn_loss_sum sum = nn_model_loss(s->model, batch);
    control[NN_CONTROL_LOSS] += sum.loss;
    control[NN_CONTROL_ROWS] += sum.rows;
}

/* The same without the rows that windows have for context only. */
static void score_windows(nn_session *s, const nn_dataset *set, nn_batch batch, double *control) {
    int64_t rows = s->positions, length = set->input.dim[0];
    for (int64_t i = 0; i < batch.n; i++) {
        int64_t context = nn_dataset_context(set, batch.sample[i]) * (rows / length);
        batch.first_row = i * rows + context;
        batch.rows = rows - context;
        score(s, &batch, control);
    }
}

/* The control word of one part of the split. */
static void evaluate(nn_session *s, const nn_dataset *set, nn_share share, double *control,
                     nn_worst *worst) {
    for (int i = 0; i < s->n_control; i++) control[i] = 0;
    for (int64_t at = 0; at < share.count; at += s->piece) {
        int64_t left = share.count - at;
        nn_share piece = {share.first + at, left < s->piece ? left : s->piece};
        nn_batch batch = nn_feed_gather(s, set, NULL, piece, 0);
        nn_weigh(s, set, &batch);
        nn_model_forward(s->model, &batch);
        if (worst) nn_worst_see(worst, s, &batch);
        if (set->windows && s->options->data.context)
            score_windows(s, set, batch, control);
        else
            score(s, &batch, control);
    }
    control[NN_CONTROL_SAMPLES] = (double)share.count;
    if (s->profiler) s->profiler->evaluated += share.count;
}

void nn_evaluate(nn_session *s, const nn_dataset *set, double *control, nn_worst *worst) {
    nn_profile_lap(s, NN_PHASE_OTHER);
    nn_at(NN_AT_EVALUATION);
    nn_share mine = s->reduce->mine;
    for (int k = 0; k < (int)mine.count; k++)
        evaluate(s, set, nn_share_of(set->count, s->reduce->parts, (int)mine.first + k),
                 s->words + k * s->n_control, worst);
    nn_at(NN_AT_EVALUATION);
    nn_reduce_words(s->reduce, s->words, s->n_control, control);
    control[NN_CONTROL_LOSS] += control[NN_CONTROL_ROWS] * nn_model_penalty(s->model);
    nn_profile_lap(s, NN_PHASE_EVALUATION);
}
