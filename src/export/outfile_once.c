/* Files that appear when they are whole. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exported.h"
#include "nnmpi/file.h"

struct nn_outfile {
    FILE *file;
    nn_buffer path, temporary;
    bool failed;
    int error; /* errno of the first failure */
};

static nn_status cannot(const char *path, int error) {
    return nn_error(NN_CANNOT_WRITE, "%s: cannot be written: %s", path, strerror(error));
}

nn_status nn_outfile_open(nn_outfile **output, const char *path, bool force) {
    *output = NULL;
    NN_TRY(nn_file_may_write(path, force));
    nn_outfile *o = calloc(1, sizeof *o);
    if (!o) nn_panic("out of memory");
    nn_buffer_add(&o->path, "%s", path);
    nn_buffer_add(&o->temporary, "%s.tmp", path);
    o->file = fopen(o->temporary.text, "wb");
    if (o->file) {
        *output = o;
        return NN_OK;
    }
    nn_status status = cannot(path, errno);
    nn_buffer_free(&o->path);
    nn_buffer_free(&o->temporary);
    free(o);
    return status;
}

void nn_outfile_write(nn_outfile *o, const void *bytes, size_t length) {
    if (o->failed || fwrite(bytes, 1, length, o->file) == length) return;
    o->failed = true;
    o->error = errno;
}

static bool finish(nn_outfile *o) {
    if (!o->failed && (fflush(o->file) != 0 || fsync(fileno(o->file)) != 0))
        o->failed = true, o->error = errno;
    if (fclose(o->file) != 0 && !o->failed) o->failed = true, o->error = errno;
    return !o->failed;
}

nn_status nn_outfile_close(nn_outfile *o, nn_status status) {
    bool whole = finish(o);
    if (status == NN_OK && whole && rename(o->temporary.text, o->path.text) != 0)
        whole = false, o->error = errno;
    if (status == NN_OK && whole)
        nn_file_sync_folder(o->path.text); /* if it cannot be, the file is there all the same */
    else
        remove(o->temporary.text);
    if (status == NN_OK && !whole)
        status = nn_error(o->error == ENOSPC ? NN_IO : NN_CANNOT_WRITE, "%s: cannot be written: %s",
                          o->path.text, strerror(o->error));
    nn_buffer_free(&o->path);
    nn_buffer_free(&o->temporary);
    free(o);
    return status;
}
