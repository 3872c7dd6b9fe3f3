/* The library's interface, on one rank: data in memory and in files give the same bits; numbers of
 * the run, weights and predictions can be had; what is wrong is a status and a message. */
#include <math.h>
#include <mpi.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "nnmpi/nnmpi.h"

#define N 40
static float x[N][2];
static uint8_t label[N];

static const char config[] = "training: {loss: categorical_crossentropy, metrics: [accuracy],\n"
                             "  optimizer: {type: sgd, learning_rate: 0.5}, batch_size: 7,\n"
                             "  epochs: 5}\n"
                             "model: {layers: [{type: dense, units: 6, activation: tanh},\n"
                             "  {type: dense, units: 2, activation: softmax, name: probs}]}\n";

static int make_points(void **state) {
    for (int i = 0; i < N; i++) {
        double angle = i * 2.399963;
        double radius = i % 2 ? 0.4 : 1.0;
        x[i][0] = (float)(radius * cos(angle));
        x[i][1] = (float)(radius * sin(angle));
        label[i] = i % 2;
    }
    return 0;
}

static nn_samples points(int first, int count) {
    return (nn_samples){count, .inputs = {x[first], NN_F32, 1, {2}},
                        .targets = {.data = label + first, .type = NN_U8}};
}

static nn_trainer *opened(const char *text, const char *const *sets) {
    nn_trainer *t = NULL;
    if (nn_trainer_open_text(&t, MPI_COMM_WORLD, text, sets) != NN_OK)
        fail_msg("%s", nn_trainer_message());
    return t;
}

static void good(nn_status status) {
    if (status != NN_OK) fail_msg("%s: %s", nn_status_name(status), nn_trainer_message());
}

static nn_trainer *trained(const char *const *sets) {
    nn_trainer *t = opened(config, sets);
    nn_samples all = points(0, N);
    good(nn_trainer_give(t, "train", &all));
    good(nn_trainer_train(t));
    return t;
}

static void refused(nn_status status, nn_status expected, const char *words) {
    assert_int_equal(status, expected);
    if (!strstr(nn_trainer_message(), words))
        fail_msg("no '%s' in: %s", words, nn_trainer_message());
}

static void losses_of_all_epochs_fall_and_can_be_read(void **state) {
    nn_trainer *t = trained(NULL);
    assert_int_equal(nn_trainer_epochs(t), 5);
    assert_true(nn_trainer_value(t, 5, "train_loss") < nn_trainer_value(t, 1, "train_loss"));
    assert_true(nn_trainer_value(t, 0, "train_loss") == nn_trainer_value(t, 5, "train_loss"));
    assert_true(isnan(nn_trainer_value(t, 6, "train_loss")));
    assert_true(isnan(nn_trainer_value(t, 5, "no_such_number")));
    nn_trainer_close(t);
}

/* By hand from the weights that were copied, in the formula of the model. */
static void predictions_are_those_of_the_weights(void **state) {
    nn_trainer *t = trained((const char *const[]){"precision=float64", NULL});
    double k[12], b[6], kernel[12], bias[2], p[N * 2];
    assert_int_equal(nn_trainer_parameters(t), 4);
    nn_parameter about;
    good(nn_trainer_parameter(t, 2, &about));
    assert_string_equal(about.name, "probs/kernel");
    assert_true(about.rank == 2 && about.dim[0] == 6 && about.dim[1] == 2 && about.size == 12);
    assert_true(about.trained);
    double *into[] = {k, b, kernel, bias};
    for (int i = 0; i < 4; i++) good(nn_trainer_copy(t, i, into[i]));
    nn_samples all = points(0, N);
    good(nn_trainer_predict(t, N, &all.inputs, p));
    assert_int_equal(nn_trainer_outputs(t), 2);
    for (int i = 0; i < N; i++) {
        double z[2] = {bias[0], bias[1]};
        for (int u = 0; u < 6; u++) {
            double h = tanh(x[i][0] * k[u] + x[i][1] * k[6 + u] + b[u]);
            z[0] += h * kernel[2 * u], z[1] += h * kernel[2 * u + 1];
        }
        double first = 1 / (1 + exp(z[1] - z[0]));
        assert_true(fabs(p[2 * i] - first) < 1e-12 && fabs(p[2 * i + 1] - (1 - first)) < 1e-12);
    }
    nn_trainer_close(t);
}

