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

const char *nn_file_seems_to_be(const void *bytes, size_t n) {
    static const struct {
        size_t length;
        const char *magic, *what;
    } known[] = {
        {4, "\x89HDF", "HDF5, which needs no import (see `nnmpi inspect`)"},
        {6, "\x93NUMPY", "a NumPy array (see `nnmpi import npy`)"},
        {4, "\x89PNG", "a picture (see `nnmpi import images`)"},
        {3, "\xff\xd8\xff", "a picture (see `nnmpi import images`)"},
        {3, "\0\0\x08", "IDX, as MNIST is (see `nnmpi import idx`)"},
        {3, "CDF", "NetCDF 3 (`nccopy -k nc4` makes it HDF5)"},
        {4, "PK\3\4", "a zip archive (NumPy .npz, Keras .keras, PyTorch .pt, a spreadsheet)"},
        {4, "PAR1", "Parquet (pandas.read_parquet and to_csv make CSV of it)"},
        {2, "\x1f\x8b", "packed by gzip (`gunzip` it)"},
        {3, "BZh", "packed by bzip2 (`bunzip2` it)"},
        {5, "\xfd\x37zXZ", "packed by xz (`unxz` it)"},
        {4, "\x28\xb5\x2f\xfd", "packed by zstd (`unzstd` it)"},
        {2, "\xff\xfe", "text in UTF-16 (`iconv -f UTF-16 -t UTF-8` converts it)"},
        {2, "\xfe\xff", "text in UTF-16 (`iconv -f UTF-16 -t UTF-8` converts it)"},
        {23, "version https://git-lfs", "a pointer of Git LFS (see `git lfs pull`)"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (n >= known[i].length && memcmp(bytes, known[i].magic, known[i].length) == 0)
            return known[i].what;
    return NULL;
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
