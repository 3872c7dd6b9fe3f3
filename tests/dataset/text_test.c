/* Texts: a sample is a window of tokens, and its targets are the tokens that come next. */
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

#define N 101

/* A text of no repetition. */
static int token(int64_t i) {
    return (int)((i * i + 7 * i) % 251);
}

static const char *text_file(const char *name, nn_dtype dtype, int64_t first, int64_t n) {
    int64_t wide[N];
    uint8_t narrow[N];
    for (int64_t i = 0; i < n; i++) wide[i] = narrow[i] = (uint8_t)token(first + i);
    made_begin(name);
    MADE_ADD("/text", dtype, dtype == NN_U8 ? (void *)narrow : (void *)wide, n);
    return made_end();
}

static nn_data_options text_options(const char *file, int64_t length, int64_t stride,
                                    nn_window_target target) {
    nn_data_options options = made_options(file);
    options.sequence_length = length;
    options.stride = stride;
    options.target = target;
    return options;
}

/* Sample `i` of the set is the window that begins at token `first` of the text. */
static void expect_window(const nn_dataset *set, int64_t i, int64_t first) {
    int64_t length = set->input.dim[0], targets = nn_shape_size(&set->target);
    nn_real x[N], y[N];
    int32_t label[N];
    nn_dataset_inputs(set, &i, 1, x);
    nn_dataset_values(set, &i, 1, y);
    nn_dataset_labels(set, &i, 1, label);
    for (int64_t k = 0; k < length; k++) assert_int_equal(x[k], token(first + k));
    for (int64_t k = 0; k < targets; k++) {
        int next = token(first + length + 1 - targets + k);
        assert_int_equal(label[k], next);
        assert_int_equal(y[k], next);
    }
}

static void windows_are_the_text_and_targets_are_what_comes_next(void **unused) {
    const nn_dtype dtypes[] = {NN_U8, NN_I64};
    for (int k = 0; k < 2; k++) {
        const char *file = text_file("text.h5", dtypes[k], 0, N);
        for (int64_t length = 1; length < N; length += 9)
            for (int64_t stride = 0; stride < 30; stride += 3)
                for (int target = 0; target < 2; target++) {
                    nn_data_options o = text_options(file, length, stride, target);
                    nn_data *data = made_open(&o, 1);
                    const nn_dataset *set = nn_data_split(data, NN_TRAIN);
                    int64_t step = stride ? stride : length;
                    assert_true(set->windows && set->has_targets && set->target_integer);
                    assert_int_equal(set->target.rank, target == NN_TARGET_SEQUENCE);
                    assert_int_equal(set->count, (N - length - 1) / step + 1);
                    assert_int_equal(set->bytes, N * nn_dtype_size(dtypes[k])); /* as stored */
                    for (int64_t i = 0; i < set->count; i++) expect_window(set, i, i * step);
                    nn_data_close(data);
                }
    }
}

static void several_windows_are_gathered_in_any_order(void **unused) {
    nn_data_options o = text_options(text_file("order.h5", NN_U8, 0, N), 10, 0, NN_TARGET_SEQUENCE);
    nn_data *data = made_open(&o, 1);
    const nn_dataset *set = nn_data_split(data, NN_TRAIN);
    const int64_t order[] = {7, 0, 7, 3};
    nn_real x[4 * 10];
    int32_t label[4 * 10];
    nn_dataset_inputs(set, order, 4, x);
    nn_dataset_labels(set, order, 4, label);
    for (int i = 0; i < 40; i++) {
        assert_int_equal(x[i], token(order[i / 10] * 10 + i % 10));
        assert_int_equal(label[i], token(order[i / 10] * 10 + i % 10 + 1));
    }
    nn_data_close(data);
}

static void no_window_crosses_the_border_of_a_file(void **unused) {
    const int64_t sizes[] = {30, 5, 41}, length = 10, stride = 4; /* nothing in the second */
    const char *files[3];
    int64_t first = 0;
    for (int f = 0; f < 3; f++) {
        char name[16] = "part0.h5";
        name[4] = (char)('0' + f);
        files[f] = text_file(name, NN_U8, first, sizes[f]);
        first += sizes[f];
    }
    nn_data_options o = text_options(NULL, length, stride, NN_TARGET_SEQUENCE);
    o.train.file = (nn_texts){3, files};
    nn_data *data = made_open(&o, 1);
    const nn_dataset *set = nn_data_split(data, NN_TRAIN);
    assert_int_equal(set->count, 5 + 8); /* (30 - 11) / 4 + 1, (41 - 11) / 4 + 1 */
    for (int64_t i = 0; i < 5; i++) expect_window(set, i, i * stride);
    for (int64_t i = 0; i < 8; i++) expect_window(set, 5 + i, 35 + i * stride);
    nn_data_close(data);
}

