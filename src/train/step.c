/* One step of gradient descent:  W <- W - alpha/n sum_i grad L(z_i, y_i). */
#include <math.h>

#include "nnmpi/place.h"
#include "guard.h"
#include "session.h"

static void sum_over_parts(void *session, double *parts, int batches, int n, double *total) {
    nn_session *s = session;
    nn_assert(batches == (int)s->reduce->mine.count);
    nn_reduce_words(s->reduce, parts, n, total);
}

static nn_batch gather(nn_session *s, const nn_sampler *order, nn_share piece, int64_t at,
                       const nn_part *part, const nn_coupling *coupling) {
    nn_at(NN_AT_DATA);
    nn_batch batch = nn_feed_gather(s, s->set[NN_TRAIN], order, piece, at);
    batch.training = true;
    batch.step = (uint64_t)s->state.step;
    batch.dW = part->dW;
    batch.coupling = coupling;
    batch.observer = s->observed;
    nn_weigh(s, s->set[NN_TRAIN], &batch);
    return batch;
}

/* Passes that are run together: dW of each holds the sum over its samples, its control word their
 * loss and metrics. */
static void run(nn_session *s, const nn_batch *batch, const nn_part *part, int n) {
    nn_profile_lap(s, NN_PHASE_DATA);
    nn_model_forward_all(s->model, batch, n); /* z(j) = f_Wj(z(j-1))      */
    nn_at(NN_AT_LOSS);
    for (int k = 0; k < n; k++) {
        double *control = part[k].control;
        nn_measure(s, &batch[k], control);
        nn_loss_sum sum = nn_model_loss(s->model, &batch[k]); /* L, dz(m) = grad L        */
        if (s->suspect) nn_suspect_loss(s, &batch[k]);
        control[NN_CONTROL_LOSS] += sum.loss;
        control[NN_CONTROL_ROWS] += sum.rows;
        control[NN_CONTROL_SAMPLES] += (double)batch[k].n;
        control[NN_CONTROL_NOT_FINITE] = !isfinite(control[NN_CONTROL_LOSS]);
    }
    nn_profile_lap(s, NN_PHASE_LOSS);
    nn_model_backward_all(s->model, batch, n); /* dW += dz . D_W f         */
    nn_profile_lap(s, NN_PHASE_BACKWARD);
}

/* A part, in passes. */
static void part_gradient(nn_session *s, const nn_sampler *order, nn_share share,
                          const nn_part *part, const nn_coupling *coupling) {
    int passes = (int)((share.count + s->piece - 1) / s->piece);
    for (int i = 0; i < (passes ? passes : 1); i++) {
        nn_share piece = nn_share_of(share.count, passes ? passes : 1, i);
        piece.first += share.first;
        nn_batch batch = gather(s, order, piece, 0, part, coupling);
        batch.add = i > 0;
        run(s, &batch, part, 1);
    }
}

/* Layers that couple samples need all parts of the batch at the same time. */
static void gradient_together(nn_session *s, const nn_sampler *order, const nn_share *share,
                              const nn_coupling *coupling) {
    int n = (int)s->reduce->mine.count;
    int64_t stride = s->model->capacity / n / NN_BATCH_STEP * NN_BATCH_STEP;
    for (int k = 0; k < n; k++) {
        s->part[k] = nn_reduce_part(s->reduce, k);
        s->batch[k] = gather(s, order, share[k], n > 1 ? k * stride : 0, &s->part[k], coupling);
    }
    run(s, s->batch, s->part, n);
    for (int k = 0; k < n; k++) nn_reduce_fold(s->reduce, k);
}

static void gradient(nn_session *s, const nn_sampler *order, nn_share batch) {
    const nn_coupling coupling = {sum_over_parts, s};
    nn_share mine = s->reduce->mine, *share = s->places;
    for (int k = 0; k < (int)mine.count; k++) {
        share[k] = nn_share_of(batch.count, s->reduce->parts, (int)mine.first + k);
        share[k].first += batch.first;
    }
    if (s->model->coupled) {
        gradient_together(s, order, share, &coupling);
        return;
    }
    for (int k = 0; k < (int)mine.count; k++) {
        nn_part part = nn_reduce_part(s->reduce, k);
        part_gradient(s, order, share[k], &part, NULL);
        nn_reduce_fold(s->reduce, k);
    }
}

/* Each number of the mean gradient, scale dW, to +-clip_value at most. */
static void clip_values(const nn_session *s, double scale) {
    double limit = s->options->training.clip_value;
    if (limit == 0) return;
    nn_real *dW = s->model->dW, high = (nn_real)(limit / scale);
    for (int64_t i = 0; i < s->model->size; i++)
        dW[i] = dW[i] > high ? high : dW[i] < -high ? -high : dW[i];
}

