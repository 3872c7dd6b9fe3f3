/* A checkpoint is complete or it is not there: temporary file, verified, renamed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "content.h"
#include "folder.h"
#include "nnmpi/text.h"
#include "seal.h"

static nn_status write_file(const nn_snapshot *snapshot, nn_age age, const char *path) {
    nn_store *store;
    NN_TRY(nn_store_create(&store, path));
    nn_status status = nn_content_write(store, snapshot, age.generation);
    nn_status closed = nn_store_close(store);
    if (status == NN_OK) status = closed;
    if (status == NN_OK) status = nn_seal_write(path, age);
    if (status == NN_OK) status = nn_checkpoint_verify(path);
    return status;
}

static nn_status rename_file(const char *from, const char *to) {
    if (rename(from, to) == 0) return NN_OK;
    return nn_error(NN_CANNOT_WRITE, "%s: cannot be renamed to %s: %s", from, to, strerror(errno));
}

static nn_status save(const nn_snapshot *snapshot, const nn_checkpoint_options *options,
                      const char *name, bool best, const char *path, const char *temporary) {
    const char *folder = options->directory;
    nn_age newest = snapshot->newest ? *snapshot->newest : nn_no_age;
    if (newest.step < 0) newest = nn_folder_newest(folder, name);
    nn_age age = nn_age_after(newest, snapshot->state ? snapshot->state->step : 0);
    nn_status status = write_file(snapshot, age, temporary);
    if (status == NN_OK) status = rename_file(temporary, path);
    if (status != NN_OK) {
        unlink(temporary);
        return status;
    }
    if (snapshot->newest) *snapshot->newest = age;
    NN_TRY(nn_folder_sync(folder));
    NN_TRY(nn_folder_link(folder, "latest.h5", name));
    if (best) NN_TRY(nn_folder_link(folder, "best.h5", name));
    nn_folder_prune(folder, options->keep);
    return nn_folder_sync(folder);
}

nn_status nn_checkpoint_save(const nn_snapshot *snapshot, const nn_checkpoint_options *options,
                             const char *name, bool best, nn_comm *comm) {
    nn_status status = NN_OK;
    if (nn_comm_rank(comm) == 0) {
        nn_buffer file = {0}, path = {0}, temporary = {0};
        nn_buffer_add(&file, "%s.h5", name);
        nn_buffer_add(&path, "%s/%s", options->directory, file.text);
        nn_buffer_add(&temporary, "%s.tmp", path.text);
        status = save(snapshot, options, file.text, best, path.text, temporary.text);
        nn_buffer_free(&file);
        nn_buffer_free(&path);
        nn_buffer_free(&temporary);
    }
    return nn_comm_agree(comm, status);
}