static void a_validation_part_can_be_split_off_or_given(void **state) {
    nn_trainer *t = opened(config, (const char *const[]){"data.validation.split=0.25", NULL});
    nn_samples all = points(0, N), some = points(30, 10);
    good(nn_trainer_give(t, "train", &all));
    good(nn_trainer_train(t));
    assert_true(isfinite(nn_trainer_value(t, 5, "validation_accuracy")));
    nn_trainer_close(t);
    t = opened(config, NULL);
    good(nn_trainer_give(t, "train", &all));
    good(nn_trainer_give(t, "test", &some));
    good(nn_trainer_train(t));
    assert_true(isfinite(nn_trainer_value(t, 0, "test_loss")));
    nn_trainer_close(t);
}

/* The mean is over all rows: half of them at weight 0 and twice the rate is the other half alone.
 */
static void weights_multiply_the_loss_of_samples(void **state) {
    double w[N], with[12], without[12];
    for (int i = 0; i < N; i++) w[i] = i < N / 2;
    const char *sets[] = {"training.batch_size=all", "training.epochs=3", "precision=float64",
                          "training.optimizer.learning_rate=0.8", NULL};
    nn_samples all = points(0, N), half = points(0, N / 2);
    all.weights = (nn_view){.data = w, .type = NN_F64};
    nn_trainer *a = opened(config, sets);
    sets[3] = "training.optimizer.learning_rate=0.4";
    nn_trainer *b = opened(config, sets);
    good(nn_trainer_give(a, "train", &all));
    good(nn_trainer_give(b, "train", &half));
    good(nn_trainer_train(a));
    good(nn_trainer_train(b));
    good(nn_trainer_copy(a, 0, with));
    good(nn_trainer_copy(b, 0, without));
    for (int i = 0; i < 12; i++) assert_true(fabs(with[i] - without[i]) < 1e-12);
    nn_trainer_close(a);
    nn_trainer_close(b);
}

static void the_configuration_is_answered_with_line_and_word(void **state) {
    nn_trainer *t;
    refused(nn_trainer_open_text(&t, MPI_COMM_WORLD, "modle: {}\n", NULL), NN_BAD_CONFIG, "model");
    assert_null(t);
    refused(nn_trainer_open_file(&t, MPI_COMM_WORLD, "no_such.yaml", NULL), NN_NO_INPUT,
            "no_such.yaml");
    refused(nn_trainer_open_text(&t, MPI_COMM_NULL, config, NULL), NN_USAGE, "MPI_COMM_NULL");
    const char *const sets[] = {"training.epoch=3", NULL};
    refused(nn_trainer_open_text(&t, MPI_COMM_WORLD, config, sets), NN_BAD_CONFIG, "epochs");
}

static void data_that_cannot_be_are_refused_by_row(void **state) {
    nn_trainer *t = opened(config, NULL);
    nn_samples all = points(0, N), none = {0};
    refused(nn_trainer_give(t, "trian", &all), NN_USAGE, "trian");
    good(nn_trainer_give(t, "train", &none));
    refused(nn_trainer_prepare(t), NN_BAD_DATA, "no samples");
    good(nn_trainer_give(t, "train", &all));
    float kept = x[17][1];
    x[17][1] = NAN;
    refused(nn_trainer_train(t), NN_BAD_DATA, "row 17");
    x[17][1] = kept;
    label[3] = 2;
    refused(nn_trainer_train(t), NN_BAD_DATA, "row 3");
    label[3] = 1;
    all.targets.data = NULL;
    good(nn_trainer_give(t, "train", &all));
    refused(nn_trainer_train(t), NN_NO_INPUT, "no targets");
    all.inputs.dim[0] = 0;
    refused(nn_trainer_give(t, "train", &all), NN_USAGE, "dimension 0");
    nn_trainer_close(t);
}

