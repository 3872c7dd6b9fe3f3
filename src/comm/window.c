/* Memory of each rank that the ranks of its node see, and a barrier in it.
 *
 * It is a POSIX shared memory object, not an MPI window: it is reserved before it is
 * touched, so that a full /dev/shm is an error and not a bus error, and the object has lost its
 * name before it is used, so that nothing is left of a run that is killed. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "group.h"
#include "nnmpi/arena.h"
#include "nnmpi/place.h"
#include "nnmpi/text.h"

#define NN_PAGE 4096
/* Looks, about half a millisecond; then the core is offered to others. */
#define NN_PATIENCE 20000
#define NN_PROGRESS 64

/* Who has come, and how often all have; 0 at first, as all of the object is. */
typedef struct nn_gate {
    _Alignas(NN_ALIGNMENT) atomic_int arrived;
    _Alignas(NN_ALIGNMENT) atomic_uint round;
} nn_gate;

struct nn_comm_window {
    nn_comm *comm;
    char *memory; /* a page for the gate, then the part of each node rank */
    int64_t size;
    nn_gate *gate;
    int64_t patience;
    int64_t at[]; /* where the part of each node rank begins */
};

static nn_status refuse(const nn_comm_window *w) {
    return nn_error(NN_NO_MEMORY,
                    "the ranks of a node cannot share %s of memory in /dev/shm on %s: %s",
                    nn_text_bytes((double)w->size), w->comm->host, strerror(errno));
}

/* Each part on pages of its own. */
static void find_parts(nn_comm_window *w, int64_t bytes) {
    bytes = (bytes + NN_PAGE - 1) / NN_PAGE * NN_PAGE;
    nn_place_wait(true);
    MPI_Allgather(&bytes, 1, MPI_INT64_T, w->at, 1, MPI_INT64_T, w->comm->node);
    nn_place_wait(false);
    w->size = NN_PAGE;
    for (int r = 0; r < w->comm->node_size; r++) {
        int64_t size = w->at[r];
        w->at[r] = w->size;
        w->size += size;
    }
}

/* Node rank 0 makes the object, the others open it by the name that it tells. */
static int open_object(const nn_comm_window *w, char *name, size_t size) {
    static int count;
    const nn_comm *comm = w->comm;
    int object = -1;
    if (comm->node_rank == 0) {
        snprintf(name, size, "/nnmpi-%ld-%d", (long)getpid(), count++);
        object = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
        if (object >= 0 && ftruncate(object, (off_t)w->size) != 0) {
            close(object);
            object = -1;
        }
    }
    nn_place_wait(true);
    MPI_Bcast(name, (int)size, MPI_CHAR, 0, comm->node);
    nn_place_wait(false);
    return comm->node_rank == 0 ? object : shm_open(name, O_RDWR, 0);
}

/* Every rank a share of it, about its own part: the pages are near the core that asks for them. */
static nn_status reserve(nn_comm_window *w, int object) {
    nn_share pages = nn_share_of(w->size / NN_PAGE, w->comm->node_size, w->comm->node_rank);
    if (pages.count)
        errno = posix_fallocate(object, (off_t)pages.first * NN_PAGE, (off_t)pages.count * NN_PAGE);
    if (pages.count && errno) return refuse(w);
    w->memory = mmap(NULL, (size_t)w->size, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);
    return w->memory == MAP_FAILED ? refuse(w) : NN_OK;
}

static nn_status map(nn_comm_window *w) {
    char name[64] = "";
    int object = open_object(w, name, sizeof name);
    nn_status status = object < 0 ? refuse(w) : reserve(w, object);
    if (object >= 0) close(object);
    status = nn_comm_agree(w->comm, status); /* all have opened it, or never will */
    if (w->comm->node_rank == 0 && *name) shm_unlink(name);
    return status;
}

nn_status nn_comm_window_create(nn_comm *comm, int64_t bytes, nn_comm_window **out) {
    *out = NULL;
    nn_comm_window *w = calloc(1, sizeof *w + (size_t)comm->node_size * sizeof *w->at);
    nn_assert(w);
    w->comm = comm;
    w->memory = MAP_FAILED;
    w->patience = comm->crowd > sysconf(_SC_NPROCESSORS_ONLN) ? 0 : NN_PATIENCE;
    find_parts(w, bytes);
    nn_status status = map(w);
    if (status != NN_OK) {
        nn_comm_window_destroy(w);
        return status;
    }
    w->gate = (nn_gate *)(void *)w->memory;
    *out = w;
    return NN_OK;
}

void *nn_comm_window_part(const nn_comm_window *w, int node_rank) {
    return w->memory + w->at[node_rank];
}

static void pause_core(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Looks, then also lets others have the core, then also lets MPI look around: a rank that has gone
 * ends the job through MPI, which must be asked now and then. */
static void wait_a_little(const nn_comm_window *w, int64_t looks) {
    if (looks < w->patience) {
        pause_core();
        return;
    }
    sched_yield();
    int flag;
    if (looks % NN_PROGRESS == 0)
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, w->comm->node, &flag, MPI_STATUS_IGNORE);
}

void nn_comm_window_barrier(nn_comm_window *w) {
    nn_gate *gate = w->gate;
    unsigned round = atomic_load_explicit(&gate->round, memory_order_relaxed);
    int here = atomic_fetch_add_explicit(&gate->arrived, 1, memory_order_acq_rel) + 1;
    if (here == w->comm->node_size) {
        atomic_store_explicit(&gate->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&gate->round, round + 1, memory_order_release);
        return;
    }
    for (int64_t looks = 1; atomic_load_explicit(&gate->round, memory_order_acquire) == round;)
        wait_a_little(w, looks++);
}

void nn_comm_window_destroy(nn_comm_window *w) {
    if (!w) return;
    if (w->memory != MAP_FAILED) munmap(w->memory, (size_t)w->size);
    free(w);
}
