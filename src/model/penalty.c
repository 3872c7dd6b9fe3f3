/* The penalty on weights, which no sample has a part in:
 *
 *     P = sum over tensors of  l1 sum |w| + l2 sum w^2,    grad P = l1 sign(w) + 2 l2 w
 *
 * The loss is the mean over samples and P. It is added after the sums over ranks, by all alike. */
#include <math.h>

#include "nnmpi/model.h"

static double penalty_of(const nn_tensor *tensor, const nn_real *W) {
    double magnitudes = 0, squares = 0;
    for (int64_t i = 0; i < tensor->size; i++) {
        double w = (double)W[tensor->offset + i];
        magnitudes += fabs(w);
        squares += w * w;
    }
    return tensor->l1 * magnitudes + tensor->l2 * squares;
}

double nn_model_penalty(const nn_model *model) {
    double sum = 0;
    for (int i = 0; i < model->n_params; i++)
        if (model->param[i].l1 > 0 || model->param[i].l2 > 0)
            sum += penalty_of(&model->param[i], model->W);
    return sum;
}

double nn_model_penalize(nn_model *model, double n) {
    for (int i = 0; i < model->n_params; i++) {
        const nn_tensor *tensor = &model->param[i];
        if (!(tensor->l1 > 0 || tensor->l2 > 0)) continue;
        const nn_real *W = model->W + tensor->offset;
        nn_real *dW = model->dW + tensor->offset;
        for (int64_t k = 0; k < tensor->size; k++) {
            double w = (double)W[k], sign = (w > 0) - (w < 0);
            dW[k] += (nn_real)(n * (tensor->l1 * sign + 2 * tensor->l2 * w)); /* n grad P */
        }
    }
    return nn_model_penalty(model);
}
