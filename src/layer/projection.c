#include "projection.h"

#include "nnmpi/tensor.h"

void nn_project(const nn_projection *a, const nn_pass *p, const nn_real *x, nn_real *y) {
    int64_t rows = p->n * a->rows;
    nn_gemm(false, false, rows, a->out, a->in, x, a->in, p->W[a->kernel], a->out, 0, y, a->out);
    if (a->use_bias) nn_add_rows(rows, a->out, p->W[a->kernel + 1], y); /* y = x W + b */
}

void nn_project_params(const nn_projection *a, const nn_pass *p, const nn_real *x,
                       const nn_real *dy) {
    int64_t rows = p->n * a->rows;
    int w = a->kernel;
    nn_gemm(true, false, a->in, a->out, rows, x, a->in, dy, a->out, p->dW_add[w], p->dW[w],
            a->out); /* dW = x^T dy */
    if (a->use_bias) nn_sum_rows(rows, a->out, dy, p->dW_add[w + 1], p->dW[w + 1]);
}

void nn_project_input(const nn_projection *a, const nn_pass *p, const nn_real *dy, bool add,
                      nn_real *dx) {
    nn_gemm(false, true, p->n * a->rows, a->in, a->out, dy, a->out, p->W[a->kernel], a->out, add,
            dx, a->in); /* dx = dy W^T */
}
