/* One step of gradient descent:  W <- W - alpha/n sum_i grad L(z_i, y_i). */
#include <math.h>

#include "session.h"

static void sum_over_ranks(void *comm, double *values, int n) {
    nn_comm_sum(comm, values, n);
}

/* The gradient of this rank's share, in passes of at most the model's capacity: dW holds the sum
 * over its samples, the control word their loss and metrics. */
static void share_gradient(nn_session *s, const nn_sampler *order, nn_share share) {
    const nn_coupling coupling = {sum_over_ranks, s->comm};
    int64_t capacity = s->model->capacity;
    int passes = (int)((share.count + capacity - 1) / capacity);
    for (int i = 0; i < (passes ? passes : 1); i++) {
        nn_share piece = nn_share_of(share.count, passes ? passes : 1, i);
        piece.first += share.first;
        nn_batch batch = nn_feed_gather(s, s->set[NN_TRAIN], order, piece);
        batch.training = true;
        batch.step = (uint64_t)s->state.step;
        batch.add = i > 0;
        batch.coupling = &coupling;
        batch.observer = s->profiler ? &s->watch : NULL;
        nn_weigh(s, s->set[NN_TRAIN], &batch);
        nn_profile_lap(s, NN_PHASE_DATA);
        nn_model_forward(s->model, &batch); /* z(j) = f_Wj(z(j-1))      */
        nn_measure(s, &batch, s->control);
        nn_loss_sum sum = nn_model_loss(s->model, &batch); /* L, dz(m) = grad L        */
        nn_profile_lap(s, NN_PHASE_LOSS);
        nn_model_backward(s->model, &batch); /* dW += dz . D_W f         */
        nn_profile_lap(s, NN_PHASE_BACKWARD);
        s->control[NN_CONTROL_LOSS] += sum.loss;
        s->control[NN_CONTROL_ROWS] += sum.rows;
    }
    s->control[NN_CONTROL_SAMPLES] = (double)share.count;
}

static void fill_control(nn_session *s) {
    double limit = s->options->training.max_time;
    s->control[NN_CONTROL_NOT_FINITE] = !isfinite(s->control[NN_CONTROL_LOSS]);
    s->control[NN_CONTROL_SIGNAL] = nn_signals_pending() != 0;
    s->control[NN_CONTROL_TIME] = limit >= 0 && nn_clock() - s->started >= limit;
    nn_interval every = s->options->checkpoint.every;
    s->control[NN_CONTROL_SAVE] = nn_comm_rank(s->comm) == 0 && s->options->checkpoint.present &&
                                  every.unit == NN_SECONDS &&
                                  nn_clock() - s->checkpoint_time >= every.value;
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

void nn_train_gradient(nn_session *s, const nn_sampler *order, nn_share share) {
    for (int i = 0; i < s->n_control; i++) s->control[i] = 0;
    share_gradient(s, order, share);
    fill_control(s);
    nn_reduce_sum(s->reduce, s->control);
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
    return nn_schedule_rate(&training->schedule, *(const double *)training->optimizer.options,
                            &progress);
}

nn_ending nn_train_step(nn_session *s, const nn_sampler *order) {
    int64_t first = s->state.epoch_step * s->batch_size, left = s->set[NN_TRAIN]->count - first;
    nn_share share = nn_share_of(left < s->batch_size ? left : s->batch_size, nn_comm_size(s->comm),
                                 nn_comm_rank(s->comm));
    share.first += first;
    nn_train_gradient(s, order, share);

    /* From here on every rank has the same numbers and decides the same. */
    if (s->control[NN_CONTROL_NOT_FINITE] > 0 || !nn_all_finite(s->model->size, s->model->dW))
        return NN_NOT_FINITE;
    double n = s->control[NN_CONTROL_ROWS], scale = n > 0 ? 1 / n : 0; /* 0: all were ignored */
    clip_values(s, scale);
    step_weights(s, clip_norm(s, scale)); /* W <- W - alpha/n sum dW */
    return nn_train_count(s);
}

nn_ending nn_train_count(nn_session *s) {
    for (int i = 0; i < s->n_control; i++) s->state.sums[i] += s->control[i];
    s->state.step++;
    s->state.epoch_step++;
    nn_average_step(s, s->state.step);
    if (s->control[NN_CONTROL_SIGNAL] > 0) return NN_SIGNAL;
    if (s->control[NN_CONTROL_TIME] > 0) return NN_MAX_TIME;
    return NN_GOING;
}
