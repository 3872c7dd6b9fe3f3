/* include/nnmpi/exponential.h against the C library in long double. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdbool.h>

#include "nnmpi/exponential.h"

#define ULPS 4

typedef nn_real nn_function(nn_real x);
typedef long double nn_truth(long double x);

static long double sigmoid(long double x) {
    return 1 / (1 + expl(-x));
}

/* Largest |f - truth| / |truth| in units of the last place, over [from, to]. */
static double worst(nn_function *f, nn_truth *truth, double from, double to) {
    long double top = 0;
    for (int i = 0; i <= 200000; i++) {
        nn_real x = (nn_real)(from + (to - from) * i / 200000);
        long double t = truth(x), given = f(x);
        if (t == 0 && given == 0) continue;
        long double error = fabsl(given - t) / fabsl(t);
        top = error > top || isnan((double)error) ? error : top;
    }
    return (double)(top / NN_REAL_EPSILON);
}

static void claim_near(nn_function *f, nn_truth *truth, double from, double to, double ulps) {
    double given = worst(f, truth, from, to);
    if (!(given <= ulps)) fail_msg("%g units in the last place on [%g, %g]", given, from, to);
}

static void exponentials_are_those_of_the_library(void **state) {
    claim_near(nn_exp, expl, -1, 0, ULPS);
    claim_near(nn_exp, expl, (double)NN_LOWEST, 0, ULPS);
    claim_near(nn_expm1, expm1l, -1e-3, 0, ULPS);
    claim_near(nn_expm1, expm1l, -3, 0, ULPS);
    claim_near(nn_expm1, expm1l, -100, 0, ULPS);
    claim_near(nn_log1p, log1pl, 0, 1, ULPS);
    claim_near(nn_log1p, log1pl, 0, 1e-3, ULPS);
}

static void tanh_and_sigmoid_are_right_for_every_number(void **state) {
    claim_near(nn_tanh, tanhl, -1e-3, 1e-3, ULPS);
    claim_near(nn_tanh, tanhl, -1, 1, ULPS);
    claim_near(nn_tanh, tanhl, -50, 50, ULPS);
    claim_near(nn_sigmoid, sigmoid, -1, 1, ULPS);
    claim_near(nn_sigmoid, sigmoid, (double)NN_LOWEST, -(double)NN_LOWEST, ULPS);
}

/* The error of x^2 in e^(-x^2) grows with x. */
static void erfc_is_right_for_every_number(void **state) {
    claim_near(nn_erfc, erfcl, -1e-3, 1e-3, ULPS);
    claim_near(nn_erfc, erfcl, -6, 1, 2 * ULPS);
    for (int x = 1; x < 9; x++) claim_near(nn_erfc, erfcl, x, x + 1, 2 * ULPS + (x + 1) * (x + 1));
    for (double x = 30; x < 1e30; x *= 10) {
        nn_real e = nn_erfc((nn_real)x);
        assert_true(e >= 0 && e < (nn_real)1e-37 && nn_erfc((nn_real)-x) == 2);
    }
    assert_true(nn_erfc((nn_real)INFINITY) < (nn_real)1e-37 && isnan(nn_erfc((nn_real)NAN)));
}

static void the_far_left_is_nearly_nothing(void **state) {
    for (double x = 1000; x < 1e30; x *= 10) {
        nn_real e = nn_exp((nn_real)-x);
        assert_true(e >= 0 && e < (nn_real)1e-37);
        assert_true(nn_expm1((nn_real)-x) == -1);
        assert_true(nn_tanh((nn_real)-x) == -1 && nn_tanh((nn_real)x) == 1);
    }
    assert_true(nn_exp((nn_real)-INFINITY) < (nn_real)1e-37);
    assert_true(nn_tanh((nn_real)INFINITY) == 1 && nn_sigmoid((nn_real)INFINITY) == 1);
}

static void zero_and_nan_stay(void **state) {
    assert_true(nn_exp(0) == 1 && nn_expm1(0) == 0 && nn_tanh(0) == 0);
    assert_true(nn_log1p(0) == 0 && nn_sigmoid(0) == (nn_real)0.5);
    assert_true(isnan(nn_exp((nn_real)NAN)) && isnan(nn_expm1((nn_real)NAN)));
    assert_true(isnan(nn_tanh((nn_real)NAN)) && isnan(nn_sigmoid((nn_real)NAN)));
    assert_true(isnan(nn_log1p((nn_real)NAN)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials_are_those_of_the_library),
        cmocka_unit_test(tanh_and_sigmoid_are_right_for_every_number),
        cmocka_unit_test(erfc_is_right_for_every_number),
        cmocka_unit_test(the_far_left_is_nearly_nothing),
        cmocka_unit_test(zero_and_nan_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
