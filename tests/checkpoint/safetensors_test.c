/* init_from safetensors: weights by name, and headers that cannot be believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint/safetensors.h"
#include "common/scratch.h"
#include "example.h"

static nn_comm *comm;

/* A file of this header and so many bytes of numbers; `length` is what it says of the header. */
static const char *file_of(const char *header, uint64_t length, const void *data, size_t bytes) {
    static char text[8192];
    const char *path = scratch("some.safetensors");
    size_t n = strlen(header);
    for (int i = 0; i < 8; i++) text[i] = (char)(length >> 8 * i);
    memcpy(text + 8, header, n);
    if (bytes) memcpy(text + 8 + n, data, bytes);
    scratch_write(path, text, 8 + n + bytes);
    return path;
}

static const char *file(const char *header, const void *data, size_t bytes) {
    return file_of(header, strlen(header), data, bytes);
}

static nn_status load(const char *path, example *e, int *found) {
    return nn_checkpoint_load_weights(e->snapshot.model, path, comm, found);
}

static void weights_are_found_by_name(void **unused) {
    static const char *const headers[] = {
        "{\"__metadata__\":{\"a\":\"b\"},\"dense/kernel\":{\"dtype\":\"F32\",\"shape\":[6,4],"
        "\"data_offsets\":[0,96]},\"dense/bias\":{\"dtype\":\"F32\",\"shape\":[4],"
        "\"data_offsets\":[96,112]}}",
        "{\"dense.bias\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[96,112]},"
        "\"dense.kernel\":{\"dtype\":\"F32\",\"shape\":[6,4],\"data_offsets\":[0,96]}}   "};
    float numbers[28];
    for (int i = 0; i < 28; i++) numbers[i] = (float)i / 3;
    for (int k = 0; k < 2; k++) {
        example *e = example_empty("[{type: dense, units: 4}]");
        const nn_model *m = e->snapshot.model;
        int found;
        expect_ok(load(file(headers[k], numbers, sizeof numbers), e, &found));
        assert_int_equal(found, 2);
        for (int i = 0; i < 28; i++)
            assert_true(m->W[i < 24 ? m->param[0].offset + i : m->param[1].offset + i - 24] ==
                        (nn_real)numbers[i]);
        example_destroy(e);
    }
}

static void halves_and_brain_floats_are_numbers(void **unused) {
    const uint16_t f16[4] = {0x3c00, 0xc000, 0x0001, 0x3555};  /* 1, -2, 2^-24, 0.33325 */
    const uint16_t bf16[4] = {0x3f80, 0xc000, 0x3380, 0x3eab}; /* 1, -2, 2^-24, 0.33398 */
    const double expected[2][4] = {{1, -2, 0x1p-24, 0.333251953125}, {1, -2, 0x1p-24, 0.333984375}};
    for (int k = 0; k < 2; k++) {
        char header[256];
        double x[4];
        nn_safetensors *f;
        snprintf(header, sizeof header,
                 "{\"b\":{\"dtype\":\"%s\",\"shape\":[4],\"data_offsets\":[0,8]}}",
                 k ? "BF16" : "F16");
        expect_ok(nn_safetensors_open(&f, file(header, k ? bf16 : f16, 8)));
        expect_ok(nn_safetensors_read(f, 0, NN_F64, x));
        for (int i = 0; i < 4; i++) assert_true(x[i] == expected[k][i]);
        nn_safetensors_close(f);
    }
}

static void what_does_not_fit_is_named(void **unused) {
    example *e = example_empty("[{type: dense, units: 4}]");
    float numbers[24] = {0};
    int found;
    EXPECT_ERROR(load(file("{\"dense/kernel\":{\"dtype\":\"F32\",\"shape\":[4,6],\"data_offsets\":["
                           "0,96]}}",
                           numbers, 96),
                      e, &found),
                 NN_BAD_CONFIG, "dense/kernel has shape (4, 6), dense/kernel of the model (6, 4)");
    EXPECT_ERROR(
        load(file("{\"dense_1/kernel\":{\"dtype\":\"F32\",\"shape\":[4,6],\"data_offsets\":"
                  "[0,96]}}",
                  numbers, 96),
             e, &found),
        NN_BAD_DATA, "such as dense/kernel", "the nearest there is dense_1/kernel");
    EXPECT_ERROR(load(file("{\"fc.weight\":{\"dtype\":\"F32\",\"shape\":[4,6],\"data_offsets\":[0,"
                           "96]}}",
                           numbers, 96),
                      e, &found),
                 NN_BAD_DATA, "fc.weight is PyTorch's", "transposed");
    EXPECT_ERROR(load(file("{\"dense/kernel\":{\"dtype\":\"I32\",\"shape\":[6,4],\"data_offsets\":["
                           "0,96]}}",
                           numbers, 96),
                      e, &found),
                 NN_BAD_DATA, "numbers of type I32");
    EXPECT_ERROR(load(file("{}", NULL, 0), e, &found), NN_BAD_DATA, "there are none at all");
    example_destroy(e);
}

#define ENTRY(rest) "{\"a\":{" rest "}}"

static void headers_that_cannot_be_believed_are_refused(void **unused) {
    static const struct {
        const char *header, *word;
    } cases[] = {
        {"", "expected near end of file"},
        {"{", "expected"},
        {"[]", "no JSON object"},
        {"{\"a\":1}", "no known dtype"},
        {"{\"a\":{},\"a\":{}}", "duplicate"},
        {ENTRY("\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]"), "no known dtype"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[NaN],\"data_offsets\":[0,4]"), "invalid token"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]"), "its shape"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]"), "its shape"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":{},\"data_offsets\":[0,4]"), "its shape"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]"),
         "its shape"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]"),
         "its shape"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[1]"), "its data_offsets"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]"), "its data_offsets"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]"), "outside"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]"), "outside"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]"), "outside"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,9223372036854775807]"),
         "outside"},
        {ENTRY("\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]"), "do not fit"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
         "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}",
         "overlap"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        nn_safetensors *f;
        EXPECT_ERROR(nn_safetensors_open(&f, file(cases[i].header, "12345678", 8)), NN_BAD_DATA,
                     "some.safetensors", cases[i].word);
    }
}

static void lengths_that_cannot_be_believed_are_refused(void **unused) {
    static const uint64_t lengths[] = {3, 1000, UINT64_MAX, (uint64_t)1 << 63, UINT32_MAX};
    nn_safetensors *f;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        EXPECT_ERROR(nn_safetensors_open(&f, file_of("{}", lengths[i], NULL, 0)), NN_BAD_DATA,
                     "longer than the file");
    scratch_write(scratch("short.safetensors"), "1234", 4);
    EXPECT_ERROR(nn_safetensors_open(&f, scratch("short.safetensors")), NN_BAD_DATA, "8 bytes");
}

int main(int argc, char **argv) {
    expect_ok(nn_comm_start(&comm, &argc, &argv));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_found_by_name),
        cmocka_unit_test(halves_and_brain_floats_are_numbers),
        cmocka_unit_test(what_does_not_fit_is_named),
        cmocka_unit_test(headers_that_cannot_be_believed_are_refused),
        cmocka_unit_test(lengths_that_cannot_be_believed_are_refused),
    };
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    nn_comm_finish(comm);
    return failures;
}
