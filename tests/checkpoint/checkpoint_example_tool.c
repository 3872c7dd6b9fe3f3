/* checkpoint_example_tool layers|images FOLDER: writes FOLDER/example.h5 of that model, with 16
 * inputs x and the outputs y that nnmpi predicts for them in FOLDER/expected.h5, for readers of
 * other languages. */
#include <stdio.h>

#include "example.c"
#include "nnmpi/store.h"

#define SAMPLES 16

static void check(nn_status status) {
    if (status != NN_OK) nn_panic("%s", nn_error_message());
}

static void predict(nn_model *model, const nn_real *x, nn_real *y) {
    int64_t sample[SAMPLES] = {0};
    nn_batch batch = {.n = SAMPLES, .x = x, .sample = sample};
    nn_model_forward(model, &batch);
    nn_model_predict(model, SAMPLES, y);
}

static void write_expected(nn_model *model, const char *path) {
    nn_real x[SAMPLES * 6], y[SAMPLES * 5];
    nn_stream stream = nn_stream_of(5, NN_RANDOM_TEST, 0, 0);
    for (int i = 0; i < SAMPLES * 6; i++) x[i] = (nn_real)nn_random_normal(&stream, (uint64_t)i);
    predict(model, x, y);
    nn_store *store;
    check(nn_store_create(&store, path));
    check(nn_store_write(store, "/x", NN_REAL_DTYPE, 2, (int64_t[]){SAMPLES, 6}, x));
    check(nn_store_write(store, "/y", NN_REAL_DTYPE, 2, (int64_t[]){SAMPLES, 5}, y));
    check(nn_store_close(store));
}

int main(int argc, char **argv) {
    nn_comm *comm;
    check(nn_comm_start(&comm, &argc, &argv));
    if (argc != 3) nn_panic("usage: checkpoint_example_tool layers|images FOLDER");
    char path[4096];
    nn_checkpoint_options options = {.directory = argv[2]};
    example *e = example_create(strcmp(argv[1], "images") ? example_layers : example_images, 11, 1);
    check(nn_checkpoint_save(&e->snapshot, &options, "example", false, comm));
    snprintf(path, sizeof path, "%s/expected.h5", argv[2]);
    write_expected(e->snapshot.model, path);
    example_destroy(e);
    nn_comm_finish(comm);
    return 0;
}
