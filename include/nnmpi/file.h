/* Files that are written. Floor 0. */
#ifndef NNMPI_FILE_H
#define NNMPI_FILE_H

#include <stdbool.h>
#include <stdio.h>

/* Like fopen(path, "w"), but a symbolic link of that name is replaced, never followed: nobody makes
 * a run write outside its folder by leaving one there. NULL with errno. */
FILE *nn_file_create(const char *path);

/* What was written to a file, or the names in a folder, are on the disk. False with errno; a file
 * system that has no need of it is none. */
bool nn_file_sync(const char *path);
/* The same of the folder that the file is in. */
bool nn_file_sync_folder(const char *path);

#endif
