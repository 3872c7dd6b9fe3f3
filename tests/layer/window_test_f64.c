/* What is special about convolutions, pools and changes of shape; what is true of all layers is in
 * truths.h, and what they compute is held against PyTorch in oracle_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nnmpi/tensor.h"
#include "specimen.h"

#define SAMPLES 3
#define ROUNDING 1e-13
#define SHAPE(...)                                                                                 \
    nn_shape_of((int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]){__VA_ARGS__})

static nn_specimen *good(const char *yaml, nn_shape shape) {
    return nn_specimen_good(yaml, shape, SAMPLES);
}

static nn_outcome *trained(const nn_specimen *s) {
    nn_trial backward = {.backward = true};
    return nn_specimen_run(s, &backward);
}

/* ---- one layer in terms of another ---- */

/* b, with the numbers around it and the weights of a, gives what a gives. */
static void claim_same(nn_specimen *a, nn_specimen *b) {
    b->z_in[0] = a->z_in[0], b->v = a->v;
    for (int k = 0; k < a->layer.n_params; k++) b->W[k] = a->W[k];
    nn_outcome *x = trained(a), *y = trained(b);
    nn_claim(a, nn_specimen_out(a) == nn_specimen_out(b), "outputs of two sizes");
    nn_claim_close(a, b->title, SAMPLES * nn_specimen_out(a), x->z, y->z, ROUNDING);
    nn_claim_close(a, b->title, SAMPLES * nn_specimen_in(a, 0), x->dz_in[0], y->dz_in[0], ROUNDING);
    for (int k = 0; k < a->layer.n_params; k++)
        nn_claim_close(a, b->title, nn_specimen_param(a, k), x->dW[k], y->dW[k], ROUNDING);
    nn_outcome_destroy(x), nn_outcome_destroy(y);
    nn_specimen_destroy(a), nn_specimen_destroy(b);
}

static void two_dimensions_are_three_with_a_depth_of_one(void **state) {
    claim_same(
        good("{type: conv2d, filters: 4, kernel_size: [2, 3], strides: [1, 2], padding: same, "
             "groups: 2, activation: tanh}",
             SHAPE(4, 5, 2)),
        good("{type: conv3d, filters: 4, kernel_size: [1, 2, 3], strides: [1, 1, 2], "
             "padding: same, groups: 2, activation: tanh}",
             SHAPE(1, 4, 5, 2)));
    claim_same(good("{type: max_pool2d, pool_size: [2, 3]}", SHAPE(4, 7, 2)),
               good("{type: max_pool3d, pool_size: [1, 2, 3]}", SHAPE(1, 4, 7, 2)));
    claim_same(good("{type: avg_pool2d, pool_size: [2, 3], padding: same}", SHAPE(5, 4, 2)),
               good("{type: avg_pool3d, pool_size: [1, 2, 3], padding: same}", SHAPE(1, 5, 4, 2)));
}

static void one_dimension_is_two_with_one_row(void **state) {
    claim_same(good("{type: conv1d, filters: 3, kernel_size: 3, dilation_rate: 2, padding: [4, 0]}",
                    SHAPE(6, 2)),
               good("{type: conv2d, filters: 3, kernel_size: [1, 3], dilation_rate: [1, 2], "
                    "padding: [0, 0, 4, 0]}",
                    SHAPE(1, 6, 2)));
}

static void one_by_one_is_dense(void **state) {
    nn_specimen *conv =
        good("{type: conv2d, filters: 3, kernel_size: 1, activation: silu}", SHAPE(3, 2, 4));
    claim_same(conv, good("{type: dense, units: 3, activation: silu}", SHAPE(3, 2, 4)));
}

static void a_kernel_as_large_as_its_input_is_dense(void **state) {
    nn_specimen *conv = good("{type: conv2d, filters: 3, kernel_size: [3, 4]}", SHAPE(3, 4, 2));
    claim_same(conv, good("{type: dense, units: 3}", SHAPE(24)));
}

static void as_many_groups_as_channels_are_depthwise(void **state) {
    claim_same(good("{type: conv2d, filters: 6, kernel_size: 2, padding: same, groups: 3}",
                    SHAPE(3, 4, 3)),
               good("{type: depthwise_conv2d, kernel_size: 2, padding: same, depth_multiplier: 2}",
                    SHAPE(3, 4, 3)));
}

static void a_pool_as_large_as_its_input_is_global(void **state) {
    claim_same(good("{type: max_pool2d, pool_size: [3, 4]}", SHAPE(3, 4, 2)),
               good("{type: global_max_pool, keepdims: true}", SHAPE(3, 4, 2)));
    claim_same(good("{type: avg_pool2d, pool_size: [3, 4]}", SHAPE(3, 4, 2)),
               good("{type: global_avg_pool}", SHAPE(3, 4, 2)));
}

/* Channels [at, at + width) of x[rows, of], as an array of their own. */
static nn_real *part(const nn_specimen *s, int64_t rows, int64_t of, int64_t at, int64_t width,
                     const nn_real *x) {
    nn_real *y = NN_NEW_ARRAY(s->arena, nn_real, rows * width);
    for (int64_t i = 0; i < rows; i++) nn_copy(width, x + i * of + at, y + i * width);
    return y;
}

