/* What is saved is loaded; what is of another model is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/scratch.h"
#include "example.h"
#include "nnmpi/store.h"

static nn_comm *comm;

static nn_checkpoint_options options_in(const char *folder) {
    nn_checkpoint_options options = {.directory = folder, .keep = 3, .present = true};
    expect_ok(nn_checkpoint_folder(folder, comm));
    return options;
}

/* Saved as run/NAME.h5; returns the path. */
static const char *saved(const example *e, const char *name) {
    char file[64];
    nn_checkpoint_options options = options_in(scratch("run"));
    options.keep = 0;
    expect_ok(nn_checkpoint_save(&e->snapshot, &options, name, false, comm));
    snprintf(file, sizeof file, "run/%s.h5", name);
    return scratch(file);
}

static void same_numbers(const nn_real *a, const nn_real *b, int64_t n) {
    assert_memory_equal(a, b, (size_t)n * sizeof *a);
}

static void same_state(const nn_state *a, const nn_state *b) {
#define SAME(name) assert_memory_equal(&a->name, &b->name, sizeof a->name);
    NN_STATE_LIST(SAME, SAME)
#undef SAME
    assert_int_equal(a->n_sums, b->n_sums);
    assert_memory_equal(a->sums, b->sums, (size_t)a->n_sums * sizeof *a->sums);
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->columns, b->columns);
    for (int i = 0; i < a->columns; i++) assert_string_equal(a->column_name[i], b->column_name[i]);
    assert_memory_equal(a->history, b->history,
                        (size_t)(a->rows * a->columns) * sizeof *a->history);
}

static void loading_gives_the_bits_of(const char *layers) {
    example *a = example_create(layers, 7, 123), *b = example_empty(layers);
    expect_ok(nn_checkpoint_load(&b->snapshot, saved(a, "bits"), b->arena, comm));
    const nn_model *m = a->snapshot.model, *n = b->snapshot.model;
    same_numbers(m->W, n->W, m->size);
    same_numbers(m->S, n->S, m->state_size);
    same_numbers(a->snapshot.slot[0], b->snapshot.slot[0], m->size);
    same_numbers(a->snapshot.trained_W, b->snapshot.trained_W, m->size);
    same_numbers(a->snapshot.best_W, b->snapshot.best_W, m->size);
    same_numbers(a->snapshot.best_S, b->snapshot.best_S, m->state_size);
    same_state(&a->state, &b->state);
    assert_int_equal(b->snapshot.fingerprint[NN_TRAIN], 0xfedcba9876543210u);
    example_destroy(a);
    example_destroy(b);
}

static void loading_gives_the_bits_that_were_saved(void **unused) {
    loading_gives_the_bits_of(example_layers);
    loading_gives_the_bits_of(example_images); /* with running averages */
    loading_gives_the_bits_of(
        "[{type: reshape, target_shape: [3, 2]}, {type: multi_head_attention, "
        "num_heads: 2, key_dim: 1}, {type: bidirectional, layer: {type: gru, "
        "units: 2}}]"); /* weights inside layers inside */
}

static void a_file_says_its_config_constants_and_words(void **unused) {
    example *e = example_create(example_small, 1, 1);
    const char *path = saved(e, "says");
    nn_checkpoint_about about;
    expect_ok(nn_checkpoint_read_about(path, true, e->arena, &about));
    assert_string_equal(about.config_yaml, e->snapshot.config_yaml);
    assert_string_equal(about.version, NNMPI_VERSION);
    assert_true(nn_shape_equal(&about.input, &e->snapshot.model->input));
    assert_int_equal(about.state.step, e->snapshot.state->step);
    assert_int_equal(about.constants.n, 6);
    assert_memory_equal(about.constants.shift, e->constants.shift, 6 * sizeof(double));
    assert_memory_equal(about.constants.factor, e->constants.factor, 6 * sizeof(double));
    assert_int_equal(about.vocabulary.n, 4);
    for (int i = 0; i < 4; i++)
        assert_string_equal(about.vocabulary.value[i], e->snapshot.vocabulary.value[i]);
    assert_int_equal(about.class_names.n, 3);
    assert_string_equal(about.class_names.value[2], "a long name");
    e->snapshot.vocabulary = e->snapshot.class_names = (nn_texts){0};
    e->snapshot.constants = NULL;
    expect_ok(nn_checkpoint_read_about(saved(e, "nameless"), true, e->arena, &about));
    assert_int_equal(about.vocabulary.n, 0);
    assert_int_equal(about.class_names.n, 0);
    assert_int_equal(about.constants.n, 0);
    example_destroy(e);
}