/* The same windows as from two files that were cut there. */
static void the_split_of_a_text_is_its_end(void **unused) {
    const int64_t cut = 81; /* round(0.2 * 101) = 20 are held out */
    nn_data_options o = text_options(text_file("whole.h5", NN_U8, 0, N), 6, 2, NN_TARGET_NEXT);
    o.validation = (nn_source){.split = 0.2, .present = true};
    for (uint64_t seed = 1; seed < 4; seed++) {
        nn_data *data = made_open(&o, seed);
        const nn_dataset *train = nn_data_split(data, NN_TRAIN);
        const nn_dataset *end = nn_data_split(data, NN_VALIDATION);
        assert_int_equal(train->count, (cut - 7) / 2 + 1);
        assert_int_equal(end->count, (N - cut - 7) / 2 + 1);
        for (int64_t i = 0; i < train->count; i++) expect_window(train, i, 2 * i);
        for (int64_t i = 0; i < end->count; i++) expect_window(end, i, cut + 2 * i);
        assert_int_equal(end->bytes, 0);
        assert_true(train->fingerprint != end->fingerprint);
        nn_data_close(data);
    }
}

/* The training text is as it is without one. */
static void with_a_context_every_target_counts_once(void **unused) {
    const int64_t length = 10;
    for (int64_t context = 1; context < length; context++) {
        nn_data_options o =
            text_options(text_file("context.h5", NN_U8, 0, N), length, 3, NN_TARGET_SEQUENCE);
        o.validation = (nn_source){.split = 0.5, .present = true};
        o.context = context;
        nn_data *data = made_open(&o, 1);
        const nn_dataset *train = nn_data_split(data, NN_TRAIN);
        const nn_dataset *end = nn_data_split(data, NN_VALIDATION);
        for (int64_t i = 0; i < train->count; i++) {
            expect_window(train, i, 3 * i);
            assert_int_equal(nn_dataset_context(train, i), 0);
        }
        int64_t next = N - 51; /* the row that counts next: round(0.5 * 101) = 51 are held out */
        for (int64_t i = 0; i < end->count; i++) {
            int64_t skip = nn_dataset_context(end, i), first = next - skip;
            assert_int_equal(skip, i == 0 ? 0 : context);
            expect_window(end, i, first);
            next = first + length;
        }
        assert_true(N - 1 - next >= 0 && N - 1 - next < length - context); /* fill no window */
        nn_data_close(data);
    }
}

static void test_and_validation_texts_are_found_in_their_groups(void **unused) {
    const uint8_t ids[20] = {1, 2, 3};
    made_begin("groups.h5");
    MADE_ADD("/train/text", NN_U8, ids, 20);
    MADE_ADD("/validation/text", NN_U8, ids, 10);
    MADE_ADD("/test/text", NN_U8, ids, 15);
    nn_data_options o = text_options(made_end(), 4, 0, NN_TARGET_SEQUENCE);
    o.validation.present = o.test.present = true;
    nn_data *data = made_open(&o, 1);
    assert_int_equal(nn_data_split(data, NN_TRAIN)->count, 4);
    assert_int_equal(nn_data_split(data, NN_VALIDATION)->count, 2);
    assert_int_equal(nn_data_split(data, NN_TEST)->count, 3);
    nn_data_close(data);
}

/* A text of 20 tokens with a vocabulary at /vocabulary, or beside it. */
static const char *text_with_words(const char *name, const char *where, const char *first) {
    const uint8_t ids[20] = {1, 2, 1};
    const char *words[] = {first, "b", "\xe2\x82\xac"};
    nn_store *store;
    expect_ok(nn_store_create(&store, scratch(name)));
    expect_ok(nn_store_write(store, "/train/text", NN_U8, 1, (int64_t[]){20}, ids));
    if (where) expect_ok(nn_store_write_words(store, where, words, 3));
    expect_ok(nn_store_close(store));
    return scratch(name);
}

static void the_vocabulary_of_a_text_goes_with_it(void **unused) {
    const char *const where[] = {"/vocabulary", "/train/vocabulary"};
    for (int i = 0; i < 2; i++) {
        const char *file = text_with_words("words.h5", where[i], "a");
        nn_data_options o = text_options(file, 5, 0, NN_TARGET_NEXT);
        nn_data *data = made_open(&o, 1);
        nn_texts words = nn_data_vocabulary(data);
        assert_int_equal(words.n, 3);
        assert_string_equal(words.value[0], "a");
        assert_string_equal(words.value[2], "\xe2\x82\xac");
        assert_int_equal(nn_data_class_names(data).n, 0);
        nn_data_close(data);
    }
}

