/* nn_gemm against its definition: src/tensor/gemm.c on a processor with AVX-512, elsewhere
 * OpenBLAS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/random.h"
#include "nnmpi/tensor.h"

/* A matrix in memory, its rows longer than it needs. */
typedef struct made {
    int64_t rows, columns, row;
    nn_real *at;
} made;

static made make(int64_t rows, int64_t columns, int64_t gap, uint64_t seed) {
    made m = {rows, columns, columns + gap, NULL};
    nn_stream stream = nn_stream_of(seed, NN_RANDOM_TEST, 0, 0);
    m.at = malloc((size_t)(rows * m.row + 1) * sizeof *m.at);
    for (int64_t i = 0; i < rows * m.row; i++)
        m.at[i] = (nn_real)nn_random_normal(&stream, (uint64_t)i);
    return m;
}

static double element(const made *m, bool transpose, int64_t i, int64_t j) {
    return transpose ? m->at[j * m->row + i] : m->at[i * m->row + j];
}

static void expect_product(bool ta, bool tb, int64_t m, int64_t n, int64_t k, nn_real beta,
                           int64_t gap) {
    made a = ta ? make(k, m, gap, 1) : make(m, k, gap, 1);
    made b = tb ? make(n, k, gap, 2) : make(k, n, gap, 2);
    made c = make(m, n, gap, 3), before = make(m, n, gap, 3);
    if (beta == 0)
        for (int64_t i = 0; i < m; i++) c.at[i * c.row] = NAN; /* is not read */
    nn_gemm(ta, tb, m, n, k, a.at, a.row, b.at, b.row, beta, c.at, c.row);
    for (int64_t i = 0; i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            double sum = beta == 0 ? 0 : (double)beta * before.at[i * c.row + j], size = fabs(sum);
            for (int64_t p = 0; p < k; p++) {
                double x = element(&a, ta, i, p) * element(&b, tb, p, j);
                sum += x;
                size += fabs(x);
            }
            if (!(fabs(c.at[i * c.row + j] - sum) <= 4 * NN_REAL_EPSILON * (size + 1)))
                fail_msg("%c%c %lld x %lld x %lld beta %g: C(%lld, %lld) is %.9g, not %.9g",
                         "NT"[ta], "NT"[tb], (long long)m, (long long)n, (long long)k, (double)beta,
                         (long long)i, (long long)j, (double)c.at[i * c.row + j], sum);
        }
        if (i < m - 1) /* what is between the rows stays as it was */
            assert_memory_equal(c.at + i * c.row + n, before.at + i * c.row + n,
                                (size_t)gap * sizeof *c.at);
    }
    free(a.at), free(b.at), free(c.at), free(before.at);
}

static void in_all_four_ways(int64_t m, int64_t n, int64_t k, int64_t gap) {
    for (int way = 0; way < 4; way++)
        for (int beta = 0; beta < 2; beta++)
            expect_product(way & 1, way & 2, m, n, k, (nn_real)beta, gap);
}

/* Heights of A around tiles and their pairs, widths of C around panels, depths around blocks. */
static void a_product_is_the_sum_of_products(void **unused) {
    const int64_t heights[] = {1, 2, 13, 14, 15, 27, 28, 29, 43},
                  widths[] = {1, 15, 16, 33, 128, 131}, depths[] = {1, 7, 16, 33};
    for (int threads = 1; threads <= 2; threads++) {
        nn_blas_set_threads(threads);
        for (size_t i = 0; i < sizeof heights / sizeof *heights; i++)
            for (size_t j = 0; j < sizeof widths / sizeof *widths; j++)
                for (size_t p = 0; p < sizeof depths / sizeof *depths; p++)
                    in_all_four_ways(heights[i], widths[j], depths[p], (int64_t)(i + j + p) % 3);
        in_all_four_ways(30, 40, 383, 1);
        in_all_four_ways(30, 40, 385, 0);
        in_all_four_ways(17, 260, 800, 5);
        in_all_four_ways(15, 130, 40, 2); /* so wide that A is packed */
        in_all_four_ways(470, 131, 33, 1);
        expect_product(false, true, 20, 50, 30, (nn_real)0.5, 1);
    }
}

static void nothing_times_anything_is_nothing(void **unused) {
    nn_real x[4] = {1, 2, 3, 4}, y[4] = {5, 6, 7, 8};
    nn_gemm(false, false, 2, 2, 0, x, 1, x, 2, 1, y, 2);
    assert_true(y[0] == 5 && y[3] == 8);
    nn_gemm(false, false, 2, 2, 0, x, 1, x, 2, 0, y, 2);
    assert_true(y[0] == 0 && y[3] == 0);
    nn_gemm(false, false, 0, 2, 2, x, 2, x, 2, 0, NULL, 2);
}

