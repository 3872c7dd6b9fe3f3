#include "mask.h"

#include <math.h>

enum { WORDS = 1024 };

NN_CLONES static void compare(uint32_t limit, nn_real scale, int64_t n, const uint32_t *word,
                              nn_real *m) {
    for (int64_t k = 0; k < n; k++) m[k] = word[k] < limit ? 0 : scale;
}

void nn_mask_draw(const nn_stream *stream, uint64_t first, double rate, int64_t n, nn_real *m) {
    const uint32_t limit = (uint32_t)ldexp(rate, 32); /* a word below it drops */
    const nn_real scale = (nn_real)(1 / (1 - rate));
    for (int64_t i = 0; i < n; i += WORDS) {
        uint32_t word[WORDS];
        int64_t count = n - i < WORDS ? n - i : WORDS;
        nn_random_blocks(stream, first + (uint64_t)i / 4, (count + 3) / 4, word);
        compare(limit, scale, count, word, m + i);
    }
}
