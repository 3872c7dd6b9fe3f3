#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/initializer.h"

static nn_arena *arena;

static nn_typed named(const char *name) {
    for (int i = 0; nn_initializer_kinds[i]; i++)
        if (!strcmp(nn_initializer_kinds[i]->name, name))
            return nn_kind_preset(arena, nn_initializer_kinds[i]);
    fail_msg("no initializer %s", name);
    return (nn_typed){0};
}

static nn_real *filled(const char *name, uint64_t seed, nn_shape shape) {
    nn_typed chosen = named(name);
    nn_stream stream = nn_stream_of(seed, NN_RANDOM_WEIGHTS, 1, 2);
    nn_real *w = NN_NEW_ARRAY(arena, nn_real, nn_shape_size(&shape));
    nn_initialize(&chosen, &stream, &shape, w);
    return w;
}

typedef struct nn_moments {
    double mean, variance, largest;
} nn_moments;

static nn_moments moments_of(int64_t n, const nn_real *w) {
    nn_moments m = {0};
    for (int64_t i = 0; i < n; i++) {
        m.mean += (double)w[i] / (double)n;
        m.variance += (double)w[i] * (double)w[i] / (double)n;
        m.largest = fmax(m.largest, fabs((double)w[i]));
    }
    m.variance -= m.mean * m.mean;
    return m;
}

/* Fans of a (3, 3, 20, 40) convolution: in 9 * 20, out 9 * 40. */
static void the_variance_is_that_of_the_fans(void **state) {
    const struct {
        const char *name;
        double variance;
        int uniform;
    } rules[] = {{"glorot_uniform", 2.0 / (180 + 360), 1},
                 {"glorot_normal", 2.0 / (180 + 360), 0},
                 {"he_uniform", 2.0 / 180, 1},
                 {"he_normal", 2.0 / 180, 0},
                 {"lecun_uniform", 1.0 / 180, 1},
                 {"lecun_normal", 1.0 / 180, 0},
                 {"uniform", 0.1 * 0.1 / 12, 1},
                 {"normal", 0.05 * 0.05, 0}};
    nn_shape shape = nn_shape_of(4, (int64_t[]){3, 3, 20, 40});
    int64_t n = nn_shape_size(&shape); /* 7200: the variance is known to 2 % or so */
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        nn_moments m = moments_of(n, filled(rules[i].name, 3, shape));
        double stddev = sqrt(rules[i].variance);
        if (fabs(m.mean) > 4 * stddev / sqrt((double)n)) fail_msg("%s: mean", rules[i].name);
        if (fabs(m.variance / rules[i].variance - 1) > 0.07)
            fail_msg("%s: variance %g, not %g", rules[i].name, m.variance, rules[i].variance);
        double bound = rules[i].uniform ? sqrt(3) * stddev : 6 * stddev;
        if (m.largest > bound || m.largest < 0.99 * sqrt(3) * stddev)
            fail_msg("%s: largest %g, bound %g", rules[i].name, m.largest, bound);
    }
}

static void fans_are_those_of_keras(void **state) {
    const struct {
        nn_shape shape;
        double in, out;
    } cases[] = {{{0, {0}}, 1, 1},
                 {{1, {7}}, 7, 7},
                 {{2, {3, 5}}, 3, 5},
                 {{3, {2, 3, 5}}, 6, 10},
                 {{4, {2, 4, 3, 5}}, 24, 40}};
    for (int i = 0; i < 5; i++) {
        double in, out;
        nn_initializer_fans(&cases[i].shape, &in, &out);
        assert_true(in == cases[i].in && out == cases[i].out);
    }
}

