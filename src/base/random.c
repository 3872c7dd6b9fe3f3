#include "nnmpi/random.h"

#include <math.h>
#include <Random123/philox.h>

nn_stream nn_stream_of(uint64_t seed, nn_purpose purpose, uint64_t a, uint64_t b) {
    philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
    philox4x32_ctr_t counter = {{(uint32_t)purpose, (uint32_t)a, (uint32_t)(a >> 32), 0}};
    philox4x32_ctr_t derived = philox4x32(counter, key);
    return (nn_stream){{derived.v[0], derived.v[1]}, {(uint32_t)b, (uint32_t)(b >> 32)}};
}

void nn_random_block(const nn_stream *stream, uint64_t i, uint32_t out[4]) {
    philox4x32_key_t key = {{stream->key[0], stream->key[1]}};
    philox4x32_ctr_t counter = {
        {(uint32_t)i, (uint32_t)(i >> 32), stream->high[0], stream->high[1]}};
    philox4x32_ctr_t block = philox4x32(counter, key);
    for (int k = 0; k < 4; k++) out[k] = block.v[k];
}

uint64_t nn_random_bits(const nn_stream *stream, uint64_t i) {
    uint32_t block[4];
    nn_random_block(stream, i / 2, block);
    int half = 2 * (int)(i % 2);
    return (uint64_t)block[half + 1] << 32 | block[half];
}

double nn_random_uniform(const nn_stream *stream, uint64_t i) {
    return (double)(nn_random_bits(stream, i) >> 11) * 0x1p-53;
}

double nn_random_normal(const nn_stream *stream, uint64_t i) {
    double u = 1 - nn_random_uniform(stream, 2 * i); /* in (0, 1] */
    double v = nn_random_uniform(stream, 2 * i + 1);
    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

uint32_t nn_hash_text(const char *text) {
    uint32_t hash = 2166136261u;
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}
