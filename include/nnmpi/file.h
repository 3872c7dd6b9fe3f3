/* Files that are written. Floor 0. */
#ifndef NNMPI_FILE_H
#define NNMPI_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "nnmpi/status.h"

/* Like fopen(path, "w"), but a symbolic link of that name is replaced, never followed: nobody makes
 * a run write outside its folder by leaving one there. NULL with errno. */
FILE *nn_file_create(const char *path);

/* What was written to a file, or the names in a folder, are on the disk. False with errno; a file
 * system that has no need of it is none. */
bool nn_file_sync(const char *path);
/* The same of the folder that the file is in. */
bool nn_file_sync_folder(const char *path);

/* What a file seems to be by its first bytes, and what to do with it: "a picture (see `nnmpi import
 * images`)"; NULL: not known. */
const char *nn_file_seems_to_be(const void *bytes, size_t n);

/* Whether a file that the user named may be written: it is no folder, and not there unless `force`
 * (--force). NN_CANNOT_WRITE. */
nn_status nn_file_may_write(const char *path, bool force);

/* Writes the file by way of PATH.tmp: who is killed leaves the old one or the new one, whole, and
 * who reads finds one of them. `durable`: on the disk when it returns. NN_CANNOT_WRITE, NN_IO. */
nn_status nn_file_publish(const char *path, const char *text, size_t length, bool durable);

#endif
