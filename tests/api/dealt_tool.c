/* On any number of ranks: how the samples are dealt to the ranks changes no bit; what one rank
 * gives wrong is the same failure on all of them. */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <string.h>

#include "nnmpi/nnmpi.h"

#define N 50
#define W 4096
static float x[N][3];
static int32_t y[N];
static int rank, ranks, failed;

static const char config[] =
    "data: {normalize: {type: standard}}\n"
    "model: {layers: [{type: dense, units: 5, activation: tanh}, batch_norm,\n"
    "  {type: dense, units: 3, activation: softmax}]}\n"
    "training: {loss: categorical_crossentropy, batch_size: 12, epochs: 3}\n";

static void check(int fine, const char *claim) {
    if (fine) return;
    failed = 1;
    printf("FAILED: rank %d: %s: %s\n", rank, claim, nn_trainer_message());
}

static nn_samples rows(int first, int count) {
    return (nn_samples){.count = count,
                        .inputs = {.data = x[first], .type = NN_F32, .rank = 1, .dim = {3}},
                        .targets = {.data = y + first, .type = NN_I32}};
}

/* Trains on rows [first, first + count) of this rank; all weights one after another. */
static void train(int first, int count, double *w) {
    nn_trainer *t;
    nn_samples mine = rows(first, count);
    check(nn_trainer_open_text(&t, MPI_COMM_WORLD, rank == 0 ? config : NULL, NULL) == NN_OK,
          "the text of rank 0 is everybody's");
    check(nn_trainer_give(t, "train", &mine) == NN_OK, "give");
    check(nn_trainer_train(t) == NN_OK, "train");
    memset(w, 0, W * sizeof *w);
    for (int i = 0; i < nn_trainer_parameters(t); i++) {
        nn_parameter about;
        check(nn_trainer_parameter(t, i, &about) == NN_OK, "parameter");
        check(nn_trainer_copy(t, i, w) == NN_OK, "copy");
        w += about.size;
    }
    nn_trainer_close(t);
}

static void dealing_changes_no_bit(void) {
    static double all[W], last[W], parts[W];
    int first = N * rank / ranks, end = N * (rank + 1) / ranks;
    train(0, rank == 0 ? N : 0, all);
    train(0, rank == ranks - 1 ? N : 0, last);
    train(first, end - first, parts);
    check(memcmp(all, last, sizeof all) == 0, "all on the last rank: other weights");
    check(memcmp(all, parts, sizeof all) == 0, "a part on each rank: other weights");
    check(all[0] != 0 && isfinite(all[0]), "there are no weights");
}

/* Rank `ranks - 1` gives something else than the others, or a number that is not finite. */
static void refused(nn_samples mine, const char *words) {
    nn_trainer *t;
    check(nn_trainer_open_text(&t, MPI_COMM_WORLD, config, NULL) == NN_OK, "open");
    check(nn_trainer_give(t, "train", &mine) == NN_OK, "give");
    check(nn_trainer_train(t) == NN_BAD_DATA, words);
    check(strstr(nn_trainer_message(), words) != NULL, words);
    nn_trainer_close(t);
}

static void what_one_gives_wrong_all_refuse(void) {
    int odd = rank == ranks - 1;
    nn_samples mine = rows(rank, 1);
    if (odd) mine.inputs.dim[0] = 2;
    refused(mine, "shape (2)");
    mine = rows(rank, 1);
    if (odd) mine.inputs.type = NN_I32;
    refused(mine, "int32");
    mine = rows(rank, 1);
    if (odd) mine.targets.data = NULL;
    refused(mine, "does not");
    mine = rows(2 * rank, 2);
    float kept = x[2 * rank + 1][1];
    if (odd) x[2 * rank + 1][1] = INFINITY;
    refused(mine, "is inf");
    x[2 * rank + 1][1] = kept;
}

/* `odd`: what the last rank gives. */
static void give_is_refused(const char *split, nn_samples odd, const char *words) {
    nn_trainer *t;
    nn_samples mine = rank == ranks - 1 ? odd : rows(rank, 1);
    check(nn_trainer_open_text(&t, MPI_COMM_WORLD, config, NULL) == NN_OK, "open");
    check(nn_trainer_give(t, split, &mine) == NN_USAGE, words);
    check(strstr(nn_trainer_message(), words) != NULL, words);
    mine = rows(rank, 1);
    check(nn_trainer_give(t, "train", &mine) == NN_OK, "given once more");
    check(nn_trainer_train(t) == NN_OK, "trained in spite of it");
    nn_trainer_close(t);
}

static void what_cannot_be_given_by_one_is_refused_by_all(void) {
    const char *last = rank == ranks - 1 ? "trian" : "train";
    nn_samples none = rows(rank, 1), less = rows(rank, -1), odd = rows(rank, 1);
    none.inputs.dim[0] = 0;
    odd.targets.type = (nn_dtype)99;
    give_is_refused("train", none, "dimension 0 is 0");
    give_is_refused("train", less, "-1 samples");
    give_is_refused("train", odd, "99 is no type");
    give_is_refused(last, rows(rank, 1), "trian");
    give_is_refused(rank == 0 ? "test" : "train", rows(rank, 1), "the same splits");
}

static void a_split_that_one_does_not_give_is_refused_by_all(void) {
    nn_trainer *t;
    nn_samples mine = rows(rank, 1);
    check(nn_trainer_open_text(&t, MPI_COMM_WORLD, config, NULL) == NN_OK, "open");
    check(nn_trainer_give(t, "train", &mine) == NN_OK, "give");
    nn_status status = rank == 0 ? nn_trainer_prepare(t) : nn_trainer_give(t, "validation", &mine);
    check(status == NN_USAGE && strstr(nn_trainer_message(), "the same splits"), "not the same");
    check(nn_trainer_train(t) == NN_OK, "trained in spite of it");
    nn_trainer_close(t);
}

int main(int argc, char **argv) {
    int any;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    for (int i = 0; i < N; i++) {
        y[i] = i % 3;
        for (int k = 0; k < 3; k++) x[i][k] = (float)cos(i * (k + 1) * 0.7) + (float)y[i];
    }
    dealing_changes_no_bit();
    if (ranks > 1) {
        what_one_gives_wrong_all_refuse();
        what_cannot_be_given_by_one_is_refused_by_all();
        a_split_that_one_does_not_give_is_refused_by_all();
    }
    MPI_Allreduce(&failed, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    MPI_Finalize();
    return any;
}
