/* BLAS threads of a rank: the cores it may run on, divided among the ranks that share them. */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/hash.h"
#include "nnmpi/train.h"

typedef struct nn_place { /* of a rank */
    uint64_t host;
    cpu_set_t cores;
} nn_place;

static bool share_cores(const nn_place *a, const nn_place *b) {
    cpu_set_t both;
    CPU_AND(&both, &a->cores, &b->cores);
    return a->host == b->host && CPU_COUNT(&both) > 0;
}

int nn_threads_for_rank(nn_comm *comm) {
    nn_place mine, *all = malloc((size_t)nn_comm_size(comm) * sizeof *all);
    nn_assert(all);
    memset(&mine, 0, sizeof mine);
    mine.host = nn_hash(nn_comm_host(comm), strlen(nn_comm_host(comm)));
    if (sched_getaffinity(0, sizeof mine.cores, &mine.cores) != 0) CPU_SET(0, &mine.cores);
    nn_comm_gather(comm, &mine, all, sizeof mine);
    int sharing = 0;
    for (int r = 0; r < nn_comm_size(comm); r++) sharing += share_cores(&mine, &all[r]);
    free(all);
    int threads = CPU_COUNT(&mine.cores) / sharing;
    return threads < 1 ? 1 : threads;
}
