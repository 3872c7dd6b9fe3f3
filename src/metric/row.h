/* How a metric sees one row: outputs with their activation applied, targets as numbers. */
#ifndef NNMPI_METRIC_ROW_H
#define NNMPI_METRIC_ROW_H

#include "nnmpi/metric.h"

#define nn_row_at NN_REAL_NAME(nn_row_at)
#define nn_row_output NN_REAL_NAME(nn_row_output)
#define nn_row_target NN_REAL_NAME(nn_row_target)
#define nn_row_decision NN_REAL_NAME(nn_row_decision)
#define nn_row_answer NN_REAL_NAME(nn_row_answer)
#define nn_row_crossentropy NN_REAL_NAME(nn_row_crossentropy)

typedef struct nn_metric_row {
    int64_t width;
    const nn_real *z, *y; /* y NULL: the label holds */
    int64_t label;
    double weight;
    bool sigmoid, softmax; /* the activation that z lacks */
    double middle;         /* above which one output decides for class 1: one half, or 0 */
    double top, sum;       /* softmax: max z, sum_j e^(z_j - max z); sum 0: not known yet */
} nn_metric_row;

#define NN_IGNORE_KEY NN_IGNORE_INDEX("rows with this class id are left out")

/* Row i; of weight 0 if its label is `ignore`. */
nn_metric_row nn_row_at(const nn_rows *rows, int64_t i, int64_t ignore);
double nn_row_output(nn_metric_row *row, int64_t j);
/* The number y_j. Of a label: itself if there is one output, else 1 for its class and 0. */
double nn_row_target(const nn_metric_row *row, int64_t j);
/* The class the outputs decide for, and the right one: the first of the largest; for one output
 * whether it exceeds `middle` (targets: one half). */
int64_t nn_row_decision(nn_metric_row *row);
int64_t nn_row_answer(const nn_metric_row *row);
/* -sum_j y_j log p_j, probabilities clipped at 1e-30 */
double nn_row_crossentropy(nn_metric_row *row);

/* sums = {sum_i w_i x_i, sum_i w_i} and what most metrics are: their quotient. */
static inline void nn_mean_add(double *sums, double weight, double x) {
    if (weight == 0) return;
    sums[0] += weight * x;
    sums[1] += weight;
}
static inline double nn_mean_value(const void *options, int64_t width, const double *sums) {
    return sums[0] / sums[1];
}

#endif
