#include "made.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/scratch.h"

static nn_comm *comm;
static nn_arena *arena;
static nn_store *store;
static char file_name[256];

static void finish(void) {
    nn_comm_finish(comm);
    if (arena) nn_arena_destroy(arena);
}

static nn_arena *made_arena(void) {
    if (!arena) arena = nn_arena_create();
    return arena;
}

nn_comm *made_comm(void) {
    if (comm) return comm;
    int argc = 1;
    char name[] = "test", *arguments[] = {name, NULL}, **argv = arguments;
    expect_ok(nn_comm_start(&comm, &argc, &argv));
    atexit(finish);
    return comm;
}

void made_begin(const char *name) {
    strcpy(file_name, scratch(name));
    expect_ok(nn_store_create(&store, file_name));
}

void made_add(const char *path, nn_dtype dtype, const void *data, int rank, const int64_t *dim) {
    expect_ok(nn_store_write(store, path, dtype, rank, dim, data));
}

const char *made_end(void) {
    expect_ok(nn_store_close(store));
    return nn_arena_text(made_arena(), file_name);
}

nn_source made_source(const char *file) {
    const char **list = NN_NEW_ARRAY(made_arena(), const char *, 1);
    list[0] = file;
    return (nn_source){.file = {1, list}, .present = true};
}

nn_data_options made_options(const char *train_file) {
    return (nn_data_options){
        .train = made_source(train_file), .scale = 1, .shuffle = true, .horizon = 1};
}

nn_typed made_normalizer(const char *name) {
    for (int i = 0; nn_normalizer_kinds[i]; i++)
        if (strcmp(nn_normalizer_kinds[i]->name, name) == 0)
            return nn_kind_preset(made_arena(), nn_normalizer_kinds[i]);
    fail_msg("no normalizer %s", name);
    return (nn_typed){0};
}

nn_data *made_open(const nn_data_options *options, uint64_t seed) {
    nn_data *data;
    expect_ok(nn_data_open(&data, options, NULL, seed, made_comm()));
    return data;
}

nn_status made_status(const nn_data_options *options) {
    nn_data *data;
    nn_status status = nn_data_open(&data, options, NULL, 1, made_comm());
    assert_true((status == NN_OK) == (data != NULL));
    nn_data_close(data);
    return status;
}
