/* The penalty on what a layer gives, of each sample:
 *
 *     A(z) = l1 sum |z| + l2 sum z^2,    grad A = l1 sign(z) + 2 l2 z
 *
 * The loss is the mean over rows and the mean of A over samples, as in Keras. The sums of a pass
 * are divided by rows in the end, so that A of a sample counts once for each row it has. */
#include <math.h>

#include "private.h"

/* Rows of outputs and targets that a sample has. */
static int64_t rows_of(const nn_model *model) {
    const nn_shape *out = &model->output;
    return out->rank ? nn_shape_size(out) / out->dim[out->rank - 1] : 1;
}

bool nn_activity_of(const nn_vertex *vertex) {
    return vertex->l1 > 0 || vertex->l2 > 0;
}

bool nn_activity_in(const nn_model *model) {
    for (int v = 0; v < model->n_vertices; v++)
        if (nn_activity_of(&model->vertex[v])) return true;
    return false;
}

void nn_activity_begin(nn_model *model, const nn_batch *batch) {
    double *A = model->private->activity;
    for (int64_t i = 0; A && i < batch->n; i++) A[batch->at + i] = 0;
}

void nn_activity_forward(nn_model *model, int v, const nn_pass *pass, const nn_batch *batch) {
    const nn_vertex *vertex = &model->vertex[v];
    int64_t size = nn_shape_size(&vertex->layer->out);
    if (!nn_activity_of(vertex)) return;
    for (int64_t i = 0; i < batch->n; i++) {
        const nn_real *z = pass->z + i * size;
        double magnitudes = 0, squares = 0;
        for (int64_t k = 0; k < size; k++) {
            magnitudes += fabs((double)z[k]);
            squares += (double)z[k] * (double)z[k];
        }
        model->private->activity[batch->at + i] += vertex->l1 * magnitudes + vertex->l2 * squares;
    }
}

void nn_activity_backward(const nn_model *model, int v, const nn_pass *pass) {
    const nn_vertex *vertex = &model->vertex[v];
    double rows = (double)rows_of(model);
    int64_t n = pass->n * nn_shape_size(&vertex->layer->out);
    for (int64_t k = 0; k < n; k++) {
        double z = (double)pass->z[k], sign = (z > 0) - (z < 0);
        pass->dz[k] += (nn_real)(rows * (vertex->l1 * sign + 2 * vertex->l2 * z)); /* grad A */
    }
}

double nn_activity_loss(const nn_model *model, const nn_batch *batch) {
    const double *A = model->private->activity;
    int64_t rows = rows_of(model), first = 0, n = batch->n;
    double sum = 0;
    if (!A) return 0;
    if (batch->rows) first = batch->first_row / rows, n = 1; /* some rows of one sample */
    for (int64_t i = first; i < first + n; i++) sum += A[batch->at + i];
    return sum * (double)(batch->rows ? batch->rows : rows);
}
