/* Opening and closing, and why a file cannot be opened. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nnmpi/file.h"
#include "nnmpi/text.h"
#include "inside.h"

bool nn_store_guest;

static nn_store *store_of(const char *file, bool writing) {
    /* At the end of the program HDF5 would close what a damaged file has left open in it, and
     * complain on stderr when it cannot. Our own files are closed by then. */
    if (!nn_store_guest) H5dont_atexit();
    nn_store_keep_reasons();
    nn_store *store = calloc(1, sizeof *store);
    char *name = strdup(file);
    if (!store || !name) nn_panic("out of memory");
    *store = (nn_store){.id = -1, .file = name, .writing = writing};
    return store;
}

static void free_store(nn_store *store) {
    free(store->file);
    free(store);
}

/* A file access list. The variable HDF5_USE_FILE_LOCKING, if set, overrides `locking`. */
static hid_t access_list(bool locking) {
    hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fclose_degree(list, H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 10, 7) && !(H5_VERS_MINOR == 12 && H5_VERS_RELEASE == 0)
    H5Pset_file_locking(list, locking, true); /* true: go on where locks are not implemented */
#endif
    return list;
}

/* What becomes of a file by its name, when its first bytes tell nothing. */
static const char *by_name(const char *file) {
    static const struct {
        const char *end, *what;
    } named[] = {
        {".csv", "; a table comes into HDF5 by `nnmpi import csv`"},
        {".tsv", "; a table comes into HDF5 by `nnmpi import csv`"},
        {".txt", "; a text comes into HDF5 by `nnmpi import text`"},
        {".yaml", "; it seems to be a configuration"},
        {".yml", "; it seems to be a configuration"},
    };
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (nn_ends(file, named[i].end)) return named[i].what;
    return "";
}

static nn_status not_hdf5(const char *file, const char *kind) {
    return nn_error(NN_BAD_DATA, "%s: this is not an HDF5 file%s%s", file,
                    kind ? "; it seems to be " : by_name(file), kind ? kind : "");
}

static nn_status check_content(const char *file) {
    char bytes[32];
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == EACCES)
        return nn_error(NN_NO_INPUT, "%s: no permission to read this file", file);
    if (fd < 0) return nn_error(NN_NO_INPUT, "%s: %s", file, strerror(errno));
    ssize_t n = pread(fd, bytes, sizeof bytes, 0);
    int reason = errno;
    close(fd);
    if (n < 0) return nn_error(NN_IO, "%s: %s", file, strerror(reason));
    if (n == 0) return nn_error(NN_BAD_DATA, "%s: the file is empty", file);
    if (H5Fis_hdf5(file) <= 0) return not_hdf5(file, nn_file_seems_to_be(bytes, (size_t)n));
    return NN_OK;
}

