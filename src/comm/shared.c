/* One copy a node: memory that the ranks of a node share. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include "group.h"
#include "nnmpi/arena.h"

struct nn_shared {
    MPI_Win window; /* MPI_WIN_NULL: plain memory of each rank's own */
    MPI_Comm node;
    void *plain;
};

/* Open MPI backs a shared window by a file in /dev/shm and does not notice when that is full: the
 * first touch would be a bus error. Ask before; where there is no /dev/shm let MPI try. */
static bool shared_memory_has_room(int64_t bytes) {
    struct statvfs room;
    if (statvfs("/dev/shm", &room) != 0) return true;
    return (double)room.f_bavail * (double)room.f_frsize > (double)bytes + 1e6;
}

static bool allocate_window(nn_comm *comm, int64_t bytes, nn_shared *shared, void **memory) {
    int room = shared_memory_has_room(bytes), everywhere = 0;
    MPI_Allreduce(&room, &everywhere, 1, MPI_INT, MPI_MIN, comm->all);
    if (!everywhere) return false;
    MPI_Aint mine = comm->node_rank == 0 ? (MPI_Aint)bytes + NN_ALIGNMENT : 0;
    MPI_Errhandler before;
    MPI_Comm_get_errhandler(comm->node, &before);
    MPI_Comm_set_errhandler(comm->node, MPI_ERRORS_RETURN);
    int ok = MPI_Win_allocate_shared(mine, 1, MPI_INFO_NULL, comm->node, memory, &shared->window) ==
             MPI_SUCCESS;
    MPI_Comm_set_errhandler(comm->node, before);
    MPI_Errhandler_free(&before);
    MPI_Allreduce(&ok, &everywhere, 1, MPI_INT, MPI_MIN, comm->all);
    if (!everywhere) {
        if (ok) MPI_Win_free(&shared->window);
        shared->window = MPI_WIN_NULL;
        return false;
    }
    MPI_Aint size;
    int unit;
    MPI_Win_shared_query(shared->window, 0, &size, &unit, memory);
    MPI_Win_lock_all(MPI_MODE_NOCHECK, shared->window);
    return true;
}

nn_status nn_comm_shared_create(nn_comm *comm, int64_t bytes, nn_shared **out, void **memory,
                                bool *copies) {
    nn_shared *shared = calloc(1, sizeof *shared);
    nn_assert(shared);
    shared->window = MPI_WIN_NULL;
    shared->node = comm->node;
    /* Every rank takes the same way, though nodes may differ in size. */
    bool wanted = comm->nodes < comm->size;
    *copies = !(wanted && allocate_window(comm, bytes, shared, memory));
    nn_status status = NN_OK;
    if (*copies) {
        size_t padded = ((size_t)bytes / NN_ALIGNMENT + 1) * NN_ALIGNMENT;
        shared->plain = *memory = calloc(1, padded + NN_ALIGNMENT);
        if (!shared->plain)
            status = nn_error(NN_NO_MEMORY, "no memory for %lld bytes of data", (long long)bytes);
    }
    status = nn_comm_agree(comm, status);
    if (status != NN_OK) {
        nn_comm_shared_destroy(shared);
        return status;
    }
    uintptr_t address = (uintptr_t)*memory;
    *memory = (char *)*memory + (NN_ALIGNMENT - address % NN_ALIGNMENT) % NN_ALIGNMENT;
    *out = shared;
    return NN_OK;
}

void nn_comm_shared_sync(nn_shared *shared) {
    if (shared->window == MPI_WIN_NULL) return;
    MPI_Win_sync(shared->window);
    MPI_Barrier(shared->node);
    MPI_Win_sync(shared->window);
}

void nn_comm_shared_destroy(nn_shared *shared) {
    if (!shared) return;
    if (shared->window != MPI_WIN_NULL) {
        MPI_Win_unlock_all(shared->window);
        MPI_Win_free(&shared->window);
    }
    free(shared->plain);
    free(shared);
}