static void what_is_not_finite_stays_so(void **unused) {
    made a = make(20, 40, 0, 1), b = make(40, 50, 0, 2), c = make(20, 50, 0, 3);
    nn_blas_set_threads(1);
    a.at[7 * 40 + 9] = NAN;
    nn_gemm(false, false, 20, 50, 40, a.at, 40, b.at, 50, 0, c.at, 50);
    for (int i = 0; i < 20; i++)
        for (int j = 0; j < 50; j++) assert_int_equal(!isfinite(c.at[i * 50 + j]), i == 7);
    free(a.at), free(b.at), free(c.at);
}

static void expect_rows_alone(int64_t n) {
    const int64_t k = 500, most = 60;
    made a = make(most, k, 0, 1), b = make(k, n, 0, 2), t = make(n, k, 0, 2);
    made all = make(most, n, 0, 3), part = make(most, n, 0, 3);
    nn_blas_set_threads(1);
    for (int way = 0; way < 2; way++) {
        made *right = way ? &t : &b;
        nn_gemm(false, way, most, n, k, a.at, k, right->at, right->row, 0, all.at, n);
        for (int64_t first = 0; first < most; first += 7)
            for (int64_t rows = 1; first + rows <= most; rows += 6) {
                nn_gemm(false, way, rows, n, k, a.at + first * k, k, right->at, right->row, 0,
                        part.at, n);
                assert_memory_equal(part.at, all.at + first * n,
                                    (size_t)(rows * n) * sizeof *part.at);
            }
    }
    free(a.at), free(b.at), free(t.at), free(all.at), free(part.at);
}

/* So that a sample has the same output in any batch: true of src/tensor/gemm.c only. */
static void a_row_does_not_depend_on_the_others(void **unused) {
    if (!strstr(nn_blas_text(), "AVX-512")) skip();
    expect_rows_alone(75);
    expect_rows_alone(200);
}

static void expect_factor(bool tb, int64_t m, int64_t n, int64_t k, nn_real beta) {
    made a = make(m, k, 1, 1), b = tb ? make(n, k, 2, 2) : make(k, n, 2, 2);
    made direct = make(m, n, 3, 3), packed = make(m, n, 3, 3);
    nn_real *room = malloc((size_t)(nn_factor_size(n, k) + 1) * sizeof *room);
    nn_factor f = nn_factor_of(tb, n, k, b.at, b.row, room);
    nn_gemm(false, tb, m, n, k, a.at, a.row, b.at, b.row, beta, direct.at, direct.row);
    nn_gemm_factor(m, a.at, a.row, &f, beta, packed.at, packed.row);
    assert_memory_equal(direct.at, packed.at, (size_t)(m * direct.row) * sizeof *direct.at);
    free(a.at), free(b.at), free(direct.at), free(packed.at), free(room);
}

static void a_factor_made_ready_gives_the_same_bits(void **unused) {
    const int64_t sizes[][3] = {{1, 1, 1},      {3, 33, 17},  {16, 128, 400}, {32, 260, 385},
                                {40, 97, 1000}, {5, 500, 16}, {0, 4, 4},      {64, 1000, 64}};
    for (int threads = 1; threads <= 3; threads++) {
        nn_blas_set_threads(threads);
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (int way = 0; way < 6; way++)
                expect_factor(way & 1, sizes[s][0], sizes[s][1], sizes[s][2],
                              (nn_real)(way / 2) / 2); /* beta 0, 0.5, 1 */
    }
    nn_blas_set_threads(1);
}

static void the_number_of_threads_does_not_change_the_bits(void **unused) {
    const int64_t sizes[][3] = {{64, 1024, 100}, {1000, 70, 90}, {33, 33, 2000}, {15, 5000, 40}};
    if (!strstr(nn_blas_text(), "AVX-512")) skip();
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int way = 0; way < 4; way++) {
            int64_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
            made a = way & 1 ? make(k, m, 0, 1) : make(m, k, 0, 1);
            made b = way & 2 ? make(n, k, 0, 2) : make(k, n, 0, 2);
            made one = make(m, n, 0, 3), several = make(m, n, 0, 3);
            for (int threads = 1; threads <= 5; threads++) {
                made *c = threads == 1 ? &one : &several;
                nn_blas_set_threads(threads);
                nn_gemm(way & 1, way & 2, m, n, k, a.at, a.row, b.at, b.row, 0, c->at, n);
                if (threads > 1)
                    assert_memory_equal(one.at, several.at, (size_t)(m * n) * sizeof *one.at);
            }
            free(a.at), free(b.at), free(one.at), free(several.at);
        }
    nn_blas_set_threads(1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_is_the_sum_of_products),
        cmocka_unit_test(nothing_times_anything_is_nothing),
        cmocka_unit_test(what_is_not_finite_stays_so),
        cmocka_unit_test(the_number_of_threads_does_not_change_the_bits),
        cmocka_unit_test(a_factor_made_ready_gives_the_same_bits),
        cmocka_unit_test(a_row_does_not_depend_on_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
