#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nnmpi/hash.h"
#include "nnmpi/place.h"

#define NN_SEAL_MAGIC "nnmpi-ck"
#define NN_SEAL_PIECE ((int64_t)4 << 20)
#define NN_STEP_BITS 48

typedef struct nn_seal {
    char magic[8];
    int64_t age, bytes;
    uint64_t hash;
} nn_seal;

/* Reads exactly n bytes; false with errno (0: the file is too short). */
static bool read_at(int fd, void *out, int64_t n, int64_t at) {
    for (int64_t done = 0; done < n;) {
        errno = 0;
        ssize_t got = pread(fd, (char *)out + done, (size_t)(n - done), at + done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        done += got;
    }
    return true;
}

/* Hash of hashes: h <- XXH3(h, XXH3(piece)) over pieces of 4 MiB, started with age and bytes. */
static bool hash_content(int fd, const nn_seal *seal, uint64_t *hash) {
    char *piece = malloc((size_t)NN_SEAL_PIECE);
    if (!piece) nn_panic("out of memory");
    uint64_t pair[2] = {(uint64_t)seal->age, (uint64_t)seal->bytes};
    *hash = nn_hash(pair, sizeof pair);
    bool good = true;
    for (int64_t at = 0; good && at < seal->bytes; at += NN_SEAL_PIECE) {
        int64_t n = seal->bytes - at < NN_SEAL_PIECE ? seal->bytes - at : NN_SEAL_PIECE;
        good = read_at(fd, piece, n, at);
        pair[0] = *hash;
        pair[1] = good ? nn_hash(piece, (size_t)n) : 0;
        *hash = nn_hash(pair, sizeof pair);
        nn_place_beat();
    }
    free(piece);
    return good;
}

/* Opens `path` and reads its seal, if it has one. */
static int open_sealed(const char *path, nn_seal *seal, int64_t *size) {
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -1;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) {
        *size = about.st_size;
        int64_t at = *size - (int64_t)sizeof *seal;
        if (at >= 0 && read_at(fd, seal, sizeof *seal, at) &&
            memcmp(seal->magic, NN_SEAL_MAGIC, sizeof seal->magic) == 0)
            return fd;
    }
    close(fd);
    return -1;
}

bool nn_seal_read(const char *path, nn_age *age) {
    nn_seal seal;
    int64_t size;
    int fd = open_sealed(path, &seal, &size);
    if (fd < 0) return false;
    close(fd);
    *age = (nn_age){seal.age >> NN_STEP_BITS, seal.age & (((int64_t)1 << NN_STEP_BITS) - 1)};
    return true;
}

nn_status nn_seal_check(const char *path) {
    nn_seal seal;
    int64_t size;
    int fd = open_sealed(path, &seal, &size);
    if (fd < 0) return NN_OK;
    uint64_t hash = 0;
    bool good = seal.bytes == size - (int64_t)sizeof seal && hash_content(fd, &seal, &hash);
    int reason = errno;
    close(fd);
    if (good && nn_hash_equal(hash, seal.hash)) return NN_OK;
    if (!good && reason == EIO) return nn_error(NN_IO, "%s: %s", path, strerror(reason));
    return nn_error(NN_BAD_DATA,
                    "%s: the checkpoint is damaged: its content is not what was written", path);
}

static bool write_at(int fd, const void *data, int64_t n, int64_t at) {
    for (int64_t done = 0; done < n;) {
        ssize_t put = pwrite(fd, (const char *)data + done, (size_t)(n - done), at + done);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        done += put;
    }
    return true;
}

nn_status nn_seal_write(const char *path, nn_age age) {
    nn_seal seal = {.age = age.generation << NN_STEP_BITS | age.step};
    memcpy(seal.magic, NN_SEAL_MAGIC, sizeof seal.magic);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool good = fd >= 0 && (seal.bytes = lseek(fd, 0, SEEK_END)) >= 0 &&
                hash_content(fd, &seal, &seal.hash) &&
                write_at(fd, &seal, sizeof seal, seal.bytes) && fsync(fd) == 0;
    int reason = errno;
    if (fd >= 0 && close(fd) != 0 && good) reason = errno, good = false;
    if (good) return NN_OK;
    return nn_error(NN_IO, "%s: cannot write: %s", path, strerror(reason));
}
