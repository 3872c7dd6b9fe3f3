/* The random numbers of floor 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "nnmpi/random.h"

/* Known-answer test of Philox4x32-10 published with Random123 (tests/kat_vectors): all zeros. */
static void a_stream_is_a_pure_function_of_its_key(void **unused) {
    (void)unused;
    nn_stream zero = {{0, 0}, {0, 0}};
    uint32_t block[4];
    nn_random_block(&zero, 0, block);
    assert_int_equal(block[0], 0x6627e8d5);
    assert_int_equal(block[1], 0xe169c58d);
    assert_int_equal(block[2], 0xbc57ac4c);
    assert_int_equal(block[3], 0x9b00dbd8);
}

static void streams_of_other_purpose_or_key_differ(void **unused) {
    (void)unused;
    nn_stream base = nn_stream_of(1, NN_RANDOM_ORDER, 2, 3);
    nn_stream other[] = {
        nn_stream_of(2, NN_RANDOM_ORDER, 2, 3), nn_stream_of(1, NN_RANDOM_MASK, 2, 3),
        nn_stream_of(1, NN_RANDOM_ORDER, 3, 3), nn_stream_of(1, NN_RANDOM_ORDER, 2, 4),
        nn_stream_of(1ull << 40 | 1, NN_RANDOM_ORDER, 2, 3)};
    for (int i = 0; i < 5; i++)
        assert_true(nn_random_bits(&base, 0) != nn_random_bits(&other[i], 0));
}

static void uniform_and_normal_numbers_have_their_moments(void **unused) {
    (void)unused;
    nn_stream stream = nn_stream_of(7, NN_RANDOM_TEST, 0, 0);
    int n = 200000;
    double u = 0, u2 = 0, z = 0, z2 = 0, z4 = 0;
    for (int i = 0; i < n; i++) {
        double a = nn_random_uniform(&stream, (uint64_t)i),
               b = nn_random_normal(&stream, (uint64_t)i);
        assert_true(a >= 0 && a < 1);
        u += a, u2 += a * a, z += b, z2 += b * b, z4 += b * b * b * b;
    }
    assert_true(fabs(u / n - 0.5) < 0.004);
    assert_true(fabs(u2 / n - 1.0 / 3) < 0.004);
    assert_true(fabs(z / n) < 0.01);
    assert_true(fabs(z2 / n - 1) < 0.02);
    assert_true(fabs(z4 / n - 3) < 0.15);
}

static void several_blocks_are_those_that_come_one_by_one(void **unused) {
    const uint64_t firsts[] = {0, 5, 0xffffffffu - 70, 0x123456789abcdefull};
    uint32_t words[4 * 200 + 1], block[4];
    for (size_t f = 0; f < sizeof firsts / sizeof *firsts; f++)
        for (int n = 0; n <= 200; n = n < 3 ? n + 1 : n + 61) {
            nn_stream stream = nn_stream_of(11, NN_RANDOM_TEST, f, 0x1234567890ull);
            words[4 * n] = 77;
            nn_random_blocks(&stream, firsts[f], n, words);
            assert_int_equal(words[4 * n], 77);
            for (int i = 0; i < n; i++) {
                nn_random_block(&stream, firsts[f] + (uint64_t)i, block);
                assert_memory_equal(block, words + 4 * i, sizeof block);
            }
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_blocks_are_those_that_come_one_by_one),
        cmocka_unit_test(a_stream_is_a_pure_function_of_its_key),
        cmocka_unit_test(streams_of_other_purpose_or_key_differ),
        cmocka_unit_test(uniform_and_normal_numbers_have_their_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
