/* Which checkpoint to go on from. Rank 0 looks; the others are told. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "folder.h"
#include "nnmpi/checkpoint.h"
#include "nnmpi/log.h"
#include "sums.h"

nn_status nn_checkpoint_verify(const char *path) {
    nn_store *store;
    NN_TRY(nn_checkpoint_open(&store, path));
    return nn_store_close(store);
}

static void pass_over(int *seen) {
    nn_warning("%s\nIt is passed over.", nn_error_message());
    nn_error_clear();
    ++*seen;
}

/* The newest checkpoint of the folder that is complete; NULL if there is none. *seen: how many were
 * passed over. */
static nn_status newest(const char *folder, nn_arena *arena, int *seen, const char **path) {
    nn_entry *entry;
    int n;
    *seen = 0;
    NN_TRY(nn_folder_list(folder, arena, &entry, &n));
    for (int i = 0; i < n; i++) {
        nn_folder_look_inside(&entry[i]);
        if (*nn_error_message()) pass_over(seen);
    }
    nn_folder_sort(entry, n);
    for (int i = 0; i < n && entry[i].age.step >= 0; i++) {
        if (nn_checkpoint_verify(entry[i].path) == NN_OK) {
            *path = entry[i].path;
            return NN_OK;
        }
        pass_over(seen);
    }
    return NN_OK;
}

static nn_status required(const char *where, const char *path) {
    if (path) return NN_OK;
    return nn_error(NN_NO_INPUT,
                    "%s: there is no complete checkpoint in this folder to resume from", where);
}

/* A file, or the newest in a folder, relative to the current folder or else to `folder`. */
static nn_status find_path(const char *given, const char *folder, nn_arena *arena,
                           const char **path) {
    struct stat about;
    int seen;
    const char *home = getenv("HOME"), *at = given;
    if (strncmp(given, "~/", 2) == 0 && home) at = nn_arena_format(arena, "%s%s", home, given + 1);
    if (stat(at, &about) != 0 && *at != '/' && folder)
        at = nn_arena_format(arena, "%s/%s", folder, given);
    if (stat(at, &about) != 0)
        return nn_error(NN_NO_INPUT,
                        "checkpoint.resume: there is no file %s; auto, required, never or a "
                        "checkpoint is expected",
                        given);
    if (S_ISDIR(about.st_mode)) {
        NN_TRY(newest(at, arena, &seen, path));
        return required(at, *path);
    }
    NN_TRY(nn_checkpoint_verify(at));
    *path = nn_arena_text(arena, at);
    return NN_OK;
}

static nn_status find(const nn_checkpoint_options *options, const char *folder, nn_arena *arena,
                      const char **path) {
    const char *resume = options->resume ? options->resume : "auto";
    int seen;
    if (strcmp(resume, "never") == 0) return NN_OK;
    if (strcmp(resume, "auto") == 0 && !options->directory) return NN_OK;
    if (strcmp(resume, "auto") == 0) {
        NN_TRY(newest(options->directory, arena, &seen, path));
        if (seen && !*path)
            nn_warning("%s: no checkpoint in this folder is complete: training begins anew",
                       options->directory);
        return NN_OK;
    }
    if (strcmp(resume, "required") != 0) return find_path(resume, folder, arena, path);
    if (!options->directory)
        return nn_error(NN_BAD_CONFIG, "checkpoint.resume is required, but there is no "
                                       "checkpoint.directory to resume from");
    NN_TRY(newest(options->directory, arena, &seen, path));
    return required(options->directory, *path);
}

nn_status nn_checkpoint_find(const nn_checkpoint_options *options, const char *folder,
                             nn_arena *arena, nn_comm *comm, const char **path) {
    *path = NULL;
    nn_status status = NN_OK;
    if (nn_comm_rank(comm) == 0) status = find(options, folder, arena, path);
    NN_TRY(nn_comm_agree(comm, status));
    int64_t length = *path ? (int64_t)strlen(*path) + 1 : 0;
    nn_comm_broadcast(comm, &length, sizeof length, 0);
    if (length == 0) return NN_OK;
    char *text = nn_arena_alloc(arena, (size_t)length);
    if (nn_comm_rank(comm) == 0) memcpy(text, *path, (size_t)length);
    nn_comm_broadcast(comm, text, length, 0);
    *path = text;
    return NN_OK;
}
