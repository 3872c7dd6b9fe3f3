/* make_data_tool FILE SAMPLES FEATURES CLASSES: a data set of random numbers with class ids
 * (labels) and values (y), in /train, /validation and /test, for scripts. */
#include <stdio.h>
#include <stdlib.h>

#include "nnmpi/random.h"
#include "nnmpi/store.h"

static nn_status write_group(nn_store *store, const char *group, int64_t n, int64_t k, int64_t c,
                             uint64_t seed) {
    nn_stream stream = nn_stream_of(seed, NN_RANDOM_TEST, 0, 0);
    double *x = malloc((size_t)(n * k) * sizeof *x), *y = malloc((size_t)(n * c) * sizeof *y);
    unsigned char *label = malloc((size_t)n);
    char path[64];
    for (int64_t i = 0; i < n * k; i++) x[i] = nn_random_normal(&stream, (uint64_t)i);
    for (int64_t i = 0; i < n; i++) {
        double best = -1e9;
        for (int64_t j = 0; j < c; j++) { /* a rule that can be learned */
            y[i * c + j] = x[i * k + j % k] - 0.5 * x[i * k + (j + 1) % k];
            if (y[i * c + j] > best) best = y[i * c + j], label[i] = (unsigned char)j;
        }
    }
    nn_status status = NN_OK;
    snprintf(path, sizeof path, "/%s/x", group);
    status = nn_store_write(store, path, NN_F64, 2, (int64_t[]){n, k}, x);
    snprintf(path, sizeof path, "/%s/y", group);
    if (status == NN_OK) status = nn_store_write(store, path, NN_F64, 2, (int64_t[]){n, c}, y);
    snprintf(path, sizeof path, "/%s/labels", group);
    if (status == NN_OK) status = nn_store_write(store, path, NN_U8, 1, &n, label);
    free(x);
    free(y);
    free(label);
    return status;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: make_data_tool FILE SAMPLES FEATURES CLASSES\n");
        return 2;
    }
    int64_t n = atoll(argv[2]), k = atoll(argv[3]), c = atoll(argv[4]);
    nn_store *store;
    nn_status status = nn_store_create(&store, argv[1]);
    if (status == NN_OK) status = write_group(store, "train", n, k, c, 1);
    if (status == NN_OK) status = write_group(store, "validation", n, k, c, 2);
    if (status == NN_OK) status = write_group(store, "test", n, k, c, 3);
    if (status == NN_OK) status = nn_store_close(store);
    if (status != NN_OK) fprintf(stderr, "%s\n", nn_error_message());
    return status;
}