static void texts_of_other_vocabularies_are_not_mixed(void **unused) {
    const char *a = text_with_words("a.h5", "/vocabulary", "a");
    const char *none = text_with_words("none.h5", NULL, "");
    const char *z = text_with_words("z.h5", "/vocabulary", "z");
    nn_data_options o = text_options(NULL, 5, 0, NN_TARGET_NEXT);
    o.train.file = (nn_texts){2, (const char *[]){none, a}};
    o.test = made_source(a);
    o.train.inputs = o.test.inputs = "/train/text";
    o.validation = (nn_source){.split = 0.4, .present = true};
    nn_data *data = made_open(&o, 1);
    assert_int_equal(nn_data_vocabulary(data).n, 3);
    nn_data_close(data);
    o.train.file = (nn_texts){2, (const char *[]){a, z}};
    EXPECT_ERROR(made_status(&o), NN_BAD_DATA, "z.h5: its vocabulary is not that of", "a.h5",
                 "0 is \"z\" here and \"a\" there");
    o.train.file = (nn_texts){1, (const char *[]){z}};
    EXPECT_ERROR(made_status(&o), NN_BAD_DATA, "a.h5: its vocabulary is not that of", "z.h5");
}

static void a_token_that_the_model_does_not_know_is_named(void **unused) {
    uint16_t ids[N];
    for (int i = 0; i < N; i++) ids[i] = (uint16_t)(i % 7);
    ids[90] = 300;
    made_begin("ids.h5");
    MADE_ADD("/text", NN_U16, ids, N);
    nn_data_options o = text_options(made_end(), 10, 0, NN_TARGET_SEQUENCE);
    o.validation = (nn_source){.split = 0.2, .present = true};
    nn_data *data = made_open(&o, 1);
    const nn_dataset *train = nn_data_split(data, NN_TRAIN);
    const nn_dataset *end = nn_data_split(data, NN_VALIDATION);
    expect_ok(nn_dataset_check_labels(end, 301, NN_NO_LABEL, made_comm()));
    expect_ok(nn_dataset_check_labels(train, 7, NN_NO_LABEL, made_comm()));
    EXPECT_ERROR(nn_dataset_check_labels(end, 300, NN_NO_LABEL, made_comm()), NN_BAD_DATA,
                 "ids.h5: data set /text: row 90: class id 300 is not between 0 and 299");
    nn_data_close(data);
}

static void a_text_that_is_too_short_is_refused(void **unused) {
    nn_data_options o = text_options(text_file("short.h5", NN_U8, 0, N), N, 0, NN_TARGET_NEXT);
    EXPECT_ERROR(made_status(&o), NN_BAD_DATA,
                 "short.h5: data set /text:", "sequence_length: 101 needs 102 rows", "only 101");
    o.sequence_length = N - 1;
    expect_ok(made_status(&o));
    o.validation = (nn_source){.split = 0.1, .present = true};
    EXPECT_ERROR(made_status(&o), NN_BAD_DATA, "short.h5", "only 91 in this part");
}

static void options_that_do_not_suit_a_text_are_refused(void **unused) {
    nn_data_options o = text_options(text_file("plain.h5", NN_U8, 0, N), 4, 0, NN_TARGET_NEXT);
    o.scale = 2;
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.scale");
    o.scale = 1;
    o.normalize = made_normalizer("standard");
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.normalize");
    o.normalize = made_normalizer("none");
    expect_ok(made_status(&o));
    o.context = 1;
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.context needs data.target: sequence");
    o.context = 4;
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.context must be less");
    o.context = 0;
    o.sequence_length = 0;
    o.stride = 3;
    EXPECT_ERROR(made_status(&o), NN_BAD_CONFIG, "data.stride needs data.sequence_length");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_the_text_and_targets_are_what_comes_next),
        cmocka_unit_test(several_windows_are_gathered_in_any_order),
        cmocka_unit_test(no_window_crosses_the_border_of_a_file),
        cmocka_unit_test(the_split_of_a_text_is_its_end),
        cmocka_unit_test(with_a_context_every_target_counts_once),
        cmocka_unit_test(test_and_validation_texts_are_found_in_their_groups),
        cmocka_unit_test(the_vocabulary_of_a_text_goes_with_it),
        cmocka_unit_test(texts_of_other_vocabularies_are_not_mixed),
        cmocka_unit_test(a_token_that_the_model_does_not_know_is_named),
        cmocka_unit_test(a_text_that_is_too_short_is_refused),
        cmocka_unit_test(options_that_do_not_suit_a_text_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
