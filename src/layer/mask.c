#include "mask.h"

#include <math.h>

void nn_mask_draw(const nn_stream *stream, uint64_t first, double rate, int64_t n, nn_real *m) {
    const uint32_t limit = (uint32_t)ldexp(rate, 32); /* a word below it drops */
    const nn_real scale = (nn_real)(1 / (1 - rate));
    for (int64_t i = 0; i < n; i += 4) {
        uint32_t word[4];
        nn_random_block(stream, first + (uint64_t)i / 4, word);
        for (int64_t k = i; k < n && k < i + 4; k++) m[k] = word[k - i] < limit ? 0 : scale;
    }
}
