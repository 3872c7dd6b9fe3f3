/* reduce_tool check N_NUMBERS...   every strategy sums that many numbers several times; exit 1 and
 * a line for each sum that is wrong or differs between ranks; rank 0 prints hashes of the bits
 * reduce_tool shards S N_NUMBERS...   the same with S shards, for strategies that keep an order
 * reduce_tool haste STRATEGY       many small sums while ranks come late by turns
 * reduce_tool die STRATEGY         the last rank kills itself while the others wait for it */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nnmpi/hash.h"
#include "nnmpi/log.h"
#include "nnmpi/reduce.h"

#define CONTROLS 13

static nn_comm *comm;
static int rank, ranks, shards, failures;

static int parts(void) {
    return shards ? shards : ranks;
}

/* What part r has at i in a round: of both signs and many sizes. */
static nn_real number(int r, int64_t i, int round) {
    uint64_t x = ((uint64_t)i * 64 + (uint64_t)r) * 1024 + (uint64_t)round;
    x = (x ^ x >> 31) * 0x9e3779b97f4a7c15u;
    x ^= x >> 29;
    double unit = (double)(x % 100003) / 50001.5 - 1;
    return (nn_real)(unit * (1 + (double)(x >> 50)));
}

static double control_number(int r, int i, int round) {
    return (double)(r * 1000 + i) + 0.25 * round;
}

static nn_reduce *create(const char *name, int64_t n, nn_arena *arena) {
    nn_reduce *reduce = NULL;
    for (int i = 0; nn_reduce_kinds[i]; i++) {
        if (strcmp(nn_reduce_kinds[i]->name, name) != 0) continue;
        nn_typed chosen = nn_kind_preset(arena, nn_reduce_kinds[i]);
        if (nn_reduce_create(&reduce, &chosen, comm,
                             &(nn_reduce_size){n, CONTROLS, shards, n % 2 != 0}) != NN_OK)
            nn_panic("%s: %s", name, nn_error_message());
    }
    nn_assert(reduce);
    return reduce;
}

static void fill(nn_reduce *reduce, int round) {
    for (int k = 0; k < (int)reduce->mine.count; k++) {
        nn_part part = nn_reduce_part(reduce, k);
        int of = (int)reduce->mine.first + k;
        for (int64_t i = 0; i < reduce->n; i++) part.dW[i] = number(of, i, round);
        for (int i = 0; i < CONTROLS; i++) part.control[i] = control_number(of, i, round);
        nn_reduce_fold(reduce, k);
    }
}

static void complain(const char *name, int64_t n, const char *what, int64_t i) {
    if (failures++ < 5)
        printf("FAILED: rank %d of %d: %s of %lld numbers: %s %lld\n", rank, ranks, name,
               (long long)n, what, (long long)i);
}

/* Against sums in double precision; the control word, of quarters, must be exact. */
static void check_sums(const nn_reduce *reduce, const double *control, const char *name,
                       int round) {
    for (int64_t i = 0; i < reduce->n; i++) {
        double sum = 0, magnitude = 0;
        for (int r = 0; r < parts(); r++) {
            sum += (double)number(r, i, round);
            magnitude += fabs((double)number(r, i, round));
        }
        if (!(fabs((double)reduce->dW[i] - sum) <= parts() * NN_REAL_EPSILON * magnitude))
            complain(name, reduce->n, "the sum of number", i);
    }
    for (int i = 0; i < CONTROLS; i++) {
        double sum = 0;
        for (int r = 0; r < parts(); r++) sum += control_number(r, i, round);
        if (control[i] != sum) complain(name, reduce->n, "control", i);
    }
}

static uint64_t check_bits(const nn_reduce *reduce, const double *control, const char *name) {
    uint64_t mine[2] = {nn_hash(reduce->dW, (size_t)reduce->n * sizeof(nn_real)),
                        nn_hash(control, CONTROLS * sizeof *control)};
    uint64_t(*all)[2] = malloc((size_t)ranks * sizeof *all);
    nn_assert(all);
    nn_comm_gather(comm, mine, all, sizeof mine);
    for (int r = 0; r < ranks; r++)
        if (memcmp(all[r], mine, sizeof mine) != 0)
            complain(name, reduce->n, "other bits on rank", r);
    free(all);
    return mine[0] ^ mine[1];
}

