/* checkpoint_ranks_tool FOLDER: every rank saves, loads and fails together. Prints nothing when all
 * is well.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "example.c"

static nn_comm *comm;

#define CHECK(condition)                                                                           \
    ((condition) ? (void)0                                                                         \
                 : nn_panic("rank %d: not so: %s (%s)", nn_comm_rank(comm), #condition,            \
                            nn_error_message()))

static bool same(const nn_real *a, const nn_real *b, int64_t n) {
    return memcmp(a, b, (size_t)n * sizeof *a) == 0;
}

/* Only rank 0 has the numbers that are saved: what is loaded comes from the file. */
static void all_ranks_have_what_rank_0_saved(const nn_checkpoint_options *options) {
    bool root = nn_comm_rank(comm) == 0;
    example *a = example_create(example_layers, 3, 8), *b = example_empty(example_layers),
            *c = root ? a : example_empty(example_layers);
    const char *path;
    CHECK(nn_checkpoint_save(&c->snapshot, options, "one", true, comm) == NN_OK);
    CHECK(nn_checkpoint_find(options, NULL, b->arena, comm, &path) == NN_OK && path);
    CHECK(nn_checkpoint_load(&b->snapshot, path, b->arena, comm) == NN_OK);
    const nn_model *m = a->snapshot.model, *n = b->snapshot.model;
    CHECK(same(m->W, n->W, m->size));
    CHECK(same(a->snapshot.slot[0], b->snapshot.slot[0], m->size));
    CHECK(same(a->snapshot.trained_W, b->snapshot.trained_W, m->size));
    CHECK(same(a->snapshot.best_W, b->snapshot.best_W, m->size));
    CHECK(a->state.step == b->state.step && a->state.rows == b->state.rows);
    CHECK(memcmp(a->state.history, b->state.history, 6 * sizeof(double)) == 0);
    CHECK(memcmp(a->state.sums, b->state.sums, 3 * sizeof(double)) == 0);
    for (int i = 0; i < 3; i++)
        CHECK(strcmp(a->state.column_name[i], b->state.column_name[i]) == 0);
    int found = 0;
    memset(n->W, 0, (size_t)n->size * sizeof(nn_real));
    CHECK(nn_checkpoint_load_weights(b->snapshot.model, path, comm, &found) == NN_OK);
    CHECK(found == n->n_params && same(m->W, n->W, m->size));
    example_destroy(a);
    example_destroy(b);
    if (!root) example_destroy(c);
}

static void all_ranks_fail_together(const nn_checkpoint_options *options) {
    example *e = example_empty(example_small);
    nn_checkpoint_options nowhere = *options;
    nowhere.directory = "/proc/nowhere";
    CHECK(nn_checkpoint_folder("/proc/nowhere", comm) == NN_CANNOT_WRITE);
    nn_error_clear();
    CHECK(nn_checkpoint_save(&e->snapshot, &nowhere, "one", false, comm) == NN_CANNOT_WRITE);
    nn_error_clear();
    CHECK(nn_checkpoint_load(&e->snapshot, "/no/such.h5", e->arena, comm) == NN_NO_INPUT);
    nn_error_clear();
    const char *path = nn_arena_format(e->arena, "%s/one.h5", options->directory);
    CHECK(nn_checkpoint_load(&e->snapshot, path, e->arena, comm) == NN_BAD_CONFIG);
    CHECK(strstr(nn_error_message(), "checkpoint of another model"));
    nn_error_clear();
    example_destroy(e);
}

int main(int argc, char **argv) {
    if (nn_comm_start(&comm, &argc, &argv) != NN_OK || argc != 2) return 2;
    nn_checkpoint_options options = {.directory = argv[1], .resume = "required", .present = true};
    CHECK(nn_checkpoint_folder(options.directory, comm) == NN_OK);
    all_ranks_have_what_rank_0_saved(&options);
    all_ranks_fail_together(&options);
    nn_comm_finish(comm);
    return 0;
}
