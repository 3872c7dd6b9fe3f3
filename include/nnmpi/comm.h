/* The group of ranks. Floor 1; with reduce the only door to mpi.h.
 *
 * "Collective": every rank of the group must call it, in the same order.
 * "Logically collective": sends nothing, but needs equal values on all ranks. */
#ifndef NNMPI_COMM_H
#define NNMPI_COMM_H

#include <stdbool.h>

#include "nnmpi/real.h"
#include "nnmpi/status.h"

typedef struct nn_comm nn_comm;

/* Starts MPI (MPI_THREAD_FUNNELED) and makes the group of all ranks. Collective. Refuses
 * (NN_USAGE) when the launcher says N > 1 but MPI says 1: N lone processes would each train. */
nn_status nn_comm_start(nn_comm **comm, int *argc, char ***argv);
/* The group of the ranks of an intracommunicator (a pointer to an MPI_Comm) of a program that has
 * started MPI; a duplicate, so that its messages and ours never meet. NN_USAGE. Collective. */
nn_status nn_comm_adopt(nn_comm **comm, const void *communicator);
/* Ends MPI, unless the group was adopted. Collective. NULL is allowed (nothing was started). */
void nn_comm_finish(nn_comm *comm);
/* Ends the whole job at once with this exit code. Not collective. */
_Noreturn void nn_comm_abort(nn_comm *comm, int exit_code);
const char *nn_comm_version(void); /* "Open MPI v4.1.4 (MPI 3.1)"; MPI need not be started */

/* A group for each number that the ranks give, in the order of their ranks; NULL below 0: in none.
 * nn_comm_finish of the part leaves MPI as it is. Collective. */
nn_comm *nn_comm_split(nn_comm *comm, int group);

int nn_comm_rank(const nn_comm *comm);
int nn_comm_number(const nn_comm *comm); /* this rank's in the whole job, as messages name it */
int nn_comm_size(const nn_comm *comm);
const char *nn_comm_host(const nn_comm *comm);
int nn_comm_node_rank(const nn_comm *comm); /* rank among those that share this host's memory */
int nn_comm_node_size(const nn_comm *comm);
int nn_comm_nodes(const nn_comm *comm);
/* The MPI_Comm behind it, as a pointer to an MPI_Comm, for reduce. */
const void *nn_comm_handle(const nn_comm *comm);

/* All ranks leave with the same status: the lowest rank that failed decides. Its message is the
 * one kept on rank 0 (prefixed "[rank 3 host] " unless it is rank 0's). Collective. */
nn_status nn_comm_agree(nn_comm *comm, nn_status status);

void nn_comm_barrier(nn_comm *comm);                                        /* Collective. */
void nn_comm_broadcast(nn_comm *comm, void *data, int64_t bytes, int root); /* Collective. */
/* A text that rank 0 has, if its `status` is good, on every rank: *text[*length], NULL on the
 * others before it, by malloc. Returns what nn_comm_agree does. Collective. */
nn_status nn_comm_share_text(nn_comm *comm, nn_status status, char **text, size_t *length);
/* Element-wise over all ranks, in place, the same bits on each rank. Collective. */
void nn_comm_sum(nn_comm *comm, double *values, int n);
void nn_comm_max(nn_comm *comm, double *values, int n);
void nn_comm_sum_counts(nn_comm *comm, int64_t *values, int64_t n);
/* Every rank's `bytes` bytes, in rank order, into `all` (size * bytes). Collective. */
void nn_comm_gather(nn_comm *comm, const void *mine, void *all, int64_t bytes);
/* `bytes` bytes of rank `from` come to rank 0, in `data` of both. Called by those two ranks alone
 * (by rank 0 for itself: nothing is done). */
void nn_comm_deliver(nn_comm *comm, void *data, int64_t bytes, int from);

/* Notes between single ranks, of which nobody waits: post sends a copy of `bytes` bytes; take gets
 * one if it has come (false: none has). Every note must be taken; all have the same size. */
void nn_comm_post(nn_comm *comm, const void *note, int64_t bytes, int to);
bool nn_comm_take(nn_comm *comm, void *note, int64_t bytes, int *from);
/* A barrier for ranks that may wait long: meanwhile their cores are left to others, and `look`
 * (NULL: nothing) is called now and then. Collective. */
void nn_comm_rest(nn_comm *comm, void (*look)(void *context), void *context);

/* Memory of each rank that all ranks of its node read and write: `bytes` of this rank (they may
 * differ), zero, 64-byte aligned. The barrier waits for the ranks of the node and makes what they
 * wrote before it seen after it; it costs less than MPI's. NN_NO_MEMORY, on all ranks, where a
 * node's ranks cannot share memory or /dev/shm has no room for it. Collective. */
typedef struct nn_comm_window nn_comm_window;
nn_status nn_comm_window_create(nn_comm *comm, int64_t bytes, nn_comm_window **window);
void *nn_comm_window_part(const nn_comm_window *window, int node_rank);
void nn_comm_window_barrier(nn_comm_window *window); /* Collective over the node. */
void nn_comm_window_destroy(nn_comm_window *window); /* NULL is allowed. */

/* Memory that the ranks of one node share: one copy a node, 64-byte aligned. Falls back to
 * a copy of each rank's own where that cannot be; then `*copies` is true and every rank
 * must fill all of it. Otherwise each node rank fills its part, then nn_comm_shared_sync.
 * Collective. */
typedef struct nn_shared nn_shared;
nn_status nn_comm_shared_create(nn_comm *comm, int64_t bytes, nn_shared **shared, void **memory,
                                bool *copies);
void nn_comm_shared_sync(nn_shared *shared);    /* Collective over the node. */
void nn_comm_shared_destroy(nn_shared *shared); /* NULL is allowed. */

/* The part of `count` items that member `index` of `parts` takes: consecutive, sizes that differ by
 * one at most, the larger first. */
typedef struct nn_share {
    int64_t first, count;
} nn_share;
nn_share nn_share_of(int64_t count, int parts, int index);

#endif