/* The scale at which the Euclidean norm of the mean gradient over all weights is clip_norm at most
 * (Pascanu, Mikolov, Bengio 2013). */
static double clip_norm(const nn_session *s, double scale) {
    double limit = s->options->training.clip_norm;
    if (limit == 0) return scale;
    double norm = scale * sqrt(nn_dot(s->model->size, s->model->dW, s->model->dW));
    return norm > limit ? scale * limit / norm : scale;
}

void nn_train_gradient(nn_session *s, const nn_sampler *order, nn_share batch) {
    gradient(s, order, batch);
    nn_train_requests(s, s->reduce->control);
    nn_at(NN_AT_REDUCE);
    nn_reduce_sum(s->reduce, s->control);
    nn_at(NN_AT_STEP);
    nn_profile_lap(s, NN_PHASE_REDUCE);
    double n = s->control[NN_CONTROL_ROWS]; /* P: once, not once a rank */
    s->control[NN_CONTROL_LOSS] += n * nn_model_penalize(s->model, n);
}

static void step_weights(nn_session *s, double scale) {
    double rate = nn_learning_rate(s, s->state.step); /* alpha */
    nn_step step = {.scale = scale, .t = s->state.step + 1};
    for (int i = 0; i < s->model->n_params; i++) {
        const nn_tensor *tensor = &s->model->param[i];
        if (!tensor->trainable) continue;
        step.n = tensor->size;
        step.learning_rate = rate * tensor->learning_rate_factor;
        step.weight_decay_factor = tensor->weight_decay_factor;
        step.W = s->model->W + tensor->offset;
        step.dW = s->model->dW + tensor->offset;
        for (int k = 0; k < s->n_slots; k++) step.slot[k] = s->slot[k] + tensor->offset;
        s->optimizer->step(s->options->training.optimizer.options, &step);
    }
}

/* The rows of the history that were there before the step; column 1 is the steps done. */
static nn_watched watched(const nn_session *s, int64_t step) {
    const nn_state *state = &s->state;
    nn_watched w = {.stride = state->columns,
                    .value = state->history + s->schedule.column,
                    .lower_is_better = s->schedule.lower_is_better};
    while (w.epochs < state->rows && state->history[w.epochs * state->columns + 1] <= (double)step)
        w.epochs++;
    return w;
}

double nn_learning_rate(const nn_session *s, int64_t step) {
    nn_progress progress = {
        .step = step, .steps_per_epoch = s->steps_per_epoch, .total_steps = s->total_steps};
    if (s->schedule.column >= 0) progress.watched = watched(s, step);
    const nn_training_options *training = &s->options->training;
    double rate = nn_schedule_rate(&training->schedule,
                                   *(const double *)training->optimizer.options, &progress);
    for (int64_t i = 0; i < s->state.rollbacks; i++) rate *= training->rollback_factor;
    return rate;
}

nn_ending nn_train_step(nn_session *s, const nn_sampler *order) {
    int64_t first = s->state.epoch_step * s->batch_size, left = s->set[NN_TRAIN]->count - first;
    nn_share batch = {first, left < s->batch_size ? left : s->batch_size};
    nn_guard_step(s);
    nn_train_gradient(s, order, batch);

    /* From here on every rank has the same numbers and decides the same. */
    if (s->control[NN_CONTROL_NOT_FINITE] > 0 || !nn_all_finite(s->model->size, s->model->dW))
        return nn_train_lost(s, order, batch);
    double n = s->control[NN_CONTROL_ROWS], scale = n > 0 ? 1 / n : 0; /* 0: all were ignored */
    clip_values(s, scale);
    step_weights(s, clip_norm(s, scale)); /* W <- W - alpha/n sum dW */
    return nn_train_count(s);
}

/* Requests are of a moment and of ranks: they are not a part of the epoch's sums. */
static bool is_request(int i) {
    return i == NN_CONTROL_SIGNAL || i == NN_CONTROL_TIME || i == NN_CONTROL_SAVE;
}

nn_ending nn_train_count(nn_session *s) {
    for (int i = 0; i < s->n_control; i++)
        if (!is_request(i)) s->state.sums[i] += s->control[i];
    s->state.skipped_in_a_row = 0;
    return nn_train_advance(s);
}

nn_ending nn_train_advance(nn_session *s) {
    s->state.step++;
    s->state.epoch_step++;
    nn_average_step(s, s->state.step);
    if (s->control[NN_CONTROL_SIGNAL] > 0) return NN_SIGNAL;
    if (s->control[NN_CONTROL_TIME] > 0) return NN_MAX_TIME;
    return NN_GOING;
}
