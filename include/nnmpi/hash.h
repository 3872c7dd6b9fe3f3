/* Checksums: XXH3, 64 bits. Floor 0; the only door to xxhash.h. */
#ifndef NNMPI_HASH_H
#define NNMPI_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint64_t nn_hash(const void *data, size_t bytes);
/* Whether a checksum holds. In a fuzzer's build every one does: what is behind it is tried too. */
bool nn_hash_equal(uint64_t a, uint64_t b);

#endif
