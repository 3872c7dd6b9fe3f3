/* A file is complete or it is not there. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nnmpi/file.h"
#include "inside.h"

static nn_status put_in_place(const char *temporary, const char *path) {
    if (!nn_file_sync(temporary)) return nn_error(NN_IO, "%s: %s", temporary, strerror(errno));
    if (rename(temporary, path) != 0)
        return nn_error(NN_CANNOT_WRITE, "%s: %s", path, strerror(errno));
    if (nn_file_sync_folder(path)) return NN_OK;
    return nn_error(NN_IO, "the folder of %s: %s", path, strerror(errno));
}

nn_status nn_store_publish(nn_store *store, const char *path, nn_status status) {
    char *temporary = strdup(store->file);
    if (!temporary) nn_panic("out of memory");
    nn_status closed = nn_store_close(store);
    if (status == NN_OK) status = closed;
    if (status == NN_OK) status = put_in_place(temporary, path);
    if (status != NN_OK) unlink(temporary);
    free(temporary);
    return status;
}
