/* One step of an optimizer that looks at the loss of the whole data set at several points.
 *
 * The gradient at the point where a step ends is the one at which the next step begins, so it is
 * kept, unless dropout or the like draws new masks for the next step. A resumed run computes it
 * once more: samples are taken as they lie, not in the order of an epoch, so it has the same bits.
 */
#include <math.h>

#include "guard.h"
#include "session.h"

/* L, its gradient and the control word at the weights of now. */
static void look(nn_session *s) {
    nn_copy(s->model->state_size, s->ahead.S, s->model->S); /* each look starts from the same */
    nn_train_gradient(s, NULL, (nn_share){0, s->set[NN_TRAIN]->count});
    double n = s->control[NN_CONTROL_ROWS];
    for (int64_t i = 0; i < s->model->size; i++)
        s->model->dW[i] = (nn_real)((double)s->model->dW[i] / n); /* 1/n sum_i grad L_i */
    for (int i = 0; i < s->n_control; i++) s->ahead.control[i] = s->control[i];
}

/* Infinite where the loss or the gradient is not finite, so that a search turns back. */
static double loss_found(const nn_session *s) {
    bool finite =
        s->ahead.control[NN_CONTROL_NOT_FINITE] == 0 && nn_all_finite(s->model->size, s->model->dW);
    return finite ? nn_control_loss(s->ahead.control) : INFINITY;
}

static void evaluate(nn_objective *search) {
    nn_session *s = search->context;
    look(s);
    search->loss = loss_found(s);
}

/* The control word of the step: sums of its start, requests of its end. */
static void merge_control(nn_session *s) {
    static const int requests[] = {NN_CONTROL_SIGNAL, NN_CONTROL_TIME, NN_CONTROL_SAVE};
    for (int i = 0; i < s->n_control; i++) s->control[i] = s->ahead.start[i];
    for (int i = 0; i < (int)(sizeof requests / sizeof *requests); i++)
        s->control[requests[i]] = s->ahead.control[requests[i]];
}

nn_ending nn_train_search(nn_session *s) {
    nn_copy(s->model->state_size, s->model->S, s->ahead.S);
    if (!s->ahead.known) {
        look(s);
        nn_copy(s->model->state_size, s->ahead.S, s->model->S);
    }
    for (int i = 0; i < s->n_control; i++) s->ahead.start[i] = s->ahead.control[i];
    nn_objective search = {.n = s->model->size,
                           .W = s->model->W,
                           .g = s->model->dW,
                           .loss = loss_found(s),
                           .scratch = s->ahead.scratch,
                           .learning_rate = nn_learning_rate(s, s->state.step),
                           .t = s->state.step + 1,
                           .evaluate = evaluate,
                           .context = s};
    for (int k = 0; k < s->n_slots; k++) search.slot[k] = s->slot[k];
    if (!isfinite(search.loss))
        return nn_train_lost(s, NULL, (nn_share){0, s->set[NN_TRAIN]->count});
    if (!s->optimizer->search(s->options->training.optimizer.options, &search)) {
        nn_copy(s->model->state_size, s->ahead.S, s->model->S);
        return NN_CONVERGED;
    }
    s->ahead.known = !s->model->random;
    merge_control(s);
    return nn_train_count(s);
}
