#include "row.h"

#include <math.h>

static void sum_exponentials(nn_metric_row *row) {
    nn_real top = row->z[0];
    for (int64_t j = 1; j < row->width; j++) top = row->z[j] > top ? row->z[j] : top;
    double sum = 0;
    for (int64_t j = 0; j < row->width; j++) sum += exp((double)(row->z[j] - top));
    row->top = (double)top;
    row->sum = sum;
}

nn_metric_row nn_row_at(const nn_rows *rows, int64_t i, int64_t ignore) {
    nn_metric_row row = {.width = rows->width,
                         .z = rows->z + i * rows->width,
                         .y = rows->y ? rows->y + i * rows->width : NULL,
                         .label = rows->label ? rows->label[i] : 0,
                         .weight = rows->weight ? (double)rows->weight[i] : 1,
                         .sigmoid = rows->fused && !rows->by_row,
                         .softmax = rows->fused && rows->by_row,
                         .middle = rows->by_sign ? 0 : 0.5};
    if (rows->label && row.label == ignore) row.weight = 0;
    return row;
}

double nn_row_output(nn_metric_row *row, int64_t j) {
    double z = (double)row->z[j];
    if (row->sigmoid) return 1 / (1 + exp(-z));
    if (!row->softmax) return z;
    if (row->sum == 0) sum_exponentials(row);
    return exp(z - row->top) / row->sum;
}

double nn_row_target(const nn_metric_row *row, int64_t j) {
    if (row->y) return (double)row->y[j];
    return row->width == 1 ? (double)row->label : (double)(j == row->label);
}

static int64_t first_of_largest(int64_t n, const nn_real *x) {
    int64_t best = 0;
    for (int64_t j = 1; j < n; j++)
        if (x[j] > x[best]) best = j;
    return best;
}

int64_t nn_row_decision(nn_metric_row *row) {
    if (row->width == 1) return nn_row_output(row, 0) > row->middle;
    return first_of_largest(row->width, row->z); /* sigmoid and softmax keep the order */
}

int64_t nn_row_answer(const nn_metric_row *row) {
    if (!row->y) return row->label;
    return row->width == 1 ? row->y[0] > (nn_real)0.5 : first_of_largest(row->width, row->y);
}

double nn_row_crossentropy(nn_metric_row *row) {
    double value = 0;
    if (row->softmax && row->sum == 0) sum_exponentials(row);
    for (int64_t j = 0; j < row->width; j++) {
        double y = nn_row_target(row, j), z = (double)row->z[j];
        if (y == 0) continue;
        if (row->softmax)
            value -= y * (z - row->top - log(row->sum));
        else
            value -= y * log(fmax(nn_row_output(row, j), 1e-30));
    }
    return value;
}