static void check(const char *name, int64_t n, nn_arena *arena) {
    nn_reduce *reduce = create(name, n, arena);
    for (int64_t i = 0; i < reduce->n; i++)
        if (reduce->dW[i] != 0) complain(name, n, "not 0 at first:", i);
    uint64_t hash[2], both = 0;
    for (int round = 0; round < (n > 1000000 ? 1 : 2); round++) {
        for (int again = 0; again < 2; again++) {
            double control[CONTROLS];
            fill(reduce, round);
            nn_reduce_sum(reduce, control);
            if (!again) check_sums(reduce, control, name, round);
            hash[again] = check_bits(reduce, control, name);
        }
        if (hash[0] != hash[1]) complain(name, n, "once more, other bits in round", round);
        both = both * 31 + hash[0];
    }
    if (rank == 0) printf("%s %lld %016llx\n", name, (long long)n, (unsigned long long)both);
    nn_reduce_destroy(reduce);
}

/* Words that are summed without a gradient, more than go in one message. */
static uint64_t check_words(int n, nn_arena *arena) {
    nn_reduce *reduce = create("alltoall", 1, arena);
    double *words = NN_NEW_ARRAY(arena, double, reduce->mine.count *n);
    double *out = NN_NEW_ARRAY(arena, double, n);
    for (int k = 0; k < (int)reduce->mine.count; k++)
        for (int i = 0; i < n; i++)
            words[k * n + i] = (double)number((int)reduce->mine.first + k, i, 0) / 3;
    nn_reduce_words(reduce, words, n, out);
    for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int r = 0; r < parts(); r++) sum += (double)number(r, i, 0) / 3;
        if (!(fabs(out[i] - sum) <= 1e-9 * (1 + fabs(sum)))) complain("words", n, "word", i);
    }
    nn_reduce_destroy(reduce);
    return nn_hash(out, (size_t)n * sizeof *out);
}

static void check_shards(int argc, char **argv, nn_arena *arena) {
    shards = atoi(argv[2]);
    for (int k = 0; nn_reduce_kinds[k]; k++) {
        nn_typed chosen = nn_kind_preset(arena, nn_reduce_kinds[k]);
        if (nn_reduction_of(&chosen)->any_order) continue;
        for (int i = 3; i < argc; i++) check(nn_reduce_kinds[k]->name, atoll(argv[i]), arena);
    }
    uint64_t hash = check_words(1000, arena);
    if (rank == 0) printf("words %016llx\n", (unsigned long long)hash);
}

/* A rank that is early must not see or spoil what a late one still needs. */
static void haste(const char *name, nn_arena *arena) {
    nn_reduce *reduce = create(name, 100, arena);
    for (int round = 0; round < 200; round++) {
        double control[CONTROLS];
        fill(reduce, round);
        if (round % (ranks + 1) == rank) usleep(200);
        nn_reduce_sum(reduce, control);
        if (round % (ranks + 2) == rank) usleep(200);
        check_sums(reduce, control, name, round);
    }
    nn_reduce_destroy(reduce);
}

static void die(const char *name, nn_arena *arena) {
    nn_reduce *reduce = create(name, 1000, arena);
    for (int round = 0; round < 20; round++) {
        double control[CONTROLS];
        fill(reduce, round);
        if (round == 10 && rank == ranks - 1) {
            usleep(100000); /* the others are waiting by now */
            kill(getpid(), SIGKILL);
        }
        nn_reduce_sum(reduce, control);
    }
    printf("FAILED: rank %d got past the rank that died\n", rank);
    nn_reduce_destroy(reduce);
}

int main(int argc, char **argv) {
    nn_assert(argc > 2 && nn_comm_start(&comm, &argc, &argv) == NN_OK);
    rank = nn_comm_rank(comm);
    ranks = nn_comm_size(comm);
    nn_log_setup(NN_NORMAL, rank == 0);
    nn_arena *arena = nn_arena_create();
    if (strcmp(argv[1], "check") == 0) {
        for (int k = 0; nn_reduce_kinds[k]; k++)
            for (int i = 2; i < argc; i++) check(nn_reduce_kinds[k]->name, atoll(argv[i]), arena);
    } else if (strcmp(argv[1], "shards") == 0) {
        check_shards(argc, argv, arena);
    } else {
        (strcmp(argv[1], "die") == 0 ? die : haste)(argv[2], arena);
    }
    double all = failures;
    nn_comm_sum(comm, &all, 1);
    nn_arena_destroy(arena);
    nn_comm_finish(comm);
    return all > 0;
}
