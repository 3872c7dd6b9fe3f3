/* One copy a node: a window in which node rank 0 has all of it. */
#include <stdint.h>
#include <stdlib.h>

#include "group.h"
#include "nnmpi/arena.h"
#include "nnmpi/place.h"

struct nn_shared {
    nn_comm_window *window; /* NULL: plain memory of each rank's own */
    void *plain;
};

nn_status nn_comm_shared_create(nn_comm *comm, int64_t bytes, nn_shared **out, void **memory,
                                bool *copies) {
    nn_shared *shared = calloc(1, sizeof *shared);
    nn_assert(shared);
    /* Every rank takes the same way, though nodes may differ in size. */
    *copies = comm->nodes == comm->size;
    int64_t mine = comm->node_rank == 0 ? bytes : 0;
    if (!*copies && nn_comm_window_create(comm, mine, &shared->window) != NN_OK) {
        *copies = true;
        nn_error_clear();
    }
    nn_status status = NN_OK;
    if (*copies) {
        shared->plain =
            aligned_alloc(NN_ALIGNMENT, ((size_t)bytes / NN_ALIGNMENT + 1) * NN_ALIGNMENT);
        if (!shared->plain)
            status = nn_error(NN_NO_MEMORY, "no memory for %lld bytes of data", (long long)bytes);
    }
    status = nn_comm_agree(comm, status);
    if (status != NN_OK) {
        nn_comm_shared_destroy(shared);
        return status;
    }
    *memory = *copies ? shared->plain : nn_comm_window_part(shared->window, 0);
    *out = shared;
    return NN_OK;
}

void nn_comm_shared_sync(nn_shared *shared) {
    if (!shared->window) return;
    nn_place_wait(true);
    nn_comm_window_barrier(shared->window);
    nn_place_wait(false);
}

void nn_comm_shared_destroy(nn_shared *shared) {
    if (!shared) return;
    nn_comm_window_destroy(shared->window);
    free(shared->plain);
    free(shared);
}
