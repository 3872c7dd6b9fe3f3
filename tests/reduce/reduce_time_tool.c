/* reduce_time_tool ROUNDS MB...   milliseconds of a sum of that many megabytes by each strategy,
 * which take turns: the median over rounds and the least, of the slowest rank. Every gradient is
 * written anew before its sum, as a backward pass does. And microseconds of a barrier, that of a
 * node's shared memory and MPI's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nnmpi/log.h"
#include "nnmpi/reduce.h"

#define CONTROLS 16
#define MOST 8

static nn_comm *comm;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static double time_of(nn_reduce *reduce, int round) {
    double control[CONTROLS] = {0};
    nn_part part = nn_reduce_part(reduce, 0);
    for (int64_t i = 0; i < reduce->n; i++) part.dW[i] = (nn_real)(i % 7 + round);
    nn_reduce_fold(reduce, 0);
    nn_comm_barrier(comm);
    double begun = now();
    nn_reduce_sum(reduce, control);
    double taken = now() - begun;
    nn_comm_max(comm, &taken, 1);
    return taken;
}

static int in_order(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void measure(double megabytes, int rounds, nn_arena *arena) {
    nn_reduce *reduce[MOST];
    double *taken[MOST];
    int n = 0;
    for (int k = 0; nn_reduce_kinds[k] && n < MOST; k++) {
        if (strcmp(nn_reduce_kinds[k]->name, "auto") == 0) continue;
        nn_typed chosen = nn_kind_preset(arena, nn_reduce_kinds[k]);
        int64_t numbers = (int64_t)(megabytes * 1048576 / sizeof(nn_real));
        if (nn_reduce_create(&reduce[n], &chosen, comm,
                             &(nn_reduce_size){.n = numbers, .c = CONTROLS}) != NN_OK)
            nn_panic("%s", nn_error_message());
        taken[n++] = NN_NEW_ARRAY(arena, double, rounds);
    }
    for (int round = -1; round < rounds; round++) /* the first is to warm up */
        for (int k = 0; k < n; k++) {
            double t = time_of(reduce[k], round);
            if (round >= 0) taken[k][round] = t;
        }
    for (int k = 0; k < n; k++) {
        qsort(taken[k], (size_t)rounds, sizeof(double), in_order);
        if (nn_comm_rank(comm) == 0)
            printf("%10.3f  %-12s %10.3f %10.3f\n", megabytes, reduce[k]->reduction->kind.name,
                   taken[k][rounds / 2], taken[k][0]);
        nn_reduce_destroy(reduce[k]);
    }
}

/* Of batches of barriers: one in which nobody was disturbed is among them. */
static void measure_barriers(int rounds) {
    double least[2] = {1e9, 1e9};
    nn_comm_window *window;
    if (nn_comm_window_create(comm, 0, &window) != NN_OK) nn_panic("%s", nn_error_message());
    for (int round = 0; round < 20 * rounds; round++) {
        double begun = now();
        for (int i = 0; i < 200; i++)
            round % 2 ? nn_comm_barrier(comm) : nn_comm_window_barrier(window);
        double taken = (now() - begun) * 1e3 / 200;
        if (taken < least[round % 2]) least[round % 2] = taken;
    }
    nn_comm_window_destroy(window);
    if (nn_comm_rank(comm) == 0)
        printf("a barrier: %.2f us in shared memory, %.2f us by MPI\n", least[0], least[1]);
}

int main(int argc, char **argv) {
    nn_assert(argc > 2 && nn_comm_start(&comm, &argc, &argv) == NN_OK);
    nn_log_setup(NN_NORMAL, nn_comm_rank(comm) == 0);
    nn_arena *arena = nn_arena_create();
    if (nn_comm_rank(comm) == 0)
        printf("%d ranks on %d nodes, %s\n", nn_comm_size(comm), nn_comm_nodes(comm),
               nn_comm_version());
    if (nn_comm_nodes(comm) == 1) measure_barriers(atoi(argv[1]));
    if (nn_comm_rank(comm) == 0)
        printf("%10s  %-12s %10s %10s\n", "MB", "reduction", "ms median", "least");
    for (int i = 2; i < argc; i++) measure(atof(argv[i]), atoi(argv[1]), arena);
    nn_arena_destroy(arena);
    nn_comm_finish(comm);
    return 0;
}