static void groups_are_convolutions_side_by_side(void **state) {
    enum { GROUPS = 2, IN = 4, FILTERS = 6, ROWS = SAMPLES * 4 * 3, TAPS = 6 };
    nn_specimen *whole = good("{type: conv2d, filters: 6, kernel_size: [3, 2], padding: same, "
                              "groups: 2, activation: tanh}",
                              SHAPE(4, 3, IN));
    nn_outcome *w = trained(whole);
    for (int g = 0; g < GROUPS; g++) {
        int64_t in = IN / GROUPS, f = FILTERS / GROUPS;
        nn_specimen *s = good("{type: conv2d, filters: 3, kernel_size: [3, 2], padding: same, "
                              "activation: tanh}",
                              SHAPE(4, 3, IN / GROUPS));
        s->z_in[0] = part(s, ROWS, IN, g * in, in, whole->z_in[0]);
        s->v = part(s, ROWS, FILTERS, g * f, f, whole->v);
        s->W[0] = part(s, TAPS * in, FILTERS, g * f, f, whole->W[0]);
        s->W[1] = part(s, 1, FILTERS, g * f, f, whole->W[1]);
        nn_outcome *o = trained(s);
        nn_claim_close(s, "z", ROWS * f, o->z, part(s, ROWS, FILTERS, g * f, f, w->z), ROUNDING);
        nn_claim_close(s, "dz", ROWS * in, o->dz_in[0], part(s, ROWS, IN, g * in, in, w->dz_in[0]),
                       ROUNDING);
        nn_claim_close(s, "dW", TAPS * in * f, o->dW[0],
                       part(s, TAPS * in, FILTERS, g * f, f, w->dW[0]), ROUNDING);
        nn_outcome_destroy(o);
        nn_specimen_destroy(s);
    }
    nn_outcome_destroy(w);
    nn_specimen_destroy(whole);
}

/* <v, f(x)> = <f^T(v), x>, both layers with the same W, which has the same places in both. */
static void claim_transposed(const char *conv, const char *transpose, nn_shape shape) {
    nn_specimen *a = good(conv, shape), *b = good(transpose, a->layer.out);
    nn_claim(a, nn_shape_equal(&b->layer.out, &shape), "its transpose leads elsewhere");
    nn_claim(a, nn_shape_equal(&a->layer.param[0].shape, &b->layer.param[0].shape),
             "other kernels");
    b->W[0] = a->W[0], b->z_in[0] = a->v, b->v = a->z_in[0];
    nn_outcome *x = trained(a), *y = trained(b);
    nn_claim_close(a, "its transpose is its backward", SAMPLES * nn_specimen_in(a, 0), x->dz_in[0],
                   y->z, ROUNDING);
    nn_claim_close(a, "its transpose's backward is it", SAMPLES * nn_specimen_out(a), y->dz_in[0],
                   x->z, ROUNDING);
    nn_claim_close(a, "by W", nn_specimen_param(a, 0), x->dW[0], y->dW[0], ROUNDING);
    nn_outcome_destroy(x), nn_outcome_destroy(y);
    nn_specimen_destroy(a), nn_specimen_destroy(b);
}

static void the_transpose_is_the_adjoint_of_the_convolution(void **state) {
#define BOTH(filters, channels, rest)                                                              \
    "{type: conv2d, filters: " filters ", use_bias: false, " rest "}",                             \
        "{type: conv2d_transpose, filters: " channels ", use_bias: false, " rest "}"
    claim_transposed(BOTH("3", "2", "kernel_size: [3, 2]"), SHAPE(5, 4, 2));
    claim_transposed(BOTH("3", "2", "kernel_size: 3, strides: 2"), SHAPE(7, 5, 2));
    claim_transposed(BOTH("3", "2", "kernel_size: [4, 3], strides: 2, padding: same"),
                     SHAPE(6, 4, 2));
    claim_transposed(BOTH("2", "1", "kernel_size: 2, strides: 3, padding: same"), SHAPE(6, 3, 1));
    claim_transposed(BOTH("2", "3", "kernel_size: [2, 3], dilation_rate: [3, 2], padding: same"),
                     SHAPE(5, 4, 3));
    claim_transposed(BOTH("2", "3", "kernel_size: 3, strides: 2, padding: [1, 0, 2, 1]"),
                     SHAPE(6, 4, 3));
#undef BOTH
}

