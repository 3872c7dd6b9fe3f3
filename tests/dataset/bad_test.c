/* Bad data: each a status and a message that names file, data set and row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/scratch.h"
#include "made.h"

static const double zeros[64];

/* One file with /x and /y of these shapes. */
#define XY(name, x_type, x, x_dims, y_type, y, y_dims)                                             \
    (made_begin(name), MADE_ADD("/x", x_type, x, x_dims), MADE_ADD("/y", y_type, y, y_dims),       \
     made_options(made_end()))
#define DIMS(...) __VA_ARGS__

static void a_missing_file_is_no_input(void **unused) {
    nn_data_options options = made_options("/nowhere/digits.h5");
    EXPECT_ERROR(made_status(&options), NN_NO_INPUT, "/nowhere/digits.h5", "no such file");
    options.train = made_source("/nowhere/part*.h5");
    EXPECT_ERROR(made_status(&options), NN_NO_INPUT, "/nowhere/part*.h5", "no file matches");
}

static void a_file_that_is_not_hdf5_or_truncated_is_bad_data(void **unused) {
    scratch_write(scratch("text.h5"), "a,b\n", 4);
    nn_data_options options = made_options(scratch("text.h5"));
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "text.h5", "not an HDF5 file");
    made_begin("whole.h5");
    MADE_ADD("/x", NN_F64, zeros, 4, 2);
    size_t n;
    char *bytes = scratch_read(made_end(), &n);
    scratch_write(scratch("cut.h5"), bytes, n - 16);
    free(bytes);
    options = made_options(scratch("cut.h5"));
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "cut.h5", "truncated");
}

static void a_missing_data_set_is_no_input(void **unused) {
    nn_data_options options = XY("names.h5", NN_F64, zeros, DIMS(4, 2), NN_U8, zeros, DIMS(4));
    options.train.inputs = "/xx";
    EXPECT_ERROR(made_status(&options), NN_NO_INPUT, "names.h5", "/xx", "there are /x, /y");
    options.train.inputs = "/x";
    options.train.targets = "/labels";
    EXPECT_ERROR(made_status(&options), NN_NO_INPUT, "names.h5", "/labels", "/x", "/y");
}

static void the_usual_names_not_there_are_listed_with_what_is(void **unused) {
    made_begin("odd.h5");
    MADE_ADD("/train/pixels", NN_F64, zeros, 4, 2);
    nn_data_options options = made_options(made_end());
    EXPECT_ERROR(made_status(&options), NN_NO_INPUT, "odd.h5",
                 "inputs, x, X, data, images, features or text", "/train", "there is /train/pixels",
                 "data.train.inputs");
}

static void names_at_the_root_do_not_serve_another_split_of_the_same_file(void **unused) {
    nn_data_options options = XY("root.h5", NN_F64, zeros, DIMS(4, 2), NN_U8, zeros, DIMS(4));
    options.test = (nn_source){.present = true};
    EXPECT_ERROR(made_status(&options), NN_NO_INPUT, "root.h5", "in /test;", "data.test.inputs");
    options.validation = made_source(options.train.file.value[0]); /* the same file, named again */
    EXPECT_ERROR(made_status(&options), NN_NO_INPUT, "/validation, /val or /valid",
                 "data.validation.inputs");
}

static void inputs_and_targets_of_different_counts_are_both_named(void **unused) {
    nn_data_options options = XY("counts.h5", NN_F64, zeros, DIMS(5, 2), NN_U8, zeros, DIMS(4));
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "counts.h5: data set /x has 5 samples",
                 "data set /y has 4 targets");
}

static void files_whose_counts_differ_only_one_by_one_are_refused(void **unused) {
    nn_data_options a = XY("p1.h5", NN_F64, zeros, DIMS(5, 2), NN_U8, zeros, DIMS(4));
    nn_data_options b = XY("p2.h5", NN_F64, zeros, DIMS(4, 2), NN_U8, zeros, DIMS(5));
    const char *files[] = {a.train.file.value[0], b.train.file.value[0]};
    a.train.file = (nn_texts){2, files};
    EXPECT_ERROR(made_status(&a), NN_BAD_DATA, "p1.h5: data set /x has 5", "p1.h5", "/y has 4");
}

static void an_empty_data_set_is_refused(void **unused) {
    nn_data_options options = XY("empty.h5", NN_F64, NULL, DIMS(0, 2), NN_U8, NULL, DIMS(0));
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "empty.h5", "/x", "empty");
}

