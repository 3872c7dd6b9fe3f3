/* A dense product inside a layer that has several:  y = x W + b  on the rows of all samples. */
#ifndef NNMPI_LAYER_PROJECTION_H
#define NNMPI_LAYER_PROJECTION_H

#include "nnmpi/layer.h"

#define nn_project NN_REAL_NAME(nn_project)
#define nn_project_params NN_REAL_NAME(nn_project_params)
#define nn_project_input NN_REAL_NAME(nn_project_input)

typedef struct nn_projection {
    int64_t rows, in, out; /* positions of a sample, numbers of a row of x, of y */
    int kernel;            /* W, in p->W; b is the next one */
    bool use_bias;
} nn_projection;

void nn_project(const nn_projection *a, const nn_pass *p, const nn_real *x, nn_real *y);
/* dW = x^T dy, db = the sum of the rows of dy */
void nn_project_params(const nn_projection *a, const nn_pass *p, const nn_real *x,
                       const nn_real *dy);
/* dx (+)= dy W^T */
void nn_project_input(const nn_projection *a, const nn_pass *p, const nn_real *dy, bool add,
                      nn_real *dx);

#endif
