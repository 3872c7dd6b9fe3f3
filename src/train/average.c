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

void nn_average_swap(nn_session *s) {
    if (!s->average) return;
    nn_real *restrict A = s->average, *restrict W = s->model->W;
    for (int64_t i = 0; i < s->model->size; i++) {
        nn_real w = W[i];
        W[i] = A[i];
        A[i] = w;
    }
}