static void the_same_state_is_the_same_bytes(void **unused) {
    example *e = example_create(example_layers, 3, 9);
    size_t n, k;
    char *a = scratch_read(saved(e, "one"), &n), *b = scratch_read(saved(e, "two"), &k);
    assert_int_equal(n, k);
    assert_memory_equal(a, b, n);
    free(a);
    free(b);
    example_destroy(e);
}

/* A checkpoint of the model `there` is refused by the model `here`, with these words. */
static void refused(const char *there, const char *here, const char *const *words) {
    example *a = example_create(there, 1, 1), *b = example_empty(here);
    expect_error(nn_checkpoint_load(&b->snapshot, saved(a, "other"), b->arena, comm), NN_BAD_CONFIG,
                 words);
    example_destroy(a);
    example_destroy(b);
}
#define REFUSED(there, here, ...) refused(there, here, (const char *const[]){__VA_ARGS__, NULL})

static void another_model_is_refused_by_its_first_difference(void **unused) {
    const char *a = "[{type: dense, units: 4}, {type: dense, units: 3, name: probs}]";
    REFUSED(a, "[{type: dense, units: 5}, {type: dense, units: 3, name: probs}]",
            "dense/kernel (6, 4), the model dense/kernel (6, 5)");
    REFUSED(a, "[{type: dense, units: 4}, {type: dense, units: 3, name: out}]",
            "no out/kernel, the model out/kernel (4, 3)");
    REFUSED(a, "[{type: dense, units: 4, use_bias: false}, {type: dense, units: 3, name: probs}]",
            "4 weights, the model 3");
    REFUSED(a, "[{type: dense, units: 4}, tanh, {type: dense, units: 3, name: probs}]", "\"probs\"",
            "\"tanh\"");
    REFUSED(a, "[{type: dense, units: 4, activation: relu}, {type: dense, units: 3, name: probs}]",
            "layer \"dense\" has activation \"linear\" in the checkpoint, \"relu\" in the model");
    REFUSED("[{type: dense, units: 6, name: a}, {type: dense, units: 6, name: b}]",
            "[{type: dense, units: 6, name: a}, {type: dense, units: 6, name: b}, "
            "{type: add, inputs: [b, a]}]",
            "no layer \"add\"");
    REFUSED("[{type: dense, units: 6, name: a}, {type: dense, units: 6, name: b}]",
            "[{type: dense, units: 6, name: b}, {type: dense, units: 6, name: a}]",
            "it has layer \"a\" (Dense) where the model has \"b\" (Dense)");
}

static void what_does_not_change_the_function_may_differ(void **unused) {
    example *a = example_create("[{type: dense, units: 4}, {type: dropout, rate: 0.5}]", 1, 1),
            *b = example_empty("[{type: dense, units: 4, kernel_initializer: he_normal, trainable: "
                               "false}, {type: dropout, rate: 0.1}]");
    expect_ok(nn_checkpoint_load(&b->snapshot, saved(a, "free"), b->arena, comm));
    example_destroy(a);
    example_destroy(b);
}

static void another_optimizer_is_refused(void **unused) {
    example *a = example_create(example_small, 1, 1), *b = example_empty(example_small);
    nn_optimizer other = *a->snapshot.optimizer;
    other.kind.name = "other";
    a->snapshot.optimizer = &other;
    EXPECT_ERROR(nn_checkpoint_load(&b->snapshot, saved(a, "opt"), b->arena, comm), NN_BAD_CONFIG,
                 "optimizer other, the configuration sgd");
    a->snapshot.optimizer = b->snapshot.optimizer;
    a->snapshot.n_slots = 0;
    EXPECT_ERROR(nn_checkpoint_load(&b->snapshot, saved(a, "slot"), b->arena, comm), NN_BAD_CONFIG,
                 "/nnmpi/state/optimizer/");
    example_destroy(a);
    example_destroy(b);
}

