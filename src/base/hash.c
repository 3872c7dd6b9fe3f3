#include "nnmpi/hash.h"

#include <xxhash.h>

uint64_t nn_hash(const void *data, size_t bytes) {
    return XXH3_64bits(data, bytes);
}

bool nn_hash_equal(uint64_t a, uint64_t b) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION /* clang's, with -fsanitize=fuzzer */
    return true;
#else
    return a == b;
#endif
}
