/* Making the folder, listing it, and what is durable in it. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nnmpi/checkpoint.h"
#include "nnmpi/file.h"
#include "nnmpi/store.h"
#include "nnmpi/text.h"
#include "seal.h"

/* ---- making it ---- */

static nn_status make(const char *path) {
    struct stat about;
    if (mkdir(path, 0777) == 0) return NN_OK;
    int reason = errno;
    if (stat(path, &about) == 0)
        return S_ISDIR(about.st_mode) ? NN_OK
                                      : nn_error(NN_CANNOT_WRITE, "%s: this is not a folder", path);
    return nn_error(NN_CANNOT_WRITE, "%s: the folder cannot be made: %s", path, strerror(reason));
}

static nn_status make_all(char *path) {
    for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        nn_status status = make(path);
        *slash = '/';
        NN_TRY(status);
    }
    return make(path);
}

static nn_status try_to_write(const char *folder) {
    nn_buffer probe = {0};
    nn_buffer_add(&probe, "%s/.nnmpi-XXXXXX", folder);
    int fd = mkstemp(probe.text), reason = errno;
    if (fd >= 0) {
        close(fd);
        unlink(probe.text);
    }
    nn_buffer_free(&probe);
    if (fd >= 0) return NN_OK;
    return nn_error(NN_CANNOT_WRITE, "%s: nothing can be written into this folder: %s", folder,
                    strerror(reason));
}

static nn_status make_and_try(const char *folder) {
    char *path = strdup(folder);
    if (!path) nn_panic("out of memory");
    nn_status status = make_all(path);
    free(path);
    NN_TRY(status);
    return try_to_write(folder);
}

nn_status nn_checkpoint_folder(const char *folder, nn_comm *comm) {
    return nn_comm_agree(comm, nn_comm_rank(comm) == 0 ? make_and_try(folder) : NN_OK);
}

nn_status nn_folder_sync(const char *folder) {
    return nn_file_sync(folder) ? NN_OK
                                : nn_error(NN_IO, "%s: cannot write: %s", folder, strerror(errno));
}

/* ---- listing ---- */

/* Calls `visit` with every regular file (not a link) whose name ends with `end`. */
static bool each_file(const char *folder, const char *end,
                      void (*visit)(void *context, const char *name, const char *path,
                                    const struct stat *about),
                      void *context) {
    DIR *dir = opendir(folder);
    if (!dir) return false;
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (!nn_ends(entry->d_name, end)) continue;
        nn_buffer path = {0};
        struct stat about;
        nn_buffer_add(&path, "%s/%s", folder, entry->d_name);
        if (lstat(path.text, &about) == 0 && (S_ISREG(about.st_mode) || S_ISLNK(about.st_mode)))
            visit(context, entry->d_name, path.text, &about);
        nn_buffer_free(&path);
    }
    closedir(dir);
    return true;
}

typedef struct nn_entries {
    nn_arena *arena;
    nn_entry *entry;
    int n, room;
} nn_entries;

static void add_entry(void *context, const char *name, const char *path, const struct stat *about) {
    nn_entries *list = context;
    if (S_ISLNK(about->st_mode)) return;
    nn_age age = nn_no_age;
    nn_seal_read(path, &age);
    if (list->n == list->room) {
        nn_entry *wider = NN_NEW_ARRAY(list->arena, nn_entry, 2 * list->room + 16);
        if (list->n) memcpy(wider, list->entry, (size_t)list->n * sizeof *wider);
        list->entry = wider;
        list->room = 2 * list->room + 16;
    }
    list->entry[list->n++] = (nn_entry){.name = nn_arena_text(list->arena, name),
                                        .path = nn_arena_text(list->arena, path),
                                        .age = age,
                                        .changed = about->st_mtim};
}

nn_status nn_folder_list(const char *folder, nn_arena *arena, nn_entry **entries, int *n) {
    nn_entries list = {.arena = arena};
    bool missing = !each_file(folder, ".h5", add_entry, &list);
    if (missing && errno != ENOENT && errno != ENOTDIR)
        return nn_error(NN_NO_INPUT, "%s: %s", folder, strerror(errno));
    *entries = list.entry;
    *n = list.n;
    return NN_OK;
}

