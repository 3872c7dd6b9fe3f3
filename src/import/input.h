/* A file that is read from its beginning to its end, unpacked on the way if it is gzip's. */
#ifndef NNMPI_IMPORT_INPUT_H
#define NNMPI_IMPORT_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "nnmpi/status.h"

typedef struct nn_input {
    const char *file;
    void *stream;   /* zlib's */
    int64_t offset; /* of the next byte, after unpacking */
} nn_input;

/* A regular file; NN_NO_INPUT. */
nn_status nn_input_open(nn_input *in, const char *file);
/* *got of at most n bytes, fewer only at the end of the file. NN_BAD_DATA: gzip's data are damaged
 * or truncated; NN_IO. */
nn_status nn_input_read(nn_input *in, void *bytes, int64_t n, int64_t *got);
/* Bytes that are left to read; -1: not known, since the file is packed. */
int64_t nn_input_left(const nn_input *in);
void nn_input_close(nn_input *in);

#endif
