/* Which sample goes to which split, without a list of them. */
#ifndef NNMPI_IMPORT_DEAL_H
#define NNMPI_IMPORT_DEAL_H

#include "inside.h"
#include "nnmpi/sampler.h"

typedef struct nn_deal_class {
    int64_t count, seen, held[NN_SPLITS];
    nn_sampler order;
} nn_deal_class;

typedef struct nn_deal {
    int64_t count[NN_SPLITS]; /* samples of each split */
    bool last;
    int64_t dealt;
    int n_classes;
    nn_deal_class *class;
} nn_deal;

/* How many samples each class has (one class: all). The parts held out are the last samples in
 * order, or chosen by the seed, the same part of each class. `deal` is to be freed also after a
 * failure. */
nn_status nn_deal_create(nn_deal *deal, const nn_import *import, bool last, const int64_t *count,
                         int n_classes);
void nn_deal_restart(nn_deal *deal);
/* Whether there is one more sample of this class. */
bool nn_deal_has(const nn_deal *deal, int class);
/* Of the next sample, which is of this class. */
nn_split nn_deal_next(nn_deal *deal, int class);
void nn_deal_free(nn_deal *deal);

#endif
