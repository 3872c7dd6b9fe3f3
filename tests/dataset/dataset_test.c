/* Data sets: what is gathered is what is in the files. */
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

static const int64_t forward[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

static const char *digits_file(void) {
    static char path[1024];
    snprintf(path, sizeof path, "%s/data/digits.h5", getenv("NNMPI_SOURCE"));
    return path;
}

static void digits_are_found_by_their_usual_names(void **unused) {
    nn_data_options options = made_options(digits_file());
    options.test.present = true;
    nn_data *data = made_open(&options, 1);
    const nn_dataset *train = nn_data_split(data, NN_TRAIN), *test = nn_data_split(data, NN_TEST);
    assert_string_equal(train->inputs_name, "/train/images");
    assert_string_equal(test->targets_name, "/test/labels");
    assert_int_equal(train->count, 1437);
    assert_int_equal(test->count, 360);
    assert_null(nn_data_split(data, NN_VALIDATION));
    assert_true(nn_shape_equal(&train->input, &(nn_shape){2, {8, 8}}));
    assert_true(train->has_targets && train->target_integer);
    assert_int_equal(train->target.rank, 0);
    assert_int_equal(train->lowest_label, 0);
    assert_int_equal(train->highest_label, 9);
    assert_int_equal(train->input_type, NN_U8);
    assert_int_equal(train->bytes, 1437 * 65);
    assert_true(train->fingerprint != test->fingerprint);
    assert_int_equal(nn_data_constants(data)->n, 0);
    nn_data_close(data);
}

static void every_class_has_its_share_of_the_test_digits(void **unused) {
    nn_data_options options = made_options(digits_file());
    options.test.present = true;
    nn_data *data = made_open(&options, 1);
    int of[NN_SPLITS][10] = {{0}};
    for (int s = NN_TRAIN; s < NN_SPLITS; s++) {
        const nn_dataset *set = nn_data_split(data, (nn_split)s);
        for (int64_t i = 0; set && i < set->count; i++) {
            int32_t label;
            nn_dataset_labels(set, &i, 1, &label);
            of[s][label]++;
        }
    }
    for (int c = 0; c < 10; c++) {
        double all = of[NN_TRAIN][c] + of[NN_TEST][c];
        assert_true(fabs(of[NN_TEST][c] - all * 360 / 1797) < 1);
    }
    nn_data_close(data);
}

/* Values of every stored type, gathered out of order, with and without scale. */
static void every_type_is_gathered_as_numbers(void **unused) {
    for (nn_dtype t = NN_U8; t <= NN_F64; t++) {
        unsigned char raw[8 * 8];
        bool integer = nn_dtype_is_integer(t);
        for (int i = 0; i < 64; i++) raw[i] = (unsigned char)(integer ? i * 89 : i % 60);
        made_begin("types.h5");
        MADE_ADD("/x", t, raw, 4, 2);
        MADE_ADD("/y", t, raw, 4, 2);
        nn_data_options options = made_options(made_end());
        for (int scaled = 0; scaled < 2; scaled++) {
            options.scale = scaled ? 0.5 : 1;
            nn_data *data = made_open(&options, 1);
            const nn_dataset *set = nn_data_split(data, NN_TRAIN);
            const int64_t order[] = {3, 0, 3};
            nn_real x[6], y[6];
            nn_dataset_inputs(set, order, 3, x);
            nn_dataset_values(set, order, 3, y);
            for (int i = 0; i < 6; i++) {
                nn_real stored = (nn_real)nn_dtype_get(t, raw, order[i / 2] * 2 + i % 2);
                assert_true(x[i] == stored * (nn_real)options.scale);
                assert_true(y[i] == stored);
            }
            assert_int_equal(set->target_integer, integer); /* one-hot, or values */
            nn_data_close(data);
        }
    }
}

static void every_integer_type_gives_class_ids(void **unused) {
    for (nn_dtype t = NN_U8; t <= NN_I64; t++) {
        unsigned char raw[4 * 8] = {0};
        for (int i = 0; i < 4; i++)
            raw[i * nn_dtype_size(t)] = (unsigned char)(100 - i); /* little endian */
        made_begin("ids.h5");
        MADE_ADD("/x", NN_F32, raw, 4);
        made_add("/y", t, raw, 1 + t % 2, (int64_t[]){4, 1});
        nn_data_options options = made_options(made_end());
        nn_data *data = made_open(&options, 1);
        const nn_dataset *set = nn_data_split(data, NN_TRAIN);
        int32_t label[4];
        nn_dataset_labels(set, forward, 4, label);
        for (int i = 0; i < 4; i++) assert_int_equal(label[i], 100 - i);
        assert_true(set->target_integer);
        assert_int_equal(set->target.rank, t % 2);
        assert_int_equal(set->lowest_label, 97);
        assert_int_equal(set->highest_label, 100);
        nn_data_close(data);
    }
}

static void several_files_and_globs_are_one_data_set(void **unused) {
    for (int f = 0; f < 3; f++) {
        char name[32];
        double x[6];
        uint8_t y[3];
        float z[6];
        for (int i = 0; i < 6; i++) z[i] = (float)(x[i] = 10 * f + i);
        for (int i = 0; i < 3; i++) y[i] = (uint8_t)(10 * f + i);
        snprintf(name, sizeof name, "part-%d.h5", f);
        made_begin(name);
        made_add("/x", f == 1 ? NN_F32 : NN_F64, f == 1 ? (void *)z : (void *)x, 2,
                 (int64_t[]){f + 1, 2});
        made_add("/y", NN_U8, y, 1, (int64_t[]){f + 1});
        made_end();
    }
    nn_data_options options = made_options(scratch("part-*.h5"));
    const char *list[] = {scratch("part-2.h5"), scratch("part-[01].h5")};
    for (int way = 0; way < 2; way++) {
        if (way == 1) options.train.file = (nn_texts){2, list};
        nn_data *data = made_open(&options, 1);
        const nn_dataset *set = nn_data_split(data, NN_TRAIN);
        const double first[2][6] = {{0, 10, 12, 20, 22, 24}, {20, 22, 24, 0, 10, 12}};
        const int32_t label_of[2][6] = {{0, 10, 11, 20, 21, 22}, {20, 21, 22, 0, 10, 11}};
        nn_real x[12];
        int32_t label[6];
        assert_int_equal(set->count, 6);
        assert_int_equal(set->input_type, NN_F64);
        nn_dataset_inputs(set, forward, 6, x);
        nn_dataset_labels(set, forward, 6, label);
        for (int i = 0; i < 6; i++) {
            assert_true(x[2 * i] == (nn_real)first[way][i]);
            assert_true(x[2 * i + 1] == (nn_real)first[way][i] + 1);
            assert_int_equal(label[i], label_of[way][i]);
        }
        nn_data_close(data);
    }
}

static void targets_may_be_in_another_file(void **unused) {
    double x[6] = {0, 1, 2, 3, 4, 5}, y[3] = {7, 8, 9};
    made_begin("inputs.h5");
    MADE_ADD("/x", NN_F64, x, 3, 2);
    nn_data_options options = made_options(made_end());
    made_begin("targets.h5");
    MADE_ADD("/labels", NN_F64, y, 3);
    nn_source targets = made_source(made_end());
    options.train.target_file = targets.file;
    nn_data *data = made_open(&options, 1);
    nn_real values[3];
    nn_dataset_values(nn_data_split(data, NN_TRAIN), forward, 3, values);
    assert_true(values[0] == 7 && values[1] == 8 && values[2] == 9);
    nn_data_close(data);
}

static void a_split_of_its_own_file_may_have_its_names_at_the_root(void **unused) {
    double x[6] = {0, 1, 2, 3, 4, 5};
    made_begin("a.h5");
    MADE_ADD("/x", NN_F64, x, 3, 2);
    nn_data_options options = made_options(made_end());
    made_begin("b.h5");
    MADE_ADD("/x", NN_F64, x + 2, 2, 2);
    options.validation = made_source(made_end());
    nn_data *data = made_open(&options, 1);
    assert_int_equal(nn_data_split(data, NN_VALIDATION)->count, 2);
    assert_false(nn_data_split(data, NN_VALIDATION)->has_targets);
    assert_non_null(strstr(nn_data_split(data, NN_VALIDATION)->no_targets, "b.h5"));
    nn_data_close(data);
}

static void held_out_samples_are_chosen_by_the_seed_and_keep_their_order(void **unused) {
    double x[100];
    for (int i = 0; i < 100; i++) x[i] = i;
    made_begin("hundred.h5");
    MADE_ADD("/x", NN_F64, x, 100);
    nn_data_options options = made_options(made_end());
    options.validation = (nn_source){.present = true, .split = 0.15};
    char chosen[2][100] = {{0}};
    for (uint64_t seed = 0; seed < 2; seed++) {
        nn_data *data = made_open(&options, seed);
        const nn_dataset *train = nn_data_split(data, NN_TRAIN);
        const nn_dataset *held = nn_data_split(data, NN_VALIDATION);
        assert_int_equal(train->count, 85);
        assert_int_equal(held->count, 15);
        assert_true(train->fingerprint != held->fingerprint);
        nn_real value, before = -1;
        for (int64_t i = 0; i < 100; i++) {
            const nn_dataset *set = i < 85 ? train : held;
            nn_dataset_inputs(set, &(int64_t){i < 85 ? i : i - 85}, 1, &value);
            if (i == 85) before = -1;
            assert_true(value > before);
            before = value;
            assert_int_equal(chosen[seed][(int)value] & 4, 0);
            chosen[seed][(int)value] = (char)(4 | (i >= 85));
        }
        nn_data_close(data);
    }
    assert_memory_not_equal(chosen[0], chosen[1], 100);
}

/* Moments of what comes out, by a way of its own: plain sums in long double. */
static void standard_inputs_have_mean_0_and_variance_1(void **unused) {
    enum { N = 700, F = 5 };
    static double x[N][F];
    for (int i = 0; i < N; i++)
        for (int f = 0; f < F; f++) x[i][f] = f == 4 ? 7.1 : 1e6 * f + (f + 1) * sin(i * (f + 1.5));
    made_begin("standard.h5");
    MADE_ADD("/x", NN_F64, x, N, F);
    nn_data_options options = made_options(made_end());
    options.scale = 0.25;
    options.normalize = made_normalizer("standard");
    nn_data *data = made_open(&options, 1);
    const nn_dataset *train = nn_data_split(data, NN_TRAIN);
    assert_int_equal(nn_data_constants(data)->n, F);
    assert_true(nn_data_constants(data)->factor[4] == 1);
    for (int f = 0; f < F; f++) {
        long double sum = 0, squares = 0;
        for (int64_t i = 0; i < N; i++) {
            nn_real out[F];
            nn_dataset_inputs(train, &i, 1, out);
            sum += out[f];
            squares += (long double)out[f] * out[f];
        }
        assert_true(fabsl(sum / N) < 1e-6);
        assert_true(fabsl(squares / N - (f < 4)) < 1e-6);
    }
    nn_data_close(data);
}

static void minmax_inputs_are_from_0_to_1(void **unused) {
    int16_t x[] = {-5, 100, 5, 300, 0, 200, 5, 300};
    made_begin("minmax.h5");
    MADE_ADD("/x", NN_I16, x, 4, 2);
    nn_data_options options = made_options(made_end());
    options.normalize = made_normalizer("minmax");
    options.scale = -2;
    nn_data *data = made_open(&options, 1);
    nn_real out[8];
    nn_dataset_inputs(nn_data_split(data, NN_TRAIN), forward, 4, out);
    const double expected[] = {1, 1, 0, 0, 0.5, 0.5, 0, 0};
    for (int i = 0; i < 8; i++) assert_true(fabs(out[i] - expected[i]) < 1e-6);
    nn_data_close(data);
}

static int64_t constants_of(int rank, const int64_t *dim, const char *normalizer, int per) {
    static uint8_t x[2 * 3 * 4 * 5];
    for (int i = 0; i < (int)sizeof x; i++) x[i] = (uint8_t)(i * i);
    made_begin("rank.h5");
    made_add("/x", NN_U8, x, rank, dim);
    nn_data_options options = made_options(made_end());
    options.normalize = made_normalizer(normalizer);
    *(int *)options.normalize.options = per;
    nn_data *data = made_open(&options, 1);
    int64_t n = nn_data_constants(data)->n;
    nn_data_close(data);
    return n;
}

static void constants_are_for_the_last_axis_but_one_for_grey_images(void **unused) {
    const int64_t dim[] = {2, 3, 4, 5};
    assert_int_equal(constants_of(1, dim, "standard", 0), 1);
    assert_int_equal(constants_of(2, dim, "standard", 0), 3);
    assert_int_equal(constants_of(3, dim, "minmax", 0), 1);
    assert_int_equal(constants_of(4, dim, "minmax", 0), 5);
    assert_int_equal(constants_of(3, dim, "standard", 1), 4);
    assert_int_equal(constants_of(4, dim, "standard", 2), 1);
}

static void constants_given_are_used_instead(void **unused) {
    double x[] = {1, 2, 3, 4, 5, 6}, shift[] = {1, 2, 3}, factor[] = {1, 10, 100};
    made_begin("given.h5");
    MADE_ADD("/x", NN_F64, x, 2, 3);
    nn_data_options options = made_options(made_end());
    options.test = options.train;
    options.train.present = false;
    nn_constants given = {3, shift, factor};
    nn_data *data;
    expect_ok(nn_data_open(&data, &options, &given, 1, made_comm()));
    nn_real out[6];
    const double expected[] = {0, 0, 0, 3, 30, 300};
    nn_dataset_inputs(nn_data_split(data, NN_TEST), forward, 2, out);
    for (int i = 0; i < 6; i++) assert_true(out[i] == (nn_real)expected[i]);
    nn_data_close(data);
    given.n = 2;
    EXPECT_ERROR(nn_data_open(&data, &options, &given, 1, made_comm()), NN_BAD_DATA, "given.h5",
                 "2 normalisation constants");
}

static uint64_t fingerprint_of(const char *name, int change) {
    double x[6] = {0, 1, 2, 3, 4, 5};
    uint8_t y[2] = {0, 1};
    if (change == 1) x[5] = 6;
    if (change == 2) y[1] = 2;
    made_begin(name);
    made_add("/x", NN_F64, x, change == 3 ? 3 : 2, (int64_t[]){2, 3, 1});
    MADE_ADD("/y", NN_U8, y, 2);
    nn_data_options options = made_options(made_end());
    nn_data *data = made_open(&options, 1);
    uint64_t fingerprint = nn_data_split(data, NN_TRAIN)->fingerprint;
    nn_data_close(data);
    return fingerprint;
}

static void a_fingerprint_is_of_the_content_alone(void **unused) {
    uint64_t same = fingerprint_of("f1.h5", 0);
    assert_true(fingerprint_of("f2.h5", 0) == same);
    for (int change = 1; change <= 3; change++)
        assert_true(fingerprint_of("f3.h5", change) != same);
}

static void the_section_data_is_bound_by_its_keys(void **unused) {
    const char text[] = "train: {file: a.h5, inputs: /x}\n"
                        "validation: {split: 0.2}\n"
                        "test: {file: [b.h5, /c/*.h5], target_file: d.h5}\n"
                        "normalize: {type: minmax, per: all}\n"
                        "shuffle: false\n";
    nn_document *document;
    expect_ok(nn_document_parse(&document, text, sizeof text - 1, "/dir/config.yaml", NULL, 0));
    nn_data_options options;
    memset(&options, 0, sizeof options);
    nn_config_bind(document, nn_document_root(document), nn_data_keys, NULL, &options);
    expect_ok(nn_config_verdict(document));
    assert_true(options.train.present && options.validation.present && options.test.present);
    assert_string_equal(options.train.file.value[0], "/dir/a.h5");
    assert_string_equal(options.train.inputs, "/x");
    assert_null(options.train.targets);
    assert_true(options.validation.split == 0.2 && options.validation.file.n == 0);
    assert_int_equal(options.test.file.n, 2);
    assert_string_equal(options.test.file.value[0], "/dir/b.h5");
    assert_string_equal(options.test.file.value[1], "/c/*.h5");
    assert_string_equal(options.test.target_file.value[0], "/dir/d.h5");
    assert_string_equal(options.normalize.kind->name, "minmax");
    assert_int_equal(*(int *)options.normalize.options, 2);
    assert_true(options.scale == 1 && !options.shuffle);
    nn_document_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_are_found_by_their_usual_names),
        cmocka_unit_test(every_class_has_its_share_of_the_test_digits),
        cmocka_unit_test(every_type_is_gathered_as_numbers),
        cmocka_unit_test(every_integer_type_gives_class_ids),
        cmocka_unit_test(several_files_and_globs_are_one_data_set),
        cmocka_unit_test(targets_may_be_in_another_file),
        cmocka_unit_test(a_split_of_its_own_file_may_have_its_names_at_the_root),
        cmocka_unit_test(held_out_samples_are_chosen_by_the_seed_and_keep_their_order),
        cmocka_unit_test(standard_inputs_have_mean_0_and_variance_1),
        cmocka_unit_test(minmax_inputs_are_from_0_to_1),
        cmocka_unit_test(constants_are_for_the_last_axis_but_one_for_grey_images),
        cmocka_unit_test(constants_given_are_used_instead),
        cmocka_unit_test(a_fingerprint_is_of_the_content_alone),
        cmocka_unit_test(the_section_data_is_bound_by_its_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