static void calls_out_of_order_are_refused(void **state) {
    double out[2];
    nn_parameter about;
    nn_trainer *t = opened(config, NULL);
    nn_samples all = points(0, N);
    refused(nn_trainer_predict(t, 1, &all.inputs, out), NN_USAGE, "prepare");
    refused(nn_trainer_copy(t, 0, out), NN_USAGE, "prepare");
    refused(nn_trainer_prepare(t), NN_USAGE, "data.train");
    good(nn_trainer_give(t, "train", &all));
    good(nn_trainer_prepare(t));
    nn_trainer_close(t);
    t = trained(NULL);
    refused(nn_trainer_give(t, "train", &all), NN_USAGE, "too late");
    refused(nn_trainer_train(t), NN_USAGE, "has been trained");
    refused(nn_trainer_parameter(t, 4, &about), NN_USAGE, "there are 4");
    all.inputs.dim[0] = 1;
    refused(nn_trainer_predict(t, 1, &all.inputs, out), NN_BAD_DATA, "(2)");
    refused(nn_trainer_save(t, "/proc/no"), NN_CANNOT_WRITE, "/proc/no");
    nn_trainer_close(t);
    nn_trainer_close(NULL);
}

/* Five files with the names of checkpoints of fewer steps, more than checkpoint.keep. */
static void saving_removes_no_other_model_of_the_folder(void **state) {
    char folder[] = "saved.XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    for (int i = 1; i <= 5; i++) {
        snprintf(path, sizeof path, "%s/step_%010d.h5", folder, i);
        FILE *file = fopen(path, "w");
        assert_true(file && fclose(file) == 0);
    }
    nn_trainer *t = trained(NULL);
    good(nn_trainer_save(t, folder));
    nn_trainer_close(t);
    snprintf(path, sizeof path, "%s/latest.h5", folder);
    assert_true(access(path, R_OK) == 0 && remove(path) == 0);
    snprintf(path, sizeof path, "%s/step_%010d.h5", folder, 30);
    assert_int_equal(remove(path), 0);
    for (int i = 1; i <= 5; i++) {
        snprintf(path, sizeof path, "%s/step_%010d.h5", folder, i);
        assert_int_equal(remove(path), 0);
    }
    rmdir(folder);
}

static void a_folder_is_one_trainer_s_until_it_is_closed(void **state) {
    char folder[] = "shared.XXXXXX", place[64], path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(place, sizeof place, "checkpoint={directory: %s, every: never}", folder);
    const char *const sets[] = {place, NULL};
    nn_trainer *first = trained(sets), *second = opened(config, sets);
    nn_samples all = points(0, N);
    good(nn_trainer_give(second, "train", &all));
    refused(nn_trainer_prepare(second), NN_CANNOT_WRITE, "another run is at work");
    nn_trainer_close(first);
    good(nn_trainer_prepare(second));
    nn_trainer_close(second);
    snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
}

