/* The run folder: its checkpoints, the links latest.h5 and best.h5, and what is left over. */
#ifndef NNMPI_CHECKPOINT_FOLDER_H
#define NNMPI_CHECKPOINT_FOLDER_H

#include <stdint.h>

#include "nnmpi/arena.h"
#include "nnmpi/status.h"

/* A checkpoint in a folder. */
typedef struct nn_entry {
    const char *name, *path;
    int64_t step;    /* -1: it does not say (damaged, or changed by another program) */
    int64_t seconds; /* of its last change */
} nn_entry;

/* Regular files *.h5 that are checkpoints, or that may be one (step -1), owned by the arena. A
 * folder that does not exist has none; NN_NO_INPUT if it cannot be read. */
nn_status nn_folder_list(const char *folder, nn_arena *arena, nn_entry **entries, int *n);
/* The newest first: by step, then by time, then by name. */
void nn_folder_sort(nn_entry *entry, int n);
/* Points folder/link at `name`, which lies in the same folder, in one step. */
nn_status nn_folder_link(const char *folder, const char *link, const char *name);
/* Removes the *.h5.tmp of a run that was killed. */
void nn_folder_sweep(const char *folder);
/* Removes checkpoints but for the newest `keep` (0: all) and those that the links name. Files of a
 * step beyond `step` belong to an earlier run and are the oldest. Other files are never touched. */
void nn_folder_prune(const char *folder, int64_t keep, int64_t step);
/* Brings the folder's list of names to the disk. */
nn_status nn_folder_sync(const char *folder);

#endif
