#include "nnmpi/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nnmpi/text.h"

FILE *nn_file_create(const char *path) {
    int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    int fd = open(path, flags, 0666);
    if (fd < 0 && errno == ELOOP && unlink(path) == 0) fd = open(path, flags, 0666);
    if (fd < 0) return NULL;
    FILE *file = fdopen(fd, "w");
    if (!file) close(fd);
    return file;
}

bool nn_file_sync(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC), reason = errno;
    bool good = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
    if (fd >= 0) {
        reason = errno;
        close(fd);
    }
    errno = reason;
    return good;
}

bool nn_file_sync_folder(const char *path) {
    nn_buffer folder = {0};
    const char *slash = strrchr(path, '/');
    nn_buffer_add(&folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    bool good = nn_file_sync(folder.text);
    int reason = errno;
    nn_buffer_free(&folder);
    errno = reason;
    return good;
}

static bool write_all(FILE *file, const char *text, size_t length) {
    bool good = fwrite(text, 1, length, file) == length;
    int reason = errno;
    if (fclose(file) != 0 && good) return false;
    errno = reason;
    return good;
}

static bool move(const char *temporary, const char *path, bool durable) {
    if (durable && !nn_file_sync(temporary)) return false;
    if (rename(temporary, path) != 0) return false;
    return !durable || nn_file_sync_folder(path);
}

nn_status nn_file_may_write(const char *path, bool force) {
    struct stat about;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return nn_error(NN_CANNOT_WRITE, "%s: a file is to be written, this is a folder", path);
    if (!force && access(path, F_OK) == 0)
        return nn_error(NN_CANNOT_WRITE, "%s: it exists already; --force replaces it", path);
    return NN_OK;
}

nn_status nn_file_publish(const char *path, const char *text, size_t length, bool durable) {
    NN_TRY(nn_file_may_write(path, true));
    nn_buffer temporary = {0};
    nn_buffer_add(&temporary, "%s.tmp", path);
    FILE *file = nn_file_create(temporary.text);
    nn_status status = file ? NN_OK : NN_CANNOT_WRITE;
    if (file && !(write_all(file, text, length) && move(temporary.text, path, durable)))
        status = NN_IO;
    if (status != NN_OK)
        status = nn_error(status, "%s cannot be written: %s", path, strerror(errno));
    if (status == NN_IO) unlink(temporary.text);
    nn_buffer_free(&temporary);
    return status;
}
