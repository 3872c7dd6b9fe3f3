/* One run a folder: rank 0 holds a lock on the file .lock in it, which the kernel takes away when
 * the process ends, however it ends. Where locks are refused nothing is held and nothing is said.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "folder.h"
#include "nnmpi/checkpoint.h"
#include "nnmpi/job.h"
#include "nnmpi/log.h"
#include "nnmpi/place.h"
#include "nnmpi/text.h"

#define NN_LOCK_NAP 50        /* milliseconds */
#define NN_LOCK_PATIENCE 5000 /* for ranks that outlive a launcher that was killed */
/* In a batch job, where nobody looks: for a file server that still has the lock of a node that has
 * failed. */
#define NN_LOCK_PATIENCE_OF_JOB 180000

struct nn_checkpoint_lock {
    int fd;
};

/* -1: there can be no lock. Its text is another run's until the lock is ours. */
static int open_file(const char *path) {
    int flags = O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    int fd = open(path, O_RDWR | flags, 0666);
    if (fd < 0 && errno == ELOOP && unlink(path) == 0) fd = open(path, O_RDWR | flags, 0666);
    if (fd < 0 && errno == EACCES)
        fd = open(path, O_RDONLY | (flags & ~O_CREAT)); /* another user's */
    struct stat about;
    if (fd < 0 || (fstat(fd, &about) == 0 && S_ISREG(about.st_mode))) return fd;
    close(fd);
    return -1;
}

/* False: another run has it. */
static bool take(int fd, const char *folder, bool *refused) {
    int patience = nn_job_variable() ? NN_LOCK_PATIENCE_OF_JOB : NN_LOCK_PATIENCE;
    for (int waited = 0;; waited += NN_LOCK_NAP) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
        *refused = errno != EWOULDBLOCK && errno != EINTR;
        if (*refused || waited >= patience) return false;
        if (waited == NN_LOCK_PATIENCE)
            nn_warning("%s: another run is at work in this folder; waiting for its end, three "
                       "minutes at most",
                       folder);
        nn_place_beat(); /* no hang: it ends */
        nanosleep(&(struct timespec){.tv_nsec = NN_LOCK_NAP * 1000000L}, NULL);
    }
}

static nn_status taken(const char *folder, int fd) {
    char holder[200];
    ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
    holder[n > 0 ? n : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    return nn_error(
        NN_CANNOT_WRITE,
        "%s: another run is at work in this folder: %s\n"
        "  end it, or give this run a folder of its own; if its machine is down, remove "
        "%s/.lock",
        folder, *holder ? holder : "it does not say which", folder);
}

/* For people: the lock itself is the kernel's. */
static void sign(int fd, const char *host) {
    nn_buffer text = {0};
    nn_buffer_add(&text, "process %lld on %s\n", (long long)getpid(), host);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text.text, text.length, 0) < 0) errno = 0;
    nn_buffer_free(&text);
}

static nn_status lock(const char *folder, const char *host, nn_checkpoint_lock **out) {
    nn_buffer path = {0};
    nn_buffer_add(&path, "%s/.lock", folder);
    int fd = open_file(path.text);
    nn_buffer_free(&path);
    if (fd < 0) return NN_OK;
    bool refused = false;
    if (!take(fd, folder, &refused)) {
        nn_status status = refused ? NN_OK : taken(folder, fd);
        close(fd);
        return status;
    }
    sign(fd, host);
    *out = malloc(sizeof **out);
    nn_assert(*out);
    (*out)->fd = fd;
    return NN_OK;
}

nn_status nn_checkpoint_hold(const char *folder, nn_comm *comm, nn_checkpoint_lock **out) {
    *out = NULL;
    nn_status status = NN_OK;
    if (nn_comm_rank(comm) == 0) status = lock(folder, nn_comm_host(comm), out);
    return nn_comm_agree(comm, status);
}

/* The lock is given back at once, also where a forked process still has the file open. */
void nn_checkpoint_release(nn_checkpoint_lock *lock) {
    if (!lock) return;
    flock(lock->fd, LOCK_UN);
    close(lock->fd);
    free(lock);
}