/* separable = depthwise, then one by one. */
static void separable_is_two_convolutions(void **state) {
    nn_specimen *s = good("{type: separable_conv2d, filters: 3, kernel_size: [2, 3], strides: 2, "
                          "padding: same, depth_multiplier: 2, activation: gelu}",
                          SHAPE(5, 4, 2));
    nn_specimen *d =
        good("{type: depthwise_conv2d, kernel_size: [2, 3], strides: 2, padding: same, "
             "depth_multiplier: 2, use_bias: false}",
             SHAPE(5, 4, 2));
    nn_specimen *q =
        good("{type: conv2d, filters: 3, kernel_size: 1, activation: gelu}", d->layer.out);
    d->z_in[0] = s->z_in[0], d->W[0] = s->W[0], q->W[0] = s->W[1], q->W[1] = s->W[2], q->v = s->v;
    nn_outcome *whole = trained(s), *first = trained(d);
    q->z_in[0] = first->z;
    nn_outcome *second = trained(q);
    d->v = second->dz_in[0];
    nn_outcome *back = trained(d);
    nn_claim_close(s, "z", SAMPLES * nn_specimen_out(s), whole->z, second->z, ROUNDING);
    nn_claim_close(s, "dz", SAMPLES * nn_specimen_in(s, 0), whole->dz_in[0], back->dz_in[0],
                   ROUNDING);
    nn_claim_close(s, "dK", nn_specimen_param(s, 0), whole->dW[0], back->dW[0], ROUNDING);
    nn_claim_close(s, "dP", nn_specimen_param(s, 1), whole->dW[1], second->dW[0], ROUNDING);
    nn_claim_close(s, "db", nn_specimen_param(s, 2), whole->dW[2], second->dW[1], ROUNDING);
    nn_outcome_destroy(whole), nn_outcome_destroy(first);
    nn_outcome_destroy(second), nn_outcome_destroy(back);
    nn_specimen_destroy(s), nn_specimen_destroy(d), nn_specimen_destroy(q);
}

/* ---- special numbers ---- */

static void a_tie_goes_to_the_first(void **state) {
    nn_specimen *s = good("{type: max_pool1d, pool_size: 3}", SHAPE(3, 1));
    nn_real x[SAMPLES * 3] = {2, 2, 1, 1, 2, 2, 0, (nn_real)-0.0, 0};
    nn_real v[] = {5, 6, 7}, expected[SAMPLES * 3] = {5, 0, 0, 0, 6, 0, 7, 0, 0};
    memcpy(s->z_in[0], x, sizeof x);
    memcpy(s->v, v, sizeof v);
    nn_outcome *o = trained(s);
    nn_claim_close(s, "dz", SAMPLES * 3, o->dz_in[0], expected, 0);
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

static void the_largest_of_a_window_with_nan_is_nan_and_of_infinities_is_infinite(void **state) {
    nn_specimen *s = good("{type: max_pool1d, pool_size: 3}", SHAPE(3, 1));
    nn_real inf = (nn_real)INFINITY, nan = (nn_real)NAN;
    nn_real x[SAMPLES * 3] = {1, nan, 3, -inf, -inf, -inf, 3, 1, nan};
    memcpy(s->z_in[0], x, sizeof x);
    nn_real z[SAMPLES], winner[SAMPLES];
    nn_pass p = {.n = SAMPLES, .z_in = (const nn_real *const *)s->z_in, .z = z, .kept = winner};
    s->layer.ops->forward(&s->layer, &p);
    nn_claim(s, isnan(z[0]) && isnan(z[2]), "NaN was lost");
    nn_claim(s, z[1] == -inf && winner[1] == 0, "%g by %g", (double)z[1], (double)winner[1]);
    nn_specimen_destroy(s);
}

static void padding_is_not_averaged_and_never_the_largest(void **state) {
    nn_specimen *a =
        good("{type: avg_pool2d, pool_size: 3, strides: 2, padding: same}", SHAPE(4, 4, 1));
    nn_specimen *m =
        good("{type: max_pool2d, pool_size: 3, strides: 2, padding: 1}", SHAPE(4, 4, 1));
    for (int i = 0; i < SAMPLES * 16; i++) a->z_in[0][i] = m->z_in[0][i] = -7;
    nn_outcome *x = trained(a), *y = trained(m);
    for (int64_t i = 0; i < SAMPLES * nn_specimen_out(a); i++)
        nn_claim(a, fabs((double)x->z[i] + 7) < ROUNDING, "%g", (double)x->z[i]);
    for (int64_t i = 0; i < SAMPLES * nn_specimen_out(m); i++)
        nn_claim(m, y->z[i] == -7, "%g", (double)y->z[i]);
    nn_outcome_destroy(x), nn_outcome_destroy(y);
    nn_specimen_destroy(a), nn_specimen_destroy(m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_dimensions_are_three_with_a_depth_of_one),
        cmocka_unit_test(one_dimension_is_two_with_one_row),
        cmocka_unit_test(one_by_one_is_dense),
        cmocka_unit_test(a_kernel_as_large_as_its_input_is_dense),
        cmocka_unit_test(as_many_groups_as_channels_are_depthwise),
        cmocka_unit_test(a_pool_as_large_as_its_input_is_global),
        cmocka_unit_test(groups_are_convolutions_side_by_side),
        cmocka_unit_test(the_transpose_is_the_adjoint_of_the_convolution),
        cmocka_unit_test(separable_is_two_convolutions),
        cmocka_unit_test(a_tie_goes_to_the_first),
        cmocka_unit_test(the_largest_of_a_window_with_nan_is_nan_and_of_infinities_is_infinite),
        cmocka_unit_test(padding_is_not_averaged_and_never_the_largest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