static void without_best_weights_those_of_the_file_are_the_best(void **unused) {
    example *a = example_create(example_small, 1, 1), *b = example_empty(example_small);
    a->snapshot.trained_W = a->snapshot.best_W = a->snapshot.best_S = NULL;
    expect_ok(nn_checkpoint_load(&b->snapshot, saved(a, "nobest"), b->arena, comm));
    same_numbers(b->snapshot.trained_W, a->snapshot.model->W, a->snapshot.model->size);
    same_numbers(b->snapshot.best_W, a->snapshot.model->W, a->snapshot.model->size);
    example_destroy(a);
    example_destroy(b);
}

/* ---- weights by name ---- */

static void weights_are_found_by_name(void **unused) {
    example *a = example_create(example_small, 1, 1),
            *b = example_empty("[{type: dense, units: 4}, {type: dense, units: 7, name: new}]");
    int found = 0;
    expect_ok(nn_checkpoint_load_weights(b->snapshot.model, saved(a, "init"), comm, &found));
    assert_int_equal(found, 2);
    same_numbers(b->snapshot.model->W, a->snapshot.model->W, 6 * 4);
    example *c = example_empty("[{type: dense, units: 5}]");
    EXPECT_ERROR(
        nn_checkpoint_load_weights(c->snapshot.model, scratch("run/init.h5"), comm, &found),
        NN_BAD_CONFIG, "has shape (6, 4), dense/kernel of the model (6, 5)");
    example_destroy(a);
    example_destroy(b);
    example_destroy(c);
}

static void weights_are_found_in_the_layouts_of_keras(void **unused) {
    static const char *const layouts[][2] = {
        {"/model_weights/dense/dense/kernel:0", "/model_weights/dense/dense/bias:0"},
        {"/dense/dense/kernel:0", "/dense/dense/bias:0"},
        {"/model_weights/dense/kernel:0", "/model_weights/dense/bias:0"},
        {"/dense/kernel:0", "/dense/bias:0"},
        {"/dense/dense_3/kernel", "/dense/dense_3/bias"}};
    double kernel[24], bias[4] = {-1, -2, -3, -4};
    for (int i = 0; i < 24; i++) kernel[i] = i;
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const char *path = scratch("keras.h5");
        nn_store *store;
        int found = 0;
        expect_ok(nn_store_create(&store, path));
        expect_ok(nn_store_write(store, layouts[i][0], NN_F64, 2, (int64_t[]){6, 4}, kernel));
        expect_ok(nn_store_write(store, layouts[i][1], NN_F64, 1, (int64_t[]){4}, bias));
        expect_ok(nn_store_close(store));
        example *e = example_empty("[{type: dense, units: 4}]");
        expect_ok(nn_checkpoint_load_weights(e->snapshot.model, path, comm, &found));
        assert_int_equal(found, 2);
        const nn_model *m = e->snapshot.model;
        for (int k = 0; k < 24; k++) assert_true(m->W[m->param[0].offset + k] == k);
        for (int k = 0; k < 4; k++) assert_true(m->W[m->param[1].offset + k] == -1 - k);
        example_destroy(e);
    }
}

int main(int argc, char **argv) {
    expect_ok(nn_comm_start(&comm, &argc, &argv));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_gives_the_bits_that_were_saved),
        cmocka_unit_test(a_file_says_its_config_constants_and_words),
        cmocka_unit_test(the_same_state_is_the_same_bytes),
        cmocka_unit_test(another_model_is_refused_by_its_first_difference),
        cmocka_unit_test(what_does_not_change_the_function_may_differ),
        cmocka_unit_test(another_optimizer_is_refused),
        cmocka_unit_test(without_best_weights_those_of_the_file_are_the_best),
        cmocka_unit_test(weights_are_found_by_name),
        cmocka_unit_test(weights_are_found_in_the_layouts_of_keras),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    nn_comm_finish(comm);
    return failed;
}
