#include "nnmpi/hash.h"

#include <xxhash.h>

uint64_t nn_hash(const void *data, size_t bytes) {
    return XXH3_64bits(data, bytes);
}
