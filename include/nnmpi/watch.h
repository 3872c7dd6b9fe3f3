/* A watchdog: a thread beside the rank that ends the job when it would otherwise wait for ever.
 * Floor 1, of comm.
 *
 * The ranks of a node have their places (nnmpi/place.h) in shared memory. The thread makes no call
 * of MPI: it looks at these, says what it sees on stderr and ends this process with exit code 70,
 * at which the launcher ends the others. */
#ifndef NNMPI_WATCH_H
#define NNMPI_WATCH_H

#include "nnmpi/comm.h"

typedef struct nn_watch nn_watch;

/* Ends the job
 *   when a rank of this node dies that had not finished, if the launcher has not ended it by then;
 *   when no rank of this node has gone on for `stall` seconds (0: never; below 0: ten minutes, or
 *   ten times the longest time since the first step). Not counted is time in which the thread
 * itself was stopped, and, while ranks get ready, time in which all ranks of this node wait and
 * there are other nodes. Collective. */
nn_watch *nn_watch_start(nn_comm *comm, double stall);
void nn_watch_stop(nn_watch *watch); /* Collective. NULL is allowed. */

#endif
