/* The order of the samples: a pure function of seed, epoch and position. Floor 1.
 *
 * A permutation with random access and no memory: a Feistel network over the next power of four,
 * its rounds keyed by Philox, walked until the result is in range (Black and Rogaway 2002). */
#ifndef NNMPI_SAMPLER_H
#define NNMPI_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#include "nnmpi/random.h"

typedef struct nn_sampler {
    uint64_t count;
    int half_bits;
    bool shuffle;
    uint32_t round_key[8];
} nn_sampler;

/* The order of `count` samples in `epoch`; without shuffle the identity. */
nn_sampler nn_sampler_of(uint64_t seed, nn_purpose purpose, uint64_t epoch, int64_t count,
                         bool shuffle);
/* The sample at `position`, 0 <= position < count. */
int64_t nn_sampler_at(const nn_sampler *sampler, int64_t position);

#endif
