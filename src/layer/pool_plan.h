/* What the pools plan in setup. */
#ifndef NNMPI_LAYER_POOL_PLAN_H
#define NNMPI_LAYER_POOL_PLAN_H

#include "pool.h"

#define nn_pool_plan_window NN_REAL_NAME(nn_pool_plan_window)
#define nn_pool_plan_all NN_REAL_NAME(nn_pool_plan_all)

typedef struct nn_pool_plan {
    nn_window w;
    int64_t channels;
    bool tiles;
    const nn_real *share; /* average: 1/m(o) by position of one sample */
} nn_pool_plan;

/* l->plan and l->out from the options; NULL after a complaint. */
nn_pool_plan *nn_pool_plan_window(nn_layer *l, int axes);
nn_pool_plan *nn_pool_plan_all(nn_layer *l, const char *const keras_class[3]);

#endif
