/* The exponential moving average of the weights.   Polyak, Juditsky, SIAM J. Control Optim. 30,
 * 1992; the warm-up is that of TensorFlow's ExponentialMovingAverage. */
#include <math.h>

#include "session.h"

void nn_average_begin(nn_session *s) {
    if (s->average) nn_copy(s->model->size, s->model->W, s->average);
}

void nn_average_step(nn_session *s, int64_t t) {
    if (!s->average) return;
    const nn_average *o = &s->options->training.average;
    double decay = o->warmup ? fmin(o->decay, (1 + (double)t) / (10 + (double)t)) : o->decay;
    nn_real *restrict A = s->average, rest = (nn_real)(1 - decay);
    const nn_real *restrict W = s->model->W;
    for (int64_t i = 0; i < s->model->size; i++)
        A[i] += rest * (W[i] - A[i]); /* A <- d A + (1 - d) W */
}

static void swap(int64_t n, nn_real *restrict x, nn_real *restrict y) {
    for (int64_t i = 0; i < n; i++) {
        nn_real number = x[i];
        x[i] = y[i];
        y[i] = number;
    }
}

void nn_average_swap(nn_session *s) {
    if (s->average) swap(s->model->size, s->average, s->model->W);
}

void nn_best_swap(nn_session *s) {
    swap(s->model->size, s->average ? s->average : s->model->W, s->best_W);
    swap(s->model->state_size, s->model->S, s->best_S);
    s->state.restored = !s->state.restored;
}