static void samples_without_elements_are_refused(void **unused) {
    nn_data_options options = XY("thin.h5", NN_F64, NULL, DIMS(4, 0, 3), NN_U8, zeros, DIMS(4));
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "thin.h5", "/x", "(0, 3)");
}

static void a_single_number_is_no_data_set(void **unused) {
    made_begin("scalar.h5");
    made_add("/x", NN_F64, zeros, 0, NULL);
    nn_data_options options = made_options(made_end());
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "scalar.h5", "/x", "axis 0");
}

static void too_many_axes_are_refused(void **unused) {
    nn_data_options options =
        XY("deep.h5", NN_F64, zeros, DIMS(2, 1, 1, 1, 1, 1, 1, 1, 1, 1), NN_U8, zeros, DIMS(2));
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "deep.h5", "/x", "10 axes");
}

static void what_is_not_finite_is_named_by_row_and_position(void **unused) {
    float x[24] = {0};
    x[2 * 6 + 1 * 3 + 2] = NAN;
    x[3 * 6] = INFINITY;
    nn_data_options options = XY("nan.h5", NN_F32, x, DIMS(4, 2, 3), NN_U8, zeros, DIMS(4));
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "nan.h5: data set /x: row 2 at (1, 2) is nan");
    double y[4] = {0, 1, 2, -INFINITY};
    options = XY("inf.h5", NN_U8, zeros, DIMS(4, 2, 3), NN_F64, y, DIMS(4));
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "inf.h5: data set /y: row 3 is -inf");
}

static void the_row_of_a_second_file_is_counted_in_that_file(void **unused) {
    double x[8] = {0};
    nn_data_options a = XY("n1.h5", NN_F64, x, DIMS(4, 2), NN_U8, zeros, DIMS(4));
    x[3] = NAN;
    nn_data_options b = XY("n2.h5", NN_F64, x, DIMS(4, 2), NN_U8, zeros, DIMS(4));
    const char *files[] = {a.train.file.value[0], b.train.file.value[0]};
    a.train.file = (nn_texts){2, files};
    EXPECT_ERROR(made_status(&a), NN_BAD_DATA, "n2.h5: data set /x: row 1 at (1) is nan");
}

static void files_of_different_sample_shapes_are_both_named(void **unused) {
    nn_data_options a = XY("s1.h5", NN_F64, zeros, DIMS(4, 2), NN_U8, zeros, DIMS(4));
    nn_data_options b = XY("s2.h5", NN_F64, zeros, DIMS(4, 3), NN_U8, zeros, DIMS(4));
    const char *files[] = {a.train.file.value[0], b.train.file.value[0]};
    nn_data_options both = a;
    both.train.file = (nn_texts){2, files};
    EXPECT_ERROR(made_status(&both), NN_BAD_DATA, "s2.h5", "(3)", "s1.h5", "(2)");
    a.test = b.train;
    EXPECT_ERROR(made_status(&a), NN_BAD_DATA, "s2.h5", "(3)", "s1.h5", "(2)");
}

static void targets_of_another_kind_in_another_split_are_refused(void **unused) {
    nn_data_options a = XY("k1.h5", NN_F64, zeros, DIMS(4, 2), NN_U8, zeros, DIMS(4));
    nn_data_options b = XY("k2.h5", NN_F64, zeros, DIMS(4, 2), NN_F64, zeros, DIMS(4, 2));
    a.test = b.train;
    EXPECT_ERROR(made_status(&a), NN_BAD_DATA, "k2.h5", "float64", "k1.h5", "uint8");
}

static nn_status label_status(const nn_data_options *options, int64_t classes) {
    nn_data *data = made_open(options, 1);
    const nn_dataset *train = nn_data_split(data, NN_TRAIN);
    nn_status status = nn_dataset_check_labels(train, classes, NN_NO_LABEL, made_comm());
    nn_data_close(data);
    return status;
}

static void a_class_id_out_of_range_is_named_by_its_first_row(void **unused) {
    int32_t y[] = {0, 9, 10, 11};
    nn_data_options options = XY("high.h5", NN_F64, zeros, DIMS(4, 2), NN_I32, y, DIMS(4));
    expect_ok(label_status(&options, 12));
    EXPECT_ERROR(label_status(&options, 10), NN_BAD_DATA,
                 "high.h5: data set /y: row 2: class id 10", "between 0 and 9");
    y[1] = -1;
    options = XY("low.h5", NN_F64, zeros, DIMS(4, 2), NN_I32, y, DIMS(4, 1));
    EXPECT_ERROR(label_status(&options, 100), NN_BAD_DATA, "low.h5", "row 1", "class id -1");
    uint64_t huge[] = {0, UINT64_MAX, 1, 2};
    options = XY("huge.h5", NN_F64, zeros, DIMS(4, 2), NN_U64, huge, DIMS(4));
    EXPECT_ERROR(label_status(&options, INT32_MAX), NN_BAD_DATA, "huge.h5", "row 1");
}

