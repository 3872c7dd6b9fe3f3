/* Writes small data files, one good and others each with one fault: bad_data_tool FOLDER */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nnmpi/store.h"

#define N 12 /* samples of 4 numbers, 3 classes */

static float inputs[N][4];
static int32_t labels[N];

static void start(nn_store **store, const char *name) {
    for (int i = 0; i < N; i++) {
        labels[i] = i % 3;
        for (int k = 0; k < 4; k++) inputs[i][k] = (float)((i * 7 + k * 3) % 11) / 11;
    }
    if (nn_store_create(store, name) != NN_OK) {
        fprintf(stderr, "%s\n", nn_error_message());
        exit(1);
    }
}

static void finish(nn_store *store, int64_t n_inputs, int64_t n_labels) {
    nn_status status =
        nn_store_write(store, "/train/x", NN_F32, 2, (int64_t[]){n_inputs, 4}, inputs);
    if (status == NN_OK)
        status = nn_store_write(store, "/train/y", NN_I32, 1, (int64_t[]){n_labels}, labels);
    if (status == NN_OK) status = nn_store_close(store);
    if (status == NN_OK) return;
    fprintf(stderr, "%s\n", nn_error_message());
    exit(1);
}

/* Whole numbers from 0 to 6, but one. */
static void ids(const char *name, int sample, int at, float id) {
    nn_store *store;
    start(&store, name);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 4; k++) inputs[i][k] = (float)((4 * i + k) % 7);
    inputs[sample][at] = id;
    finish(store, N, N);
}

static void text(const char *name, int64_t at, uint8_t token) {
    uint8_t tokens[60];
    nn_store *store;
    for (int i = 0; i < 60; i++) tokens[i] = (uint8_t)(i % 7);
    tokens[at] = token;
    start(&store, name);
    if (nn_store_write(store, "/text", NN_U8, 1, (int64_t[]){60}, tokens) != NN_OK ||
        nn_store_close(store) != NN_OK)
        exit(1);
}

static void cut_in_half(const char *name) {
    FILE *file = fopen(name, "r+");
    if (!file || fseek(file, 0, SEEK_END) != 0 || ftruncate(fileno(file), ftell(file) / 2) != 0)
        exit(1);
    fclose(file);
}

int main(int argc, char **argv) {
    nn_store *store;
    if (argc != 2 || chdir(argv[1]) != 0) return 2;
    start(&store, "good.h5");
    finish(store, N, N);
    start(&store, "nan.h5");
    inputs[5][2] = NAN;
    finish(store, N, N);
    start(&store, "range.h5");
    labels[7] = 9;
    finish(store, N, N);
    start(&store, "counts.h5");
    finish(store, N, N - 1);
    start(&store, "empty.h5");
    finish(store, 0, 0);
    start(&store, "truncated.h5");
    finish(store, N, N);
    cut_in_half("truncated.h5");
    ids("ids.h5", 0, 0, 0);
    ids("ids_high.h5", 5, 2, 7);
    ids("ids_low.h5", 11, 0, -1);
    ids("ids_part.h5", 0, 3, 2.5f);
    text("tokens.h5", 47, 7);
    return 0;
}
