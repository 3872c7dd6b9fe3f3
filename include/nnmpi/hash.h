/* Checksums: XXH3, 64 bits. Floor 0; the only door to xxhash.h. */
#ifndef NNMPI_HASH_H
#define NNMPI_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t nn_hash(const void *data, size_t bytes);

#endif
