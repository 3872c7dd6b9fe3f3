/* An HDF5 file as data: everything in it is described, then it is opened as data.train and
 * gathered. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "nnmpi/store.h"
#include "nnmpi/train.h"

/* The last byte of an input chooses one. */
static const char *const data_options[] = {
    "{train: {file: data.h5}}",
    "{train: {file: data.h5}, validation: {split: 0.3}, normalize: {type: standard}}",
    "{train: {file: data.h5}, validation: {file: data.h5}, test: {file: data.h5}}",
    "{train: {file: data.h5, inputs: /x, targets: /y, weights: /w}, normalize: {type: minmax}}",
    "{train: {file: data.h5}, sequence_length: 3}",
    "{train: {file: data.h5}, sequence_length: 2, stride: 1, horizon: 2, target: next}",
};
#define MODES (sizeof data_options / sizeof *data_options)

#define LARGEST ((int64_t)1 << 24) /* elements that are read: more is nothing but slow */

static nn_document *document[MODES];
static nn_run_options run[MODES];
static bool too_large;

static void set_up(void) {
    static const char *config;
    config = fuzz_path("config.yaml");
    fuzz_comm();
    for (size_t i = 0; i < MODES; i++) {
        nn_buffer text = {0};
        nn_buffer_add(&text, "data: %s\nmodel: {layers: [{type: dense, units: 1}]}\n",
                      data_options[i]);
        nn_buffer_add(&text, "training: {loss: mean_squared_error}\n");
        nn_status status = nn_document_parse(&document[i], text.text, text.length, config, NULL, 0);
        if (status == NN_OK) status = nn_run_options_bind(document[i], &run[i]);
        fuzz_expect(status);
        nn_buffer_free(&text);
    }
}

static nn_status look_at(void *context, nn_store *store, const char *path, bool is_group) {
    nn_store_info info;
    char *text, **words;
    int n;
    if (nn_store_read_text(store, path, "keras_version", &text) == NN_OK) free(text);
    nn_error_clear();
    if (is_group) return NN_OK;
    if (nn_store_is_words(store, path)) {
        if (nn_store_read_words(store, path, &words, &n) == NN_OK) free(words);
    } else if (nn_store_describe(store, path, &info) == NN_OK) {
        int64_t size = 1;
        for (int i = 0; i < info.rank; i++) size *= info.dim[i]; /* describe: < 2^63 */
        too_large |= size > LARGEST;
    }
    nn_error_clear();
    return NN_OK;
}

static void gather(const nn_dataset *set) {
    if (!set || set->count == 0) return;
    int64_t sample[2] = {0, set->count - 1}, size = nn_shape_size(&set->input);
    int64_t targets = nn_shape_size(&set->target);
    nn_real *x = calloc((size_t)(2 * size), sizeof *x),
            *y = calloc((size_t)(2 * targets), sizeof *y);
    int32_t *label = calloc((size_t)(2 * targets), sizeof *label);
    if (!x || !y || !label) nn_panic("out of memory");
    nn_dataset_inputs(set, sample, 2, x);
    if (set->has_targets) nn_dataset_values(set, sample, 2, y);
    if (set->has_targets && set->target_integer &&
        nn_dataset_check_labels(set, 100, NN_NO_LABEL, fuzz_comm()) == NN_OK)
        nn_dataset_labels(set, sample, 2, label);
    nn_error_clear();
    free(label);
    free(y);
    free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char *file;
    nn_store *store;
    nn_data *opened;
    if (!file) file = fuzz_path("data.h5"), set_up();
    int mode = fuzz_choice(data, &n) % MODES;
    fuzz_write(file, data, n);
    too_large = false;
    nn_status status = nn_store_open(&store, file);
    if (status == NN_OK) {
        fuzz_expect(nn_store_walk(store, "/", look_at, NULL));
        fuzz_expect(nn_store_close(store));
    } else
        fuzz_expect(status);
    if (too_large) return 0;
    status = nn_data_open(&opened, &run[mode].data, NULL, 1, fuzz_comm());
    fuzz_expect(status);
    if (status != NN_OK) return 0;
    for (int split = 0; split < NN_SPLITS; split++) gather(nn_data_split(opened, (nn_split)split));
    nn_data_close(opened);
    return 0;
}
