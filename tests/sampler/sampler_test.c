/* The order of samples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/sampler.h"

static nn_sampler order_of(uint64_t seed, uint64_t epoch, int64_t count) {
    return nn_sampler_of(seed, NN_RANDOM_ORDER, epoch, count, true);
}

static void expect_permutation(uint64_t seed, int64_t count) {
    nn_sampler sampler = order_of(seed, 3, count);
    char *seen = calloc((size_t)count, 1);
    for (int64_t i = 0; i < count; i++) {
        int64_t at = nn_sampler_at(&sampler, i);
        assert_in_range(at, 0, count - 1);
        assert_false(seen[at]);
        seen[at] = 1;
    }
    free(seen);
}

static void every_order_is_a_permutation(void **unused) {
    for (int64_t count = 1; count <= 300; count++)
        for (uint64_t seed = 0; seed < 4; seed++) expect_permutation(seed, count);
    expect_permutation(5, 65535);
    expect_permutation(5, 65536);
    expect_permutation(5, 65537);
    expect_permutation(5, 1000003);
}

/* A permutation of a huge count cannot be listed; a sample of it is in range and has no repeats. */
static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void a_huge_order_has_no_repeats(void **unused) {
    enum { N = 20000 };
    static int64_t at[N];
    const int64_t counts[] = {(1ll << 31) + 11, 1ll << 40, (1ll << 62) + 1, INT64_MAX};
    for (int c = 0; c < 4; c++) {
        nn_sampler sampler = order_of(9, 0, counts[c]);
        for (int64_t i = 0; i < N; i++) {
            at[i] = nn_sampler_at(&sampler, i % 2 ? counts[c] - 1 - i : i);
            assert_true(at[i] >= 0 && at[i] < counts[c]);
        }
        qsort(at, N, sizeof *at, by_value);
        for (int i = 1; i < N; i++) assert_true(at[i] != at[i - 1]);
        assert_true(at[N / 2] > counts[c] / 4 && at[N / 2] < counts[c] / 4 * 3);
    }
}

static int agreements(nn_sampler a, nn_sampler b, int64_t count) {
    int same = 0;
    for (int64_t i = 0; i < count; i++) same += nn_sampler_at(&a, i) == nn_sampler_at(&b, i);
    return same;
}

static void another_epoch_seed_or_purpose_is_another_order(void **unused) {
    int64_t n = 1000; /* two random orders agree in about one place */
    nn_sampler base = order_of(1, 0, n);
    assert_int_equal(agreements(base, order_of(1, 0, n), n), n);
    assert_true(agreements(base, order_of(1, 1, n), n) < 10);
    assert_true(agreements(base, order_of(2, 0, n), n) < 10);
    assert_true(agreements(base, order_of(1, 1ull << 40, n), n) < 10);
    assert_true(agreements(base, nn_sampler_of(1, NN_RANDOM_SPLIT, 0, n, true), n) < 10);
    assert_true(agreements(base, nn_sampler_of(1, NN_RANDOM_ORDER, 0, n, false), n) < 10);
}

static void without_shuffle_the_order_is_the_file_s(void **unused) {
    nn_sampler sampler = nn_sampler_of(1, NN_RANDOM_ORDER, 7, 1437, false);
    for (int64_t i = 0; i < 1437; i++) assert_int_equal(nn_sampler_at(&sampler, i), i);
}

/* Over many epochs each sample comes equally often at each position: chi-square of the places of
 * one sample, with count - 1 degrees of freedom, stays within 5 standard deviations. */
static double places(int64_t count, int64_t position, int epochs) {
    double *seen = calloc((size_t)count, sizeof *seen), chi2 = 0;
    double expected = (double)epochs / (double)count;
    for (int e = 0; e < epochs; e++) {
        nn_sampler sampler = order_of(12, (uint64_t)e, count);
        seen[nn_sampler_at(&sampler, position)]++;
    }
    for (int64_t i = 0; i < count; i++) chi2 += (seen[i] - expected) * (seen[i] - expected);
    free(seen);
    return chi2 / expected;
}

static void a_position_meets_every_sample_equally_often(void **unused) {
    const int64_t counts[] = {2, 3, 4, 5, 7, 10, 16, 17, 50, 64, 100, 257};
    for (int c = 0; c < 12; c++)
        for (int64_t p = 0; p < counts[c]; p += counts[c] / 3 + 1) {
            double freedom = (double)counts[c] - 1, chi2 = places(counts[c], p, 40000);
            assert_true(chi2 < freedom + 5 * sqrt(2 * freedom));
        }
}

/* Neighbours in the file do not stay neighbours: the correlation of successive samples is about
 * 1/sqrt(count). */
static void successive_samples_are_not_correlated(void **unused) {
    int64_t n = 20000;
    for (uint64_t epoch = 0; epoch < 5; epoch++) {
        nn_sampler sampler = order_of(4, epoch, n);
        double sum = 0, half = (double)(n - 1) / 2;
        for (int64_t i = 0; i + 1 < n; i++)
            sum += ((double)nn_sampler_at(&sampler, i) - half) *
                   ((double)nn_sampler_at(&sampler, i + 1) - half);
        double correlation = sum / (double)n / ((double)n * (double)n / 12);
        assert_true(fabs(correlation) < 5 / sqrt((double)n));
    }
}

/* The order is a promise to those who resume a run: these numbers must never change. */
static void the_order_is_what_it_was_in_version_0_1(void **unused) {
    nn_sampler sampler = order_of(1, 2, 1437);
    const int64_t expected[] = {1125, 261, 563, 609, 810, 1294};
    for (int i = 0; i < 6; i++) assert_int_equal(nn_sampler_at(&sampler, i), expected[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_is_a_permutation),
        cmocka_unit_test(a_huge_order_has_no_repeats),
        cmocka_unit_test(another_epoch_seed_or_purpose_is_another_order),
        cmocka_unit_test(without_shuffle_the_order_is_the_file_s),
        cmocka_unit_test(a_position_meets_every_sample_equally_often),
        cmocka_unit_test(successive_samples_are_not_correlated),
        cmocka_unit_test(the_order_is_what_it_was_in_version_0_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
