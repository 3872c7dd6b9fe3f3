/* dataset_tool LOST_RANK FILE...: opens each file in several ways, as `data:` would, and prints on
 * rank 0 what must not depend on the number of ranks, in full precision. LOST_RANK is
 * in another folder, so a relative FILE is not there; -1: none is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nnmpi/comm.h"
#include "nnmpi/dataset.h"
#include "nnmpi/hash.h"

static const nn_kind *normalizer(const char *name) {
    for (int i = 0; nn_normalizer_kinds[i]; i++)
        if (strcmp(nn_normalizer_kinds[i]->name, name) == 0) return nn_normalizer_kinds[i];
    return NULL;
}

/* Hashes of all samples as they are gathered, in an order that is not the file's. */
static void print_split(const nn_dataset *set, const char *name) {
    int64_t size = nn_shape_size(&set->input), width = nn_shape_size(&set->target);
    int64_t *sample = malloc((size_t)set->count * sizeof *sample);
    nn_real *x = malloc((size_t)(set->count * size) * sizeof *x);
    nn_real *y = malloc((size_t)(set->count * width) * sizeof *y);
    int32_t *label = calloc((size_t)(set->count * width), sizeof *label);
    for (int64_t i = 0; i < set->count; i++) sample[i] = set->count - 1 - i;
    nn_dataset_inputs(set, sample, set->count, x);
    printf("%s %lld %016llx inputs %016llx", name, (long long)set->count,
           (unsigned long long)set->fingerprint,
           (unsigned long long)nn_hash(x, (size_t)(set->count * size) * sizeof *x));
    if (set->has_targets) {
        nn_dataset_values(set, sample, set->count, y);
        printf(" values %016llx",
               (unsigned long long)nn_hash(y, (size_t)(set->count * width) * sizeof *y));
    }
    if (set->target_integer) {
        nn_dataset_labels(set, sample, set->count, label);
        printf(" labels %016llx %lld to %lld",
               (unsigned long long)nn_hash(label, (size_t)(set->count * width) * sizeof *label),
               (long long)set->lowest_label, (long long)set->highest_label);
    }
    printf("\n");
    free(label);
    free(y);
    free(x);
    free(sample);
}

static void print_all(const nn_data *data) {
    for (int split = 0; split < NN_SPLITS; split++)
        if (nn_data_split(data, split))
            print_split(nn_data_split(data, split), nn_split_name[split]);
    const nn_constants *constants = nn_data_constants(data);
    for (int64_t i = 0; i < constants->n; i++)
        printf("constant %a %a\n", constants->shift[i], constants->factor[i]);
}

/* `length`: of windows; 0: a sample is a row. */
static nn_status open_and_print(const char *file, double split, const char *name, int64_t length,
                                nn_comm *comm, nn_arena *arena) {
    nn_texts files = {1, &file};
    nn_data_options options = {.train = {.file = files, .present = true},
                               .validation = {.split = split, .present = split > 0},
                               .test = {.present = true},
                               .scale = 0.0625,
                               .sequence_length = length,
                               .stride = length ? 2 : 0,
                               .horizon = 1,
                               .normalize = nn_kind_preset(arena, normalizer(name))};
    nn_data *data = NULL;
    nn_status status = nn_data_open(&data, &options, NULL, 3, comm);
    const nn_dataset *train = data ? nn_data_split(data, NN_TRAIN) : NULL;
    if (train && train->target_integer)
        status = nn_dataset_check_labels(train, 10, NN_NO_LABEL, comm);
    if (status == NN_OK && nn_comm_rank(comm) == 0) print_all(data);
    nn_data_close(data);
    return status;
}

int main(int argc, char **argv) {
    nn_comm *comm;
    nn_status status = nn_comm_start(&comm, &argc, &argv);
    if (nn_comm_rank(comm) == atoi(argv[1]) && chdir("/") != 0) return NN_INTERNAL;
    nn_arena *arena = nn_arena_create();
    for (int i = 2; i < argc && status == NN_OK; i++) {
        status = open_and_print(argv[i], 0, "none", 0, comm, arena);
        if (status == NN_OK) status = open_and_print(argv[i], 0.1, "standard", 0, comm, arena);
        if (status == NN_OK) status = open_and_print(argv[i], 0.3, "minmax", 0, comm, arena);
        if (status == NN_OK) status = open_and_print(argv[i], 0.2, "standard", 3, comm, arena);
    }
    if (status != NN_OK && nn_comm_rank(comm) == 0) fprintf(stderr, "%s\n", nn_error_message());
    nn_arena_destroy(arena);
    nn_comm_finish(comm);
    return status;
}
