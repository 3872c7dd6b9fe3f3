/* Series: a sample is a window of rows, and its targets are rows ahead of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/scratch.h"
#include "made.h"

#define N 60
#define F 3

static double feature(int64_t row, int64_t f) {
    return (double)(row * row % 17) * 10.5 + (double)f * 1000 + (double)row;
}
static double target_of(int64_t row, int64_t k) {
    return -100 - (double)(row * 2 + k);
}

/* /x (N, F) or (N), /y (N, targets) or (N), if there are any. */
static nn_data_options series(const char *name, int features, int targets) {
    double x[N * F], y[N * 2];
    for (int i = 0; i < N; i++) {
        for (int f = 0; f < features; f++) x[i * features + f] = feature(i, f);
        for (int k = 0; k < targets; k++) y[i * targets + k] = target_of(i, k);
    }
    made_begin(name);
    made_add("/x", NN_F64, x, 1 + (features > 1), (int64_t[]){N, features});
    if (targets) made_add("/y", NN_F64, y, 1 + (targets > 1), (int64_t[]){N, targets});
    nn_data_options options = made_options(made_end());
    options.sequence_length = 5;
    return options;
}

static void expect_inputs(const nn_dataset *set, int64_t i, int64_t first, int features) {
    nn_real x[N * F];
    nn_dataset_inputs(set, &i, 1, x);
    for (int64_t t = 0; t < 5; t++)
        for (int f = 0; f < features; f++)
            assert_true(x[t * features + f] == (nn_real)feature(first + t, f));
}

static void windows_of_a_table_have_the_targets_of_rows_ahead(void **unused) {
    for (int features = 1; features <= F; features += 2)
        for (int targets = 1; targets <= 2; targets++)
            for (int64_t horizon = 0; horizon < 4; horizon++)
                for (int every = 0; every < 2; every++) {
                    nn_data_options o = series("table.h5", features, targets);
                    o.stride = 2;
                    o.horizon = horizon;
                    o.target = every ? NN_TARGET_SEQUENCE : NN_TARGET_NEXT;
                    nn_data *data = made_open(&o, 1);
                    const nn_dataset *set = nn_data_split(data, NN_TRAIN);
                    assert_true(nn_shape_equal(&set->input, &(nn_shape){2, {5, features}}));
                    assert_int_equal(nn_shape_size(&set->target), targets * (every ? 5 : 1));
                    assert_int_equal(set->count, (N - 5 - horizon) / 2 + 1);
                    for (int64_t i = 0; i < set->count; i++) {
                        nn_real y[10];
                        int64_t row = 2 * i + horizon + (every ? 0 : 4);
                        expect_inputs(set, i, 2 * i, features);
                        nn_dataset_values(set, &i, 1, y);
                        for (int64_t k = 0; k < nn_shape_size(&set->target); k++)
                            assert_true(y[k] == (nn_real)target_of(row + k / targets, k % targets));
                    }
                    nn_data_close(data);
                }
}

static void a_series_without_targets_is_its_own(void **unused) {
    for (int features = 1; features <= F; features += 2) {
        nn_data_options o = series("own.h5", features, 0);
        o.target = NN_TARGET_NEXT;
        o.scale = 0.5; /* of the inputs, not of the targets */
        nn_data *data = made_open(&o, 1);
        const nn_dataset *set = nn_data_split(data, NN_TRAIN);
        const int64_t i = 3;
        nn_real x[5 * F], y[F];
        nn_dataset_inputs(set, &i, 1, x);
        nn_dataset_values(set, &i, 1, y);
        for (int f = 0; f < features; f++) {
            assert_true(x[f] == (nn_real)(0.5 * feature(15, f)));
            assert_true(y[f] == (nn_real)feature(20, f));
        }
        assert_int_equal(set->bytes, N * features * 8);
        nn_data_close(data);
    }
}

/* Each row of the training part once, however often windows overlap. */
static void constants_are_those_of_the_rows_of_the_training_part(void **unused) {
    for (int features = 1; features <= F; features += 2) {
        nn_data_options o = series("normal.h5", features, 1);
        o.stride = 1;
        o.normalize = made_normalizer("standard");
        o.validation = (nn_source){.split = 0.25, .present = true};
        nn_data *data = made_open(&o, 1);
        const nn_constants *c = nn_data_constants(data);
        assert_int_equal(c->n, features);
        for (int f = 0; f < features; f++) {
            double mean = 0, square = 0;
            for (int i = 0; i < 45; i++) mean += feature(i, f) / 45;
            for (int i = 0; i < 45; i++) square += pow(feature(i, f) - mean, 2) / 45;
            assert_true(fabs(c->shift[f] - mean) < 1e-9);
            assert_true(fabs(c->factor[f] * sqrt(square) - 1) < 1e-12);
        }
        nn_real x[5 * F];
        const int64_t i = 2;
        nn_dataset_inputs(nn_data_split(data, NN_VALIDATION), &i, 1, x);
        for (int k = 0; k < 5 * features; k++)
            assert_true(fabs((double)x[k] - (feature(45 + 2 + k / features, k % features) -
                                             c->shift[k % features]) *
                                                c->factor[k % features]) < 1e-5);
        nn_data_close(data);
    }
}

