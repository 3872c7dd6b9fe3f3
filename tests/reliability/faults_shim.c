/* LD_PRELOAD: faults on purpose, in the process of rank NNMPI_FAULT_RANK (by default 0).
 *
 *     NNMPI_FAULT=fsync:3      the third fsync of a checkpoint fails with EIO
 *     NNMPI_FAULT=fsync:3-     this one and all after it
 *     NNMPI_FAULT=rename:2     the same for renames of checkpoints (EIO)
 *     NNMPI_FAULT=bit:5        a number of the fifth sum of gradients by MPI is another one here
 *     NNMPI_FAULT=few:5        the same for sums of few doubles, as statistics of batch_norm are
 *     NNMPI_FAULT=write:9      half of the ninth write into a checkpoint, then ENOSPC until it is
 *                              closed
 *     NNMPI_FAULT=spoil:2      a byte of the second write of 256 bytes or more into a checkpoint is
 *                              another one, and nothing is said of it
 *     NNMPI_FAULT=flock:1-     a file system without locks (ENOLCK)
 *     NNMPI_FAULT=loop:20      the 20th matrix product never ends; sleep, exit, segv, abort:
 *                              instead
 *     NNMPI_FAULT=stack:20     the 20th matrix product needs more stack than there is
 *     NNMPI_FAULT=read:1       the first read of a file data.h5 never ends
 *     NNMPI_FAULT=slow:1-      reads of files data.h5 take 50 ms each
 *     NNMPI_FAULT=nan:20-      a number of its result is not one; before it the shell is given
 *                              NNMPI_FAULT_COMMAND, if there is one
 *
 * NNMPI_FAULT_TRACE: a file; a line for each write, fsync, rename and unlink of a checkpoint and
 * each fsync of a folder. */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

static bool my_rank(void) {
    const char *mine = getenv("OMPI_COMM_WORLD_RANK"), *wanted = getenv("NNMPI_FAULT_RANK");
    return atoi(mine ? mine : "0") == atoi(wanted ? wanted : "0");
}

/* Counts the calls of a kind: is this one to fail? */
static bool due(const char *kind, long *calls) {
    const char *fault = getenv("NNMPI_FAULT");
    size_t n = strlen(kind);
    if (!fault || strncmp(fault, kind, n) != 0 || fault[n] != ':' || !my_rank()) return false;
    char *rest;
    long first = strtol(fault + n + 1, &rest, 10);
    ++*calls;
    return *rest == '-' ? *calls >= first : *calls == first;
}

static bool is_checkpoint(const char *path) {
    size_t n = strlen(path);
    return n > 7 && strcmp(path + n - 7, ".h5.tmp") == 0;
}

static bool writes_checkpoint(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return false;
    path[n] = '\0';
    return is_checkpoint(path);
}

static void trace(const char *what) {
    const char *path = getenv("NNMPI_FAULT_TRACE");
    FILE *file = path && my_rank() ? fopen(path, "a") : NULL;
    if (!file) return;
    fprintf(file, "%s\n", what);
    fclose(file);
}

int unlink(const char *path) {
    size_t n = strlen(path);
    if (strstr(path, "step_") && n > 3 && strcmp(path + n - 3, ".h5") == 0) trace("unlink");
    return ((int (*)(const char *))next("unlink"))(path);
}

static bool is_folder(int fd) {
    struct stat about;
    return fstat(fd, &about) == 0 && S_ISDIR(about.st_mode);
}

int fsync(int fd) {
    static long calls;
    if (is_folder(fd)) trace("fsync folder");
    if (writes_checkpoint(fd)) trace("fsync");
    if (writes_checkpoint(fd) && due("fsync", &calls)) {
        errno = EIO;
        return -1;
    }
    return ((int (*)(int))next("fsync"))(fd);
}

int rename(const char *from, const char *to) {
    static long calls;
    if (is_checkpoint(from) && strstr(from, "step_") && due("rename", &calls)) {
        errno = EIO;
        return -1;
    }
    if (is_checkpoint(from) && strstr(from, "step_")) trace("rename");
    return ((int (*)(const char *, const char *))next("rename"))(from, to);
}

int flock(int fd, int operation) {
    static long calls;
    if (due("flock", &calls)) {
        errno = ENOLCK;
        return -1;
    }
    return ((int (*)(int, int))next("flock"))(fd, operation);
}

