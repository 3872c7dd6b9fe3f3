/* Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC'11). Floor 0.
 *
 * A number is a pure function of (seed, purpose, a, b, index): what is drawn, never who draws it.
 * So weights, order and masks are the same on any number of ranks. */
#ifndef NNMPI_RANDOM_H
#define NNMPI_RANDOM_H

#include <stdint.h>

/* One purpose, one independent family of streams. */
typedef enum nn_purpose {
    NN_RANDOM_WEIGHTS = 1, /* a = layer key, b = parameter */
    NN_RANDOM_ORDER = 2,   /* a = epoch */
    NN_RANDOM_SPLIT = 3,
    NN_RANDOM_MASK = 4, /* a = step, b = (layer key, sample): dropout and its kin */
    NN_RANDOM_TEST = 5,
    NN_RANDOM_TEXT = 6, /* index = position: the tokens that are generated */
    NN_RANDOM_SWEEP = 7 /* a = trial, b = hash of the key: the values of trials */
} nn_purpose;

/* A stream: the counter's high words and the key, fixed; nn_random_* give its elements. */
typedef struct nn_stream {
    uint32_t key[2];
    uint32_t high[2];
} nn_stream;

nn_stream nn_stream_of(uint64_t seed, nn_purpose purpose, uint64_t a, uint64_t b);

/* Block i of the stream: four independent 32-bit words. */
void nn_random_block(const nn_stream *stream, uint64_t i, uint32_t out[4]);
/* Blocks first to first + n, words[4 n]: the same, several at once. */
void nn_random_blocks(const nn_stream *stream, uint64_t first, int64_t n, uint32_t *words);
/* Element i, 64 random bits. */
uint64_t nn_random_bits(const nn_stream *stream, uint64_t i);
/* Element i, uniform in [0, 1), 53 bits. */
double nn_random_uniform(const nn_stream *stream, uint64_t i);
/* Element i, standard normal by Box-Muller. */
double nn_random_normal(const nn_stream *stream, uint64_t i);
/* A 32-bit hash of a text (FNV-1a), to key a stream by a name. */
uint32_t nn_hash_text(const char *text);

#endif