/* The largest entry of |W^T W - gain^2 I|, or of |W W^T - gain^2 I| if W is wide. */
static double defect(int64_t rows, int64_t columns, const nn_real *w, double gain) {
    int64_t n = rows < columns ? rows : columns, m = rows < columns ? columns : rows;
    int64_t by = rows < columns ? columns : 1, along = rows < columns ? 1 : columns;
    double worst = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            double sum = i == j ? -gain * gain : 0;
            for (int64_t k = 0; k < m; k++)
                sum += (double)w[i * by + k * along] * (double)w[j * by + k * along];
            worst = fmax(worst, fabs(sum));
        }
    return worst;
}

static void orthogonal_matrices_are_orthogonal(void **state) {
    const int64_t sizes[][2] = {{1, 1}, {30, 30}, {40, 11}, {11, 40}, {5, 1}, {1, 5}};
    for (int i = 0; i < 6; i++) {
        nn_shape shape = nn_shape_of(2, sizes[i]);
        double d = defect(sizes[i][0], sizes[i][1], filled("orthogonal", 4, shape), 1);
        if (d > 8 * (double)NN_REAL_EPSILON) fail_msg("defect %g", d);
    }
    nn_shape shape = nn_shape_of(4, (int64_t[]){2, 2, 3, 6}); /* a matrix of 12 x 6 */
    assert_true(defect(12, 6, filled("orthogonal", 4, shape), 1) < 8 * (double)NN_REAL_EPSILON);
    nn_typed doubled = named("orthogonal");
    *(double *)doubled.options = 2; /* gain */
    nn_stream stream = nn_stream_of(4, NN_RANDOM_WEIGHTS, 0, 0);
    nn_real w[12 * 6];
    nn_initialize(&doubled, &stream, &shape, w);
    assert_true(defect(12, 6, w, 2) < 32 * (double)NN_REAL_EPSILON);
}

static void constants_are_constant(void **state) {
    nn_shape shape = nn_shape_of(2, (int64_t[]){3, 5});
    nn_real *zeros = filled("zeros", 1, shape), *ones = filled("ones", 1, shape);
    nn_typed constant = named("constant");
    *(double *)constant.options = 0.25; /* value */
    nn_stream stream = {{0, 0}, {0, 0}};
    nn_real w[15];
    nn_initialize(&constant, &stream, &shape, w);
    for (int i = 0; i < 15; i++) assert_true(zeros[i] == 0 && ones[i] == 1 && w[i] == 0.25);
}

static void weights_are_a_function_of_seed_and_shape(void **state) {
    nn_shape shape = nn_shape_of(2, (int64_t[]){8, 6});
    for (int i = 0; nn_initializer_kinds[i]; i++) {
        const char *name = nn_initializer_kinds[i]->name;
        nn_real *a = filled(name, 1, shape), *b = filled(name, 1, shape);
        assert_memory_equal(a, b, 48 * sizeof *a);
        bool constant =
            !strcmp(name, "zeros") || !strcmp(name, "ones") || !strcmp(name, "constant");
        if ((memcmp(a, filled(name, 2, shape), 48 * sizeof *a) == 0) != constant)
            fail_msg("%s and the seed", name);
    }
}

static void every_initializer_is_described(void **state) {
    for (int i = 0; nn_initializer_kinds[i]; i++) {
        const nn_kind *kind = nn_initializer_kinds[i];
        assert_true(kind->help && kind->help[0] && kind->example && kind->example[0]);
        assert_non_null(nn_initializer_of(kind)->keras_class);
        for (const nn_key *key = kind->keys; key && key->name; key++)
            assert_true(key->help && key->help[0]);
    }
}

static int begin(void **state) {
    arena = nn_arena_create();
    return 0;
}

static int end(void **state) {
    nn_arena_destroy(arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_variance_is_that_of_the_fans),
        cmocka_unit_test(fans_are_those_of_keras),
        cmocka_unit_test(orthogonal_matrices_are_orthogonal),
        cmocka_unit_test(constants_are_constant),
        cmocka_unit_test(weights_are_a_function_of_seed_and_shape),
        cmocka_unit_test(every_initializer_is_described),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