static void class_ids_must_be_integers_and_there(void **unused) {
    double y[] = {0, 1, 1.5, 2};
    nn_data_options options = XY("float.h5", NN_F64, zeros, DIMS(4, 2), NN_F64, y, DIMS(4));
    EXPECT_ERROR(label_status(&options, 3), NN_BAD_DATA, "float.h5: data set /y", "integers",
                 "float64");
    made_begin("none.h5");
    MADE_ADD("/x", NN_F64, zeros, 4, 2);
    options = made_options(made_end());
    EXPECT_ERROR(label_status(&options, 3), NN_BAD_DATA, "none.h5",
                 "targets, y, Y, labels, label or target", "there is /x");
}

static const nn_value_rule probability = {0, 1, false, "a number from 0 to 1"};
static const nn_value_rule side = {-1, 1, true, "-1, 0 or 1"};

static nn_status value_status(const nn_data_options *options, nn_split split,
                              const nn_value_rule *rule) {
    nn_data *data = made_open(options, 1);
    nn_status status = nn_dataset_check_values(nn_data_split(data, split), rule, made_comm());
    nn_data_close(data);
    return status;
}

static void a_target_that_the_loss_does_not_take_is_named_by_row_and_position(void **unused) {
    float y[12] = {0, 1, 0.5f, 1.0000001f, -1e-7f, 0.25f, 0, 0, 0, 0, 0, 7};
    nn_data_options options = XY("soft.h5", NN_F64, zeros, DIMS(4, 2), NN_F32, y, DIMS(4, 3));
    EXPECT_ERROR(value_status(&options, NN_TRAIN, &probability), NN_BAD_DATA,
                 "soft.h5: data set /y: row 3 at (2) is 7: a number from 0 to 1");
    EXPECT_ERROR(value_status(&options, NN_TRAIN, &side), NN_BAD_DATA,
                 "soft.h5: data set /y: row 0 at (2) is 0.5: -1, 0 or 1");
    y[11] = 1;
    options = XY("good.h5", NN_F64, zeros, DIMS(4, 2), NN_F32, y, DIMS(4, 3));
    expect_ok(value_status(&options, NN_TRAIN, &probability));
    uint64_t huge[] = {0, 1, UINT64_MAX, 1};
    options = XY("far.h5", NN_F64, zeros, DIMS(4, 2), NN_U64, huge, DIMS(4));
    EXPECT_ERROR(value_status(&options, NN_TRAIN, &side), NN_BAD_DATA, "far.h5", "row 2 is 1.8");
    int8_t sides[] = {-1, 0, 1, -1};
    options = XY("sides.h5", NN_F64, zeros, DIMS(4, 2), NN_I8, sides, DIMS(4));
    expect_ok(value_status(&options, NN_TRAIN, &side));
    EXPECT_ERROR(value_status(&options, NN_TRAIN, &probability), NN_BAD_DATA, "row 0 is -1: ");
}

static void a_target_is_looked_at_in_the_part_of_a_split_that_has_it(void **unused) {
    double y[8] = {0};
    y[5] = 2;
    nn_data_options options = XY("parts.h5", NN_F64, zeros, DIMS(8, 2), NN_F64, y, DIMS(8));
    options.validation = (nn_source){.present = true, .split = 0.5};
    nn_status train = value_status(&options, NN_TRAIN, &probability);
    nn_error_clear();
    nn_status validation = value_status(&options, NN_VALIDATION, &probability);
    assert_int_equal(train + validation, NN_BAD_DATA);
    assert_non_null(strstr(nn_error_message(), "row 5 is 2: "));
    nn_error_clear();
}