static bool reads_data(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    return n > 8 && memcmp(path + n - 8, "/data.h5", 8) == 0;
}

static ssize_t get(int fd, void *data, size_t n, off_t at) {
    static long calls, of_slow;
    bool of_data = reads_data(fd);
    if (of_data && due("read", &calls))
        for (;;) pause();
    if (of_data && due("slow", &of_slow)) usleep(50000);
    return ((ssize_t(*)(int, void *, size_t, off_t))next("pread"))(fd, data, n, at);
}

ssize_t pread(int fd, void *data, size_t n, off_t at) {
    return get(fd, data, n, at);
}

ssize_t pread64(int fd, void *data, size_t n, off_t at) {
    return get(fd, data, n, at);
}

/* The disk is full from the half of this write on, for this file. */
static int full = -1;

static ssize_t spoil(int fd, const char *data, size_t n, off_t at) {
    ssize_t (*real)(int, const void *, size_t, off_t) = next("pwrite");
    char other = (char)(data[n / 2] ^ 1);
    ssize_t put = real(fd, data, n, at);
    return real(fd, &other, 1, at + (off_t)(n / 2)) == 1 ? put : -1;
}

static ssize_t put(int fd, const void *data, size_t n, off_t at) {
    static long calls, large;
    ssize_t (*real)(int, const void *, size_t, off_t) = next("pwrite");
    if (fd == full) {
        errno = ENOSPC;
        return -1;
    }
    bool of_checkpoint = writes_checkpoint(fd);
    if (of_checkpoint) trace("write");
    if (of_checkpoint && due("write", &calls)) {
        full = fd;
        return real(fd, data, n / 2, at);
    }
    if (of_checkpoint && n >= 256 && due("spoil", &large)) return spoil(fd, data, n, at);
    return real(fd, data, n, at);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
    return put(fd, data, n, at);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off_t at) {
    return put(fd, data, n, at);
}

int dup2(int from, int to) { /* how nnmpi lets go of a file that cannot be written */
    if (to == full) full = -1;
    return ((int (*)(int, int))next("dup2"))(from, to);
}

int close(int fd) {
    if (fd == full) full = -1;
    return ((int (*)(int))next("close"))(fd);
}

/* The handles of Open MPI are pointers. */
int MPI_Allreduce(const void *mine, void *sum, int n, void *type, void *op, void *comm) {
    static long calls, of_few;
    int (*real)(const void *, void *, int, void *, void *, void *) = next("MPI_Allreduce");
    int status = real(mine, sum, n, type, op, comm);
    bool doubles = type == dlsym(RTLD_DEFAULT, "ompi_mpi_double");
    if (n <= 100 && doubles && due("few", &of_few)) *(double *)sum += 1e-3;
    if (n > 100 && due("bit", &calls)) ((float *)sum)[40] += 1e-3F;
    return status;
}

static void give_command(void) {
    const char *command = getenv("NNMPI_FAULT_COMMAND");
    if (!command) return;
    unsetenv("LD_PRELOAD"); /* not for the shell; this process has it */
    if (system(command) != 0) abort();
}

static int run_over(volatile char *above) {
    volatile char more[4096];
    more[0] = *above;
    return run_over(more) + more[0];
}

static void misbehave(float *result) {
    static long calls[7];
    if (due("loop", &calls[0]))
        for (volatile int forever = 1; forever;) {
        }
    if (due("sleep", &calls[1]))
        for (;;) pause();
    if (due("exit", &calls[2])) _exit(3);
    if (due("segv", &calls[3])) raise(SIGSEGV);
    if (due("abort", &calls[4])) abort();
    if (due("stack", &calls[6])) *result = (float)run_over(&(volatile char){0});
    if (due("nan", &calls[5])) {
        give_command();
        *result = NAN;
    }
}

void cblas_sgemm(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a,
                 int la, const float *b, int lb, float beta, float *c, int lc) {
    void (*real)(int, int, int, int, int, int, float, const float *, int, const float *, int, float,
                 float *, int) = next("cblas_sgemm");
    real(order, ta, tb, m, n, k, alpha, a, la, b, lb, beta, c, lc);
    misbehave(c);
}