static void tokens_of_a_text_may_have_labels_of_their_own(void **unused) {
    uint8_t x[N], y[N];
    for (int i = 0; i < N; i++) x[i] = (uint8_t)(i % 7), y[i] = (uint8_t)(100 + i);
    made_begin("tags.h5");
    MADE_ADD("/x", NN_U8, x, N);
    MADE_ADD("/y", NN_U8, y, N);
    nn_data_options o = made_options(made_end());
    o.sequence_length = 5;
    o.horizon = 0;
    o.train.targets = "/y";
    nn_data *data = made_open(&o, 1);
    const nn_dataset *set = nn_data_split(data, NN_TRAIN);
    const int64_t i = 4;
    int32_t label[5];
    nn_dataset_labels(set, &i, 1, label);
    for (int k = 0; k < 5; k++) assert_int_equal(label[k], 120 + k);
    assert_int_equal(set->highest_label, 159);
    nn_data_close(data);
    o.train.targets = NULL; /* not looked for: the next tokens are what is meant */
    data = made_open(&o, 1);
    assert_int_equal(nn_data_split(data, NN_TRAIN)->highest_label, 6);
    nn_data_close(data);
}

static void a_sample_may_have_a_class_id_at_each_place(void **unused) {
    const double x[4 * 3] = {0};
    int16_t y[4 * 3];
    for (int i = 0; i < 12; i++) y[i] = (int16_t)(i - 1);
    made_begin("places.h5");
    MADE_ADD("/x", NN_F64, x, 4, 3);
    MADE_ADD("/y", NN_I16, y, 4, 3);
    nn_data_options o = made_options(made_end());
    nn_data *data = made_open(&o, 1);
    const nn_dataset *set = nn_data_split(data, NN_TRAIN);
    const int64_t order[] = {3, 1};
    int32_t label[6];
    nn_dataset_labels(set, order, 2, label);
    for (int k = 0; k < 6; k++) assert_int_equal(label[k], order[k / 3] * 3 + k % 3 - 1);
    expect_ok(nn_dataset_check_labels(set, 11, -1, made_comm()));
    EXPECT_ERROR(nn_dataset_check_labels(set, 8, -1, made_comm()), NN_BAD_DATA,
                 "places.h5: data set /y: row 3 at (0): class id 8 is not between 0 and 7");
    nn_data_close(data);
}

/* Of /x, a series that is its own target, or of /y: the rows that are no target of any window may
 * hold any number. */
static void targets_of_windows_are_looked_at_each_row_once(void **unused) {
    const nn_value_rule rule = {0, 1, false, "a number from 0 to 1"};
    for (int own = 0; own < 2; own++)
        for (int bad = 0; bad < N; bad++) {
            double x[N] = {0}, y[N] = {0};
            char words[80];
            (own ? x : y)[bad] = 2;
            made_begin("domain.h5");
            MADE_ADD("/x", NN_F64, x, N);
            if (!own) MADE_ADD("/y", NN_F64, y, N);
            nn_data_options o = made_options(made_end());
            o.sequence_length = 5, o.stride = 2, o.horizon = 3, o.scale = 0.01;
            nn_data *data = made_open(&o, 1);
            const nn_dataset *set = nn_data_split(data, NN_TRAIN);
            int64_t last = (set->count - 1) * 2 + 3 + 4;
            snprintf(words, sizeof words,
                     "domain.h5: data set %s: row %d is 2: ", own ? "/x" : "/y", bad);
            if (bad < 3 || bad > last)
                expect_ok(nn_dataset_check_values(set, &rule, made_comm()));
            else
                EXPECT_ERROR(nn_dataset_check_values(set, &rule, made_comm()), NN_BAD_DATA, words);
            nn_data_close(data);
        }
}

static void a_series_that_is_too_short_is_refused(void **unused) {
    nn_data_options o = series("short.h5", 2, 1);
    o.horizon = N - 4;
    EXPECT_ERROR(made_status(&o), NN_BAD_DATA, "short.h5: data set /x:", "needs 61 rows",
                 "only 60");
    o.horizon--;
    expect_ok(made_status(&o));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_of_a_table_have_the_targets_of_rows_ahead),
        cmocka_unit_test(a_series_without_targets_is_its_own),
        cmocka_unit_test(constants_are_those_of_the_rows_of_the_training_part),
        cmocka_unit_test(tokens_of_a_text_may_have_labels_of_their_own),
        cmocka_unit_test(a_sample_may_have_a_class_id_at_each_place),
        cmocka_unit_test(targets_of_windows_are_looked_at_each_row_once),
        cmocka_unit_test(a_series_that_is_too_short_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
