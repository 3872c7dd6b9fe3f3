#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nnmpi/log.h"

static char folder[] = "/dev/shm/nnmpi-fuzz-XXXXXX";
static nn_comm *comm;
static long within_hdf5; /* inputs that made HDF5 itself fail: src/store/guard.c */

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *at) {
    return remove(path);
}

static void clean_up(void) {
    nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    if (within_hdf5) fprintf(stderr, "HDF5 itself failed %ld times and was caught\n", within_hdf5);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    if (!mkdtemp(folder)) nn_panic("there is no /dev/shm to write to");
    nn_log_setup(NN_QUIET, false);
    atexit(clean_up);
    return 0;
}

/* It is not finished: then MPI would unload what could tell whose a leak is. */
nn_comm *fuzz_comm(void) {
    if (!comm && nn_comm_start(&comm, NULL, NULL) != NN_OK) nn_panic("%s", nn_error_message());
    return comm;
}

const char *fuzz_path(const char *name) {
    char *path;
    if (asprintf(&path, "%s/%s", folder, name) < 0) nn_panic("out of memory");
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(path, 0777);
    }
    return path;
}

/* A new file each time: one that HDF5 failed in stays open there, known by its number on the disk.
 */
void fuzz_write(const char *path, const uint8_t *data, size_t n) {
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, data, n) != (ssize_t)n) nn_panic("cannot write %s", path);
    close(fd);
}

void fuzz_expect(nn_status status) {
    const char *message = nn_error_message();
    if ((status == NN_OK) != (*message == '\0'))
        nn_panic("%s with the message `%s`", nn_status_name(status), message);
    for (const char *c = message; *c; c++)
        if ((unsigned char)*c < ' ' && *c != '\n' && *c != '\t')
            nn_panic("a message with a control character: `%s`", message);
    static const char caught[] = ": the file is damaged (HDF5 failed in it)";
    size_t length = strlen(message), end = sizeof caught - 1;
    within_hdf5 += length > end && memcmp(message + length - end, caught, end) == 0;
    nn_error_clear();
}

uint8_t fuzz_choice(const uint8_t *data, size_t *n) {
    return *n ? data[--*n] : 0;
}
