#include "run.h"

#include <stdlib.h>
#include <string.h>

#include "nnmpi/config.h"
#include "nnmpi/store.h"
#include "nnmpi/train.h"

const char run_good[] = "name: good\n"
                        "data:\n"
                        "  train: {file: good.h5, inputs: /train/x, targets: /train/y}\n"
                        "  validation: {split: 0.25}\n"
                        "model:\n"
                        "  layers:\n"
                        "    - {type: dense, units: 5, activation: tanh, name: hidden}\n"
                        "    - {type: dense, units: 3, activation: softmax, name: probs}\n"
                        "training:\n"
                        "  loss: categorical_crossentropy\n"
                        "  metrics: [accuracy]\n"
                        "  optimizer: {type: sgd, learning_rate: 0.1}\n"
                        "  batch_size: 4\n"
                        "  epochs: 1\n";

static const char *config;

static nn_status write_data(void) {
    float x[12][4];
    int32_t y[12];
    uint8_t text[60];
    nn_store *store;
    for (int i = 0; i < 12; i++) {
        for (int k = 0; k < 4; k++) x[i][k] = (float)((i * 7 + k * 3) % 11);
        y[i] = i % 3;
    }
    for (int i = 0; i < 60; i++) text[i] = (uint8_t)(i * i % 7);
    NN_TRY(nn_store_create(&store, fuzz_path("good.h5")));
    NN_TRY(nn_store_write(store, "/train/x", NN_F32, 2, (int64_t[]){12, 4}, x));
    NN_TRY(nn_store_write(store, "/train/y", NN_I32, 1, (int64_t[]){12}, y));
    NN_TRY(nn_store_close(store));
    NN_TRY(nn_store_create(&store, fuzz_path("words.h5")));
    NN_TRY(nn_store_write(store, "/text", NN_U8, 1, (int64_t[]){60}, text));
    return nn_store_close(store);
}

void run_setup(void) {
    if (config) return;
    config = fuzz_path("config.yaml");
    fuzz_expect(write_data());
    fuzz_comm();
}

static void check_writing(nn_document *document) {
    nn_buffer once = {0}, twice = {0};
    nn_document *again;
    nn_document_write(document, &once);
    if (nn_document_parse(&again, once.text, once.length, config, NULL, 0) != NN_OK)
        nn_panic("what was written is not read: %s\n%s", nn_error_message(), once.text);
    nn_document_write(again, &twice);
    if (strcmp(once.text, twice.text) != 0)
        nn_panic("written again it is another:\n%s\n%s", once.text, twice.text);
    nn_document_destroy(again);
    nn_buffer_free(&once);
    nn_buffer_free(&twice);
}

void run_check(const char *text, size_t n, const char *const *sets, int n_sets) {
    nn_document *document;
    nn_run_options run;
    nn_status status = nn_document_parse(&document, text, n, config, sets, n_sets);
    if (status == NN_OK) status = nn_run_options_bind(document, &run);
    if (status == NN_OK) check_writing(document);
    if (status == NN_OK) status = nn_engine_of(&run)->check(document, &run, fuzz_comm(), NULL, 2);
    fuzz_expect(status);
    nn_document_destroy(document);
}