static void a_target_of_weight_0_may_be_any_number(void **unused) {
    const double y[6] = {0, 1, -9, 0, 1, 9};
    for (int each = 0; each < 2; each++) {
        double weights[6] = {1, 1, 1, 1, 1, 1};
        made_begin("weights.h5");
        MADE_ADD("/x", NN_F64, zeros, 3, 2);
        MADE_ADD("/y", NN_F64, y, 3, 2);
        weights[each ? 2 : 1] = 0; /* of row 1, or of its place 0 */
        made_add("/w", NN_F64, weights, 1 + each, (int64_t[]){3, 2});
        nn_data_options options = made_options(made_end());
        options.train.weights = "/w";
        EXPECT_ERROR(value_status(&options, NN_TRAIN, &probability), NN_BAD_DATA,
                     "weights.h5: data set /y: row 2 at (1) is 9: ");
    }
}

static void targets_in_memory_are_looked_at_as_those_of_a_file(void **unused) {
    const float x[4] = {0}, y[4] = {0, 1, 3, 0};
    const nn_memory inputs = {.data = x, .type = NN_F32, .rows = 4};
    const nn_memory targets = {.data = y, .type = NN_F32, .rows = 4}, none = {.rows = 4};
    nn_data_options options = {.scale = 1, .normalize = made_normalizer("none")};
    options.train = (nn_source){.present = true, .memory = {&inputs, &targets, &none}};
    EXPECT_ERROR(value_status(&options, NN_TRAIN, &probability), NN_BAD_DATA,
                 "memory: data set targets: row 2 is 3: ");
}

static void options_that_contradict_are_a_bad_configuration(void **unused) {
    nn_data_options good = XY("opt.h5", NN_F64, zeros, DIMS(4, 2), NN_U8, zeros, DIMS(4)), o = good;
    o.train.file.n = 0;
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.train.file");
    o = good, o.scale = 0;
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.scale");
    o = good, o.validation = (nn_source){.present = true, .split = 1};
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.validation.split");
    o = good, o.validation = (nn_source){.present = true, .split = 0.5, .inputs = "/x"};
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.validation", "not both");
    o = good, o.test = o.train, o.train.present = false, o.normalize = made_normalizer("minmax");
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.normalize needs data.train");
    o = XY("one.h5", NN_F64, zeros, DIMS(1, 2), NN_U8, zeros, DIMS(1));
    o.validation = (nn_source){.present = true, .split = 0.5};
    EXPECT_ERROR(made_status(&o), NN_BAD_DATA, "one.h5", "one sample");
}

static void values_too_large_to_normalise_are_refused(void **unused) {
    double x[] = {1e308, -1e308, 1e308, -1e308};
    nn_data_options options = XY("large.h5", NN_F64, x, DIMS(4, 1), NN_U8, zeros, DIMS(4));
    options.normalize = made_normalizer("standard");
    EXPECT_ERROR(made_status(&options), NN_BAD_DATA, "large.h5", "/x", "too large");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_missing_file_is_no_input),
        cmocka_unit_test(a_file_that_is_not_hdf5_or_truncated_is_bad_data),
        cmocka_unit_test(a_missing_data_set_is_no_input),
        cmocka_unit_test(the_usual_names_not_there_are_listed_with_what_is),
        cmocka_unit_test(names_at_the_root_do_not_serve_another_split_of_the_same_file),
        cmocka_unit_test(inputs_and_targets_of_different_counts_are_both_named),
        cmocka_unit_test(files_whose_counts_differ_only_one_by_one_are_refused),
        cmocka_unit_test(an_empty_data_set_is_refused),
        cmocka_unit_test(samples_without_elements_are_refused),
        cmocka_unit_test(a_single_number_is_no_data_set),
        cmocka_unit_test(too_many_axes_are_refused),
        cmocka_unit_test(what_is_not_finite_is_named_by_row_and_position),
        cmocka_unit_test(the_row_of_a_second_file_is_counted_in_that_file),
        cmocka_unit_test(files_of_different_sample_shapes_are_both_named),
        cmocka_unit_test(targets_of_another_kind_in_another_split_are_refused),
        cmocka_unit_test(a_class_id_out_of_range_is_named_by_its_first_row),
        cmocka_unit_test(class_ids_must_be_integers_and_there),
        cmocka_unit_test(a_target_that_the_loss_does_not_take_is_named_by_row_and_position),
        cmocka_unit_test(a_target_is_looked_at_in_the_part_of_a_split_that_has_it),
        cmocka_unit_test(a_target_of_weight_0_may_be_any_number),
        cmocka_unit_test(targets_in_memory_are_looked_at_as_those_of_a_file),
        cmocka_unit_test(options_that_contradict_are_a_bad_configuration),
        cmocka_unit_test(values_too_large_to_normalise_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
