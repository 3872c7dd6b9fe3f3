/* The seal: 32 bytes after the end of the HDF5 file, which readers of HDF5 do not look at.
 *
 *     "nnmpi-ck"   age (int64)   bytes of the HDF5 file (int64)   hash (uint64)
 *
 * The age is the step, and above its 48 bits the generation: of two files of a folder the one with
 * the larger age was written later. A run that starts over, or goes on from an earlier file, in a
 * folder that has files of larger steps is a new generation.
 *
 * The hash covers every byte before it, metadata of HDF5 included, which the checksums of the data
 * sets do not; so a flipped bit is found before HDF5 is asked to make sense of it. A file without a
 * seal (changed by another program since) is still judged by its checksums. */
#ifndef NNMPI_CHECKPOINT_SEAL_H
#define NNMPI_CHECKPOINT_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "nnmpi/checkpoint.h"

#define NN_LAST_GENERATION 32767
static inline int nn_age_compare(nn_age a, nn_age b) {
    if (a.generation != b.generation) return a.generation < b.generation ? -1 : 1;
    return a.step < b.step ? -1 : a.step > b.step;
}

/* Appends the seal to a closed file and brings it to the disk. NN_IO. */
nn_status nn_seal_write(const char *path, nn_age age);
/* The age in the seal, without looking at the content; false: no seal (or no such file). */
bool nn_seal_read(const char *path, nn_age *age);
/* NN_OK if the content is what was sealed, or if there is no seal; else NN_BAD_DATA. */
nn_status nn_seal_check(const char *path);

#endif
