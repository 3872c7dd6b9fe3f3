/* The seal: 32 bytes after the end of the HDF5 file, which readers of HDF5 do not look at.
 *
 *     "nnmpi-ck"   step (int64)   bytes of the HDF5 file (int64)   hash (uint64)
 *
 * The hash covers every byte before it, metadata of HDF5 included, which the checksums of the data
 * sets do not; so a flipped bit is found before HDF5 is asked to make sense of it. A file without a
 * seal (changed by another program since) is still judged by its checksums. */
#ifndef NNMPI_CHECKPOINT_SEAL_H
#define NNMPI_CHECKPOINT_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "nnmpi/status.h"

/* Appends the seal to a closed file and brings it to the disk. NN_IO. */
nn_status nn_seal_write(const char *path, int64_t step);
/* The step in the seal, without looking at the content; false: no seal (or no such file). */
bool nn_seal_read(const char *path, int64_t *step);
/* NN_OK if the content is what was sealed, or if there is no seal; else NN_BAD_DATA. */
nn_status nn_seal_check(const char *path);

#endif