/* Everything that can be said without opening it as HDF5. */
static nn_status check_file(const char *file) {
    struct stat about;
    if (stat(file, &about) != 0 && errno == ENOENT)
        return nn_error(NN_NO_INPUT, "%s: there is no such file", file);
    if (stat(file, &about) != 0) return nn_error(NN_NO_INPUT, "%s: %s", file, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return nn_error(NN_NO_INPUT, "%s: this is a folder, not an HDF5 file", file);
    if (!S_ISREG(about.st_mode)) /* opening a pipe would wait for ever */
        return nn_error(NN_NO_INPUT, "%s: this is not a regular file", file);
    return check_content(file);
}

/* HDF5 looks twice at a link and takes one that has changed meanwhile, as latest.h5 of a run that
 * goes on does, for damage: it is given what the link names. */
static hid_t open_with(const char *file, bool locking) {
    char named[PATH_MAX];
    hid_t list = access_list(locking);
    hid_t id = H5Fopen(realpath(file, named) ? named : file, H5F_ACC_RDONLY, list);
    H5Pclose(list);
    return id;
}

static nn_status why_not_open(const char *file, const char *reason) {
    if (strstr(reason, "truncated"))
        return nn_error(NN_BAD_DATA, "%s: the file is truncated (HDF5: %s)", file, reason);
    if (strstr(reason, "lock file"))
        return nn_error(NN_NO_INPUT, "%s: another program has it open for writing (HDF5: %s)", file,
                        reason);
    return nn_error(nn_store_blame(NN_BAD_DATA),
                    "%s: the HDF5 file is damaged or truncated (HDF5: %s)", file, reason);
}

/* After a failure: the file system has no locks (NFS, some read-only ones), so it is used without;
 * it is not that another program has the file. */
static bool locks_refused(void) {
    return strstr(nn_store_reason(), "lock file") && !strstr(nn_store_reason(), strerror(EAGAIN));
}

static nn_status open_store(nn_store *store) {
    NN_GUARD(nn_guard_caught(store));
    store->id = open_with(store->file, true);
    if (store->id < 0 && locks_refused()) store->id = open_with(store->file, false);
    nn_guard_leave();
    return store->id < 0 ? why_not_open(store->file, nn_store_reason()) : NN_OK;
}

nn_status nn_store_open(nn_store **out, const char *file) {
    *out = NULL;
    nn_store *store = store_of(file, false);
    nn_status status = check_file(file);
    if (status == NN_OK) status = open_store(store);
    if (status == NN_OK)
        *out = store;
    else
        free_store(store);
    return status;
}

static hid_t create_with(const char *file, bool locking, int *reason) {
    hid_t list = access_list(locking), creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_obj_track_times(creation, false);
    errno = 0;
    hid_t id = H5Fcreate(file, H5F_ACC_TRUNC, creation, list);
    *reason = errno;
    H5Pclose(creation);
    H5Pclose(list);
    return id;
}

nn_status nn_store_create(nn_store **out, const char *file) {
    *out = NULL;
    int reason;
    nn_store *store = store_of(file, true);
    store->id = create_with(file, true, &reason);
    if (store->id < 0 && locks_refused()) store->id = create_with(file, false, &reason);
    if (store->id < 0) {
        free_store(store);
        return nn_error(NN_CANNOT_WRITE, "%s: the file cannot be created: %s", file,
                        reason ? strerror(reason) : nn_store_reason());
    }
    *out = store;
    return NN_OK;
}

/* After a failed write (a full disk) HDF5 tries again to write what is left when it closes the
 * file; if that fails too it keeps a dangling file and crashes at the end of the program. The file
 * is lost anyway, so what is left goes into memory that is thrown away. */
static void abandon(nn_store *store) {
    int *fd = NULL, nowhere = memfd_create("nnmpi", MFD_CLOEXEC);
    if (nowhere < 0) return;
    struct rlimit limit;
    bool limited = getrlimit(RLIMIT_FSIZE, &limit) == 0;
    if (limited) setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit.rlim_max, limit.rlim_max});
    if (H5Fget_vfd_handle(store->id, H5P_DEFAULT, (void **)&fd) >= 0 && fd) dup2(nowhere, *fd);
    H5Fflush(store->id, H5F_SCOPE_LOCAL);
    if (limited) setrlimit(RLIMIT_FSIZE, &limit);
    close(nowhere);
}

nn_status nn_store_close(nn_store *store) {
    if (!store) return NN_OK;
    nn_status status = NN_OK;
    if (store->writing && H5Fflush(store->id, H5F_SCOPE_LOCAL) < 0) {
        status = nn_error(NN_IO, "%s: cannot write (HDF5: %s)", store->file, nn_store_reason());
        abandon(store);
    }
    if (!store->broken && H5Fclose(store->id) < 0 && status == NN_OK)
        status = nn_error(NN_IO, "%s: cannot close (HDF5: %s)", store->file, nn_store_reason());
    free_store(store);
    return status;
}

const char *nn_store_file(const nn_store *store) {
    return store->file;
}

const char *nn_store_version(void) {
    static char text[48];
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    snprintf(text, sizeof text, "HDF5 %u.%u.%u", major, minor, release);
    return text;
}
