/* A part of the training samples held out for validation. */
#include <stdlib.h>

#include "inside.h"
#include "nnmpi/sampler.h"

/* The samples at the first `held_out` places of an order that only the seed decides. */
void nn_split_rows(uint64_t seed, int64_t count, int64_t held_out, int64_t *train,
                   int64_t *validation) {
    nn_sampler order = nn_sampler_of(seed, NN_RANDOM_SPLIT, 0, count, true);
    char *held = calloc((size_t)count, 1);
    if (!held) nn_panic("out of memory");
    for (int64_t i = 0; i < held_out; i++) held[nn_sampler_at(&order, i)] = 1;
    for (int64_t row = 0; row < count; row++) *(held[row] ? validation++ : train++) = row;
    free(held);
}