/* Of inputs that are scaled and normalised, and a moving average of the weights. */
static void a_checkpoint_predicts_as_its_trainer_did(void **state) {
    char folder[] = "kept.XXXXXX", path[64];
    double before[2 * N], after[2 * N], kernel[12], again[12];
    assert_non_null(mkdtemp(folder));
    nn_trainer *t = trained((const char *const[]){"precision=float64", "data.scale=0.5",
                                                  "data.normalize={type: standard}",
                                                  "training.average={decay: 0.9}", NULL});
    nn_samples all = points(0, N);
    good(nn_trainer_predict(t, N, &all.inputs, before));
    good(nn_trainer_copy(t, 0, kernel));
    good(nn_trainer_save(t, folder));
    nn_trainer_close(t);
    good(nn_trainer_open_checkpoint(&t, MPI_COMM_WORLD, folder));
    assert_int_equal(nn_trainer_outputs(t), 2);
    assert_int_equal(nn_trainer_parameters(t), 4);
    good(nn_trainer_copy(t, 0, again));
    assert_memory_equal(again, kernel, sizeof kernel);
    good(nn_trainer_predict(t, N, &all.inputs, after));
    for (int i = 0; i < 2 * N; i++) assert_true(fabs(after[i] - before[i]) < 1e-12);
    refused(nn_trainer_give(t, "train", &all), NN_USAGE, "open_checkpoint");
    refused(nn_trainer_train(t), NN_USAGE, "open_checkpoint");
    refused(nn_trainer_save(t, folder), NN_USAGE, "open_checkpoint");
    good(nn_trainer_prepare(t));
    all.inputs.dim[0] = 1;
    refused(nn_trainer_predict(t, 1, &all.inputs, after), NN_BAD_DATA, "(2)");
    nn_trainer_close(t);

    snprintf(path, sizeof path, "%s/step_%010d.h5", folder, 30);
    assert_int_equal(truncate(path, 5000), 0);
    refused(nn_trainer_open_checkpoint(&t, MPI_COMM_WORLD, path), NN_BAD_DATA, path);
    assert_null(t);
    remove(path);
    refused(nn_trainer_open_checkpoint(&t, MPI_COMM_WORLD, path), NN_NO_INPUT, path);
    snprintf(path, sizeof path, "%s/latest.h5", folder);
    remove(path);
    rmdir(folder);
}

static void hear(void *context, const char *text) {
    char *heard = context;
    snprintf(heard, 200, "%s", text);
}

static void warnings_are_heard_by_who_asks(void **state) {
    char heard[200] = "";
    const char *sets[] = {"model.layers=[{type: dense, units: 2}]", NULL};
    nn_samples all = points(0, N);
    nn_trainer_warnings(hear, heard);
    for (int time = 0; time < 2; time++) {
        nn_trainer *t = opened(config, sets);
        good(nn_trainer_give(t, "train", &all));
        good(nn_trainer_prepare(t));
        nn_trainer_close(t);
        assert_true(time == 0 ? strstr(heard, "did you mean `activation: softmax`") != NULL
                              : heard[0] == 0);
        heard[0] = 0;
        nn_trainer_warnings(NULL, NULL);
    }
}

static void remember(void *context, int64_t epoch, int n, const char *const *names,
                     const double *values) {
    double *seen = context;
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], "train_loss") == 0) seen[epoch] = values[i];
}

static void a_watcher_sees_every_epoch(void **state) {
    double seen[6] = {0};
    nn_trainer *t = opened(config, NULL);
    nn_samples all = points(0, N);
    good(nn_trainer_give(t, "train", &all));
    good(nn_trainer_watch(t, remember, seen));
    good(nn_trainer_train(t));
    for (int epoch = 1; epoch <= 5; epoch++)
        assert_true(seen[epoch] == nn_trainer_value(t, epoch, "train_loss"));
    nn_trainer_close(t);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_of_all_epochs_fall_and_can_be_read),
        cmocka_unit_test(predictions_are_those_of_the_weights),
        cmocka_unit_test(a_validation_part_can_be_split_off_or_given),
        cmocka_unit_test(weights_multiply_the_loss_of_samples),
        cmocka_unit_test(the_configuration_is_answered_with_line_and_word),
        cmocka_unit_test(data_that_cannot_be_are_refused_by_row),
        cmocka_unit_test(calls_out_of_order_are_refused),
        cmocka_unit_test(saving_removes_no_other_model_of_the_folder),
        cmocka_unit_test(a_folder_is_one_trainer_s_until_it_is_closed),
        cmocka_unit_test(a_checkpoint_predicts_as_its_trainer_did),
        cmocka_unit_test(warnings_are_heard_by_who_asks),
        cmocka_unit_test(a_watcher_sees_every_epoch),
    };
    MPI_Init(&argc, &argv);
    int failed = cmocka_run_group_tests(tests, make_points, NULL);
    MPI_Finalize();
    return failed;
}
