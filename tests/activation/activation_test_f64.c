/* What is special about an activation; that its derivative is right is said of all of them in
 * tests/layer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "nnmpi/activation.h"

static nn_arena *arena;

static const nn_activation *named(const char *name, void **options) {
    for (int i = 0; nn_activation_kinds[i]; i++)
        if (!strcmp(nn_activation_kinds[i]->name, name)) {
            *options = nn_kind_preset(arena, nn_activation_kinds[i]).options;
            return nn_activation_of(nn_activation_kinds[i]);
        }
    fail_msg("no activation %s", name);
    return NULL;
}

static double value(const char *name, double x) {
    void *options;
    nn_real z = (nn_real)x;
    const nn_activation *f = named(name, &options);
    f->forward(options, 1, 1, &z);
    return (double)z;
}

static double slope(const char *name, double at) {
    void *options;
    nn_real x = (nn_real)at, z = x, dz = 1;
    const nn_activation *f = named(name, &options);
    f->forward(options, 1, 1, &z);
    f->backward(options, 1, 1, &x, &z, &dz);
    return (double)dz;
}

static void claim_near(double a, double b) {
    if (!(fabs(a - b) <= 1e-14 * fmax(1, fabs(b)))) fail_msg("%.17g is not %.17g", a, b);
}

static void rows_of_softmax_are_probabilities(void **state) {
    void *options;
    const nn_activation *f = named("softmax", &options);
    nn_real z[3][4] = {{1e4, 0, -1e4, 9999}, {-1e4, -1e4, -1e4, -1e4}, {0.5, -0.5, 0.25, 2}};
    f->forward(options, 3, 4, z[0]);
    for (int i = 0; i < 3; i++) {
        claim_near((double)(z[i][0] + z[i][1] + z[i][2] + z[i][3]), 1);
        for (int j = 0; j < 4; j++) assert_true(z[i][j] >= 0 && z[i][j] <= 1);
    }
    claim_near((double)z[0][0], 1 / (1 + exp(-1)));
    claim_near((double)z[1][2], 0.25);
    claim_near((double)(z[2][3] / z[2][0]), exp(1.5));
}

/* x Phi(x) with Phi from the tables of Abramowitz and Stegun, 26.1. */
static void gelu_is_x_times_the_normal_distribution(void **state) {
    claim_near(value("gelu", 0), 0);
    claim_near(value("gelu", 1), 0.84134474606854294859);
    claim_near(value("gelu", -1), -0.15865525393145705141);
    claim_near(value("gelu", 2), 2 * 0.97724986805182079279);
    claim_near(value("gelu", 3), 3 * 0.99865010196836990547);
    double tail = value("gelu", -10) / (-10 * 7.6198530241605260660e-24);
    assert_true(fabs(tail - 1) < 1e-13); /* no cancellation far to the left */
}

static void nothing_overflows(void **state) {
    for (int i = 0; nn_activation_kinds[i]; i++) {
        const char *name = nn_activation_kinds[i]->name;
        for (double x = 1; x <= 1e4; x *= 10)
            for (int sign = -1; sign <= 1; sign += 2)
                if (!isfinite(value(name, sign * x)) || !isfinite(slope(name, sign * x)))
                    fail_msg("%s at %g", name, sign * x);
    }
}

static void limits_are_those_of_the_formula(void **state) {
    claim_near(value("sigmoid", -800), 0);
    claim_near(value("sigmoid", 800), 1);
    claim_near(value("softplus", 1e4), 1e4);
    claim_near(value("softplus", 0), log(2));
    assert_true(fabs(value("softplus", -40) / exp(-40) - 1) < 1e-14);
    assert_true(fabs(slope("softplus", -40) / exp(-40) - 1) < 1e-14);
    claim_near(value("silu", -1e4), 0);
    claim_near(value("silu", 1), 1 / (1 + exp(-1)));
    claim_near(value("elu", -1e4), -1);
    claim_near(value("selu", -1e4), -1.7580993408473768599);
    claim_near(value("leaky_relu", -2), -0.6);
    claim_near(value("relu", -2), 0);
    claim_near(value("tanh", 1), 0.76159415595576488812);
    claim_near(value("linear", -2), -2);
}

/* A loss that is not finite must be seen, so nothing may hide a NaN. */
static void a_nan_stays_a_nan(void **state) {
    for (int i = 0; nn_activation_kinds[i]; i++)
        if (!isnan(value(nn_activation_kinds[i]->name, NAN)))
            fail_msg("%s hides a NaN", nn_activation_kinds[i]->name);
}

static void a_kind_of_the_same_name_is_found(void **state) {
    for (int i = 0; nn_activation_kinds[i]; i++) {
        nn_kind twin = *nn_activation_kinds[i]; /* as of the other precision */
        assert_ptr_equal(nn_activation_of(&twin), nn_activation_kinds[i]);
    }
    assert_null(nn_activation_of(NULL));
    assert_null(nn_activation_of(&(nn_kind){.name = "no such thing"}));
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
        cmocka_unit_test(rows_of_softmax_are_probabilities),
        cmocka_unit_test(gelu_is_x_times_the_normal_distribution),
        cmocka_unit_test(nothing_overflows),
        cmocka_unit_test(limits_are_those_of_the_formula),
        cmocka_unit_test(a_nan_stays_a_nan),
        cmocka_unit_test(a_kind_of_the_same_name_is_found),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
