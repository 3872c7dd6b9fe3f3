/* How large the weights and the gradient of each layer are: |W_j|, |grad_Wj L|. */
#include <math.h>
#include <stdlib.h>

#include "session.h"

static double squares(const nn_session *s, const nn_vertex *vertex, const nn_real *values) {
    double sum = 0;
    for (int i = 0; i < vertex->layer->n_params; i++) {
        const nn_tensor *tensor = &s->model->param[vertex->param[i]];
        if (values == s->model->dW && !tensor->trainable) continue;
        sum += nn_dot(tensor->size, values + tensor->offset, values + tensor->offset);
    }
    return sum;
}

void nn_norms_epoch(nn_session *s) {
    if (!s->log || !s->options->log.norms) return;
    double n = s->control[NN_CONTROL_ROWS];                      /* dW is a sum over rows, */
    double scale = s->optimizer->search ? 1 : n > 0 ? 1 / n : 0; /* or, for a search, the mean */
    nn_norm *norm = malloc((size_t)s->model->n_vertices * sizeof *norm);
    nn_assert(norm);
    int count = 0;
    for (int v = 0; v < s->model->n_vertices; v++) {
        const nn_vertex *vertex = &s->model->vertex[v];
        if (vertex->layer->n_params == 0 || vertex->shares >= 0) continue;
        norm[count++] = (nn_norm){vertex->name, sqrt(squares(s, vertex, s->model->W)),
                                  scale * sqrt(squares(s, vertex, s->model->dW))};
    }
    nn_runlog_norms(s->log, &s->state, norm, count);
    free(norm);
}