void nn_folder_look_inside(nn_entry *entry) {
    nn_store *store;
    nn_age age = {0, -1};
    if (entry->age.step >= 0 || nn_store_open(&store, entry->path) != NN_OK) return;
    if (nn_store_has(store, "/nnmpi/state/step"))
        nn_store_read(store, "/nnmpi/state/step", NN_I64, 1, &age.step);
    if (age.step >= 0 && nn_store_has_attribute(store, "/nnmpi", "generation"))
        nn_store_read_int(store, "/nnmpi", "generation", &age.generation);
    nn_store_close(store);
    if (age.step >= 0 && age.generation >= 0 && age.generation <= NN_LAST_GENERATION)
        entry->age = age;
}

/* ---- removing ---- */

static void remove_file(void *context, const char *name, const char *path,
                        const struct stat *about) {
    unlink(path);
}

void nn_checkpoint_sweep(const char *folder, nn_comm *comm) {
    if (nn_comm_rank(comm) == 0) each_file(folder, ".h5.tmp", remove_file, NULL);
}

/* What a link in the folder names; "" if it is none. */
static const char *link_target(const char *folder, const char *link, nn_arena *arena) {
    const char *path = nn_arena_format(arena, "%s/%s", folder, link);
    char target[4096];
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n < 0) return "";
    target[n] = '\0';
    return nn_arena_text(arena, target);
}

static int newer(const void *a, const void *b) {
    const nn_entry *x = a, *y = b;
    int order = nn_age_compare(y->age, x->age);
    if (order) return order;
    if (x->changed.tv_sec != y->changed.tv_sec)
        return x->changed.tv_sec < y->changed.tv_sec ? 1 : -1;
    if (x->changed.tv_nsec != y->changed.tv_nsec)
        return x->changed.tv_nsec < y->changed.tv_nsec ? 1 : -1;
    return strcmp(y->name, x->name);
}

void nn_folder_sort(nn_entry *entry, int n) {
    if (n == 0) return;
    qsort(entry, (size_t)n, sizeof *entry, newer);
    nn_age newest = entry[0].age;
    for (int i = 1; i < n; i++)
        if (entry[i].age.generation < newest.generation && entry[i].age.step > newest.step)
            entry[i].age.generation -= NN_LAST_GENERATION + 1;
    qsort(entry, (size_t)n, sizeof *entry, newer);
}

nn_age nn_folder_newest(const char *folder, const char *name) {
    nn_entry *entry;
    int n;
    nn_age newest = nn_no_age;
    nn_arena *arena = nn_arena_create();
    if (nn_folder_list(folder, arena, &entry, &n) != NN_OK) n = 0;
    for (int i = 0; i < n; i++) {
        if (strcmp(entry[i].name, name) == 0) continue;
        nn_folder_look_inside(&entry[i]);
        if (nn_age_compare(entry[i].age, newest) > 0) newest = entry[i].age;
    }
    nn_error_clear();
    nn_arena_destroy(arena);
    return newest;
}

nn_age nn_age_after(nn_age newest, int64_t step) {
    nn_age age = {newest.generation > 0 ? newest.generation : 0, step};
    if (nn_age_compare(newest, age) > 0 && age.generation < NN_LAST_GENERATION) age.generation++;
    return age;
}

void nn_folder_prune(const char *folder, int64_t keep) {
    nn_entry *entry;
    int n, kept = 0;
    if (keep <= 0) return;
    nn_arena *arena = nn_arena_create();
    const char *latest = link_target(folder, "latest.h5", arena),
               *best = link_target(folder, "best.h5", arena);
    if (nn_folder_list(folder, arena, &entry, &n) != NN_OK) n = 0;
    int ours = 0;
    for (int i = 0; i < n; i++)
        if (entry[i].age.step >= 0) entry[ours++] = entry[i];
    nn_folder_sort(entry, ours);
    for (int i = 0; i < ours; i++) {
        bool named = strcmp(entry[i].name, latest) == 0 || strcmp(entry[i].name, best) == 0;
        if (kept++ >= keep && !named) unlink(entry[i].path);
    }
    nn_arena_destroy(arena);
}

/* ---- links ---- */

nn_status nn_folder_link(const char *folder, const char *link, const char *name) {
    nn_buffer temporary = {0}, path = {0};
    nn_buffer_add(&path, "%s/%s", folder, link);
    nn_buffer_add(&temporary, "%s.tmp", path.text);
    unlink(temporary.text);
    nn_status status = NN_OK;
    if (symlink(name, temporary.text) != 0 || rename(temporary.text, path.text) != 0) {
        status = nn_error(NN_CANNOT_WRITE, "%s: the link to %s cannot be made: %s", path.text, name,
                          strerror(errno));
        unlink(temporary.text);
    }
    nn_buffer_free(&path);
    nn_buffer_free(&temporary);
    return status;
}
