/* A pseudorandom permutation of any count, by position, without a table. */
#include "nnmpi/sampler.h"

#include "nnmpi/status.h"

#define NN_ROUNDS 8

nn_sampler nn_sampler_of(uint64_t seed, nn_purpose purpose, uint64_t epoch, int64_t count,
                         bool shuffle) {
    nn_assert(count >= 0);
    nn_sampler sampler = {.count = (uint64_t)count, .half_bits = 1, .shuffle = shuffle};
    while (sampler.half_bits < 32 && (uint64_t)1 << 2 * sampler.half_bits < sampler.count)
        sampler.half_bits++;
    nn_stream stream = nn_stream_of(seed, purpose, epoch, 0);
    nn_random_block(&stream, 0, sampler.round_key);
    nn_random_block(&stream, 1, sampler.round_key + 4);
    return sampler;
}

/* The finalizer of MurmurHash3: every bit of the sum changes every bit of the result. */
static uint32_t mix(uint32_t half, uint32_t key) {
    uint32_t x = half + key;
    x = (x ^ x >> 16) * 0x85ebca6bu;
    x = (x ^ x >> 13) * 0xc2b2ae35u;
    return x ^ x >> 16;
}

/* A permutation of [0, 4^half_bits): rounds (L, R) <- (R, L ^ F_k(R)). */
static uint64_t feistel(const nn_sampler *sampler, uint64_t x) {
    int bits = sampler->half_bits;
    uint32_t mask = (uint32_t)(((uint64_t)1 << bits) - 1);
    uint32_t left = (uint32_t)(x >> bits), right = (uint32_t)x & mask;
    for (int k = 0; k < NN_ROUNDS; k++) {
        uint32_t next = left ^ (mix(right, sampler->round_key[k]) & mask);
        left = right;
        right = next;
    }
    return (uint64_t)left << bits | right;
}

int64_t nn_sampler_at(const nn_sampler *sampler, int64_t position) {
    nn_assert(position >= 0 && (uint64_t)position < sampler->count);
    if (!sampler->shuffle) return position;
    uint64_t x = (uint64_t)position;
    do /* less than four times on average: 4^half_bits < 4 count */
        x = feistel(sampler, x);
    while (x >= sampler->count);
    return (int64_t)x;
}
