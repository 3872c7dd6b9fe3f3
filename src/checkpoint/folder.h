/* The run folder: its checkpoints, the links latest.h5 and best.h5, and what is left over. */
#ifndef NNMPI_CHECKPOINT_FOLDER_H
#define NNMPI_CHECKPOINT_FOLDER_H

#include <stdint.h>
#include <time.h>

#include "nnmpi/arena.h"
#include "nnmpi/status.h"
#include "seal.h"

/* A checkpoint in a folder. */
typedef struct nn_entry {
    const char *name, *path;
    nn_age age; /* nn_no_age: it does not say (damaged, or changed by another program) */
    struct timespec changed;
} nn_entry;

/* Regular files *.h5 that are checkpoints, or that may be one (nn_no_age), owned by the arena. A
 * folder that does not exist has none; NN_NO_INPUT if it cannot be read. */
nn_status nn_folder_list(const char *folder, nn_arena *arena, nn_entry **entries, int *n);
/* The age that a file without a seal has inside: another program has written it anew. The file
 * stays of nn_no_age, with a message in nn_error_message(), if it is damaged or no HDF5. */
void nn_folder_look_inside(nn_entry *entry);
/* The newest first: by age, then by time, then by name; but those of an earlier generation with a
 * larger step than the newest one has are what it has turned back from, and the oldest. */
void nn_folder_sort(nn_entry *entry, int n);
/* The age of the newest checkpoint but for the one called `name`; nn_no_age: there is none. Opens
 * every file: known from then on to a run that has the folder to itself. */
nn_age nn_folder_newest(const char *folder, const char *name);
/* The age of a checkpoint of this step that is about to be written: it will be the newest one,
 * whatever an earlier run has left there (of those of one step it is by its time). */
nn_age nn_age_after(nn_age newest, int64_t step);
/* Points folder/link at `name`, which lies in the same folder, in one step. */
nn_status nn_folder_link(const char *folder, const char *link, const char *name);
/* Removes checkpoints but for the newest `keep` (0: all) and those that the links name. Other files
 * are never touched. */
void nn_folder_prune(const char *folder, int64_t keep);
/* Brings the folder's list of names to the disk. */
nn_status nn_folder_sync(const char *folder);

#endif
