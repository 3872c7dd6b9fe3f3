/* Data sets that are written row after row, and data sets of texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/scratch.h"
#include "nnmpi/place.h"
#include "nnmpi/store.h"

/* Rows of three axes, appended in pieces of growing size, small and large against a chunk. */
static void rows_appended_in_pieces_are_the_rows(void **unused) {
    const nn_shape shapes[] = {{0}, {2, {3, 5}}, {1, {300000}}};
    const int64_t counts[] = {700001, 20000, 7};
    for (int k = 0; k < 3; k++) {
        int64_t n = counts[k], size = nn_shape_size(&shapes[k]), at = 0;
        uint16_t *data = malloc((size_t)(n * size) * sizeof *data),
                 *again = calloc((size_t)(n * size), 2);
        for (int64_t i = 0; i < n * size; i++) data[i] = (uint16_t)(i * 7919 + i / 65536);
        nn_store *store;
        nn_store_rows *rows;
        nn_store_info info;
        expect_ok(nn_store_create(&store, scratch("rows.h5")));
        expect_ok(nn_store_rows_create(&rows, store, "/a/b/x", NN_U16, n, &shapes[k]));
        for (int64_t piece = 0; at < n; at += piece, piece = 3 * piece + 1) {
            if (piece > n - at) piece = n - at;
            expect_ok(nn_store_rows_append(rows, piece, data + at * size));
        }
        expect_ok(nn_store_rows_close(rows));
        expect_ok(nn_store_close(store));
        expect_ok(nn_store_open(&store, scratch("rows.h5")));
        expect_ok(nn_store_describe(store, "/a/b/x", &info));
        assert_int_equal(info.dtype, NN_U16);
        assert_int_equal(info.rank, 1 + shapes[k].rank);
        assert_int_equal(info.dim[0], n);
        assert_true(info.chunk_rows > 0 && info.chunk_rows <= n); /* whole rows a chunk */
        expect_ok(nn_store_read(store, "/a/b/x", NN_U16, n * size, again));
        assert_memory_equal(data, again, (size_t)(n * size) * sizeof *data);
        expect_ok(nn_store_close(store));
        free(again);
        free(data);
    }
}

/* Many rows are read in pieces of 64 MiB, which end where chunks do; after each the rank is seen to
 * go on. */
static void rows_read_in_pieces_are_the_rows(void **unused) {
    const nn_shape shapes[] = {{1, {5}}, {1, {300000}}};
    const int64_t counts[] = {4000003, 61};
    for (int k = 0; k < 2; k++) {
        int64_t n = counts[k], size = nn_shape_size(&shapes[k]), first = n / 7, count = n - n / 5;
        if (count > n - first) count = n - first;
        uint16_t *data = malloc((size_t)(n * size) * sizeof *data);
        double *again = malloc((size_t)(count * size) * sizeof *again);
        for (int64_t i = 0; i < n * size; i++) data[i] = (uint16_t)(i * 7919 + i / 65536);
        nn_store *store;
        nn_store_rows *rows;
        expect_ok(nn_store_create(&store, scratch("pieces.h5")));
        expect_ok(nn_store_rows_create(&rows, store, "/x", NN_U16, n, &shapes[k]));
        expect_ok(nn_store_rows_append(rows, n, data));
        expect_ok(nn_store_rows_close(rows));
        expect_ok(nn_store_close(store));
        expect_ok(nn_store_open(&store, scratch("pieces.h5")));
        uint64_t beats = nn_here->beats;
        expect_ok(nn_store_read_rows(store, "/x", first, count, NN_F64, again));
        assert_true(nn_here->beats >= beats + (uint64_t)(count * size * 8 >> 26) + 1);
        for (int64_t i = 0; i < count * size; i++)
            assert_true(again[i] == (double)data[first * size + i]);
        expect_ok(nn_store_close(store));
        free(again);
        free(data);
    }
}

static void words_come_back(void **unused) {
    const char *const words[] = {"a", "\xc3\xa4",        "", "a longer one", "\n",
                                 " ", "\xf0\x9f\x98\x80"};
    char **again;
    int n;
    nn_store *store;
    expect_ok(nn_store_create(&store, scratch("words.h5")));
    expect_ok(nn_store_write_words(store, "/g/words", words, 7));
    expect_ok(nn_store_write(store, "/numbers", NN_F64, 1, (int64_t[]){1}, &(double){0}));
    expect_ok(nn_store_close(store));
    expect_ok(nn_store_open(&store, scratch("words.h5")));
    assert_true(nn_store_is_words(store, "/g/words"));
    assert_false(nn_store_is_words(store, "/numbers"));
    assert_false(nn_store_is_words(store, "/g"));
    assert_false(nn_store_is_words(store, "/nowhere"));
    expect_ok(nn_store_read_words(store, "/g/words", &again, &n));
    assert_int_equal(n, 7);
    for (int i = 0; i < 7; i++) assert_string_equal(again[i], words[i]);
    assert_null(again[7]);
    free(again);
    EXPECT_ERROR(nn_store_read_words(store, "/numbers", &again, &n), NN_BAD_DATA,
                 "words.h5: data set /numbers: texts were expected");
    EXPECT_ERROR(nn_store_read_words(store, "/word", &again, &n), NN_NO_INPUT, "/word", "/g/words");
    expect_ok(nn_store_close(store));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_appended_in_pieces_are_the_rows),
        cmocka_unit_test(rows_read_in_pieces_are_the_rows),
        cmocka_unit_test(words_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
