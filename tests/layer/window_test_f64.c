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

/* The kind is the word behind "type: ". */
static nn_specimen *specimen_of(const char *yaml, nn_shape shape) {
    static char kinds[4][40];
    static int turn;
    char *kind = kinds[turn++ % 4];
    size_t length = strcspn(yaml + strlen("{type: "), ",}");
    snprintf(kind, sizeof kinds[0], "%.*s", (int)length, yaml + strlen("{type: "));
    nn_habitat habitat = {.kind = kind, .yaml = yaml, .n_inputs = 1, .in = {shape}};
    nn_error_clear();
    return nn_specimen_create(&habitat, SAMPLES);
}

static nn_specimen *good(const char *yaml, nn_shape shape) {
    nn_specimen *s = specimen_of(yaml, shape);
    if (!s) fail_msg("%s: %s", yaml, nn_error_message());
    return s;
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

/* ---- shapes ---- */

static void claim_shape(const char *yaml, nn_shape in, nn_shape out) {
    nn_specimen *s = good(yaml, in);
    char given[NN_SHAPE_TEXT_SIZE];
    nn_claim(s, nn_shape_equal(&s->layer.out, &out), "its output has shape %s",
             nn_shape_text(&s->layer.out, given, sizeof given));
    nn_specimen_destroy(s);
}

/* By hand from conv_output_length and deconv_output_length of Keras 2.11. */
static void shapes_are_those_of_keras(void **state) {
    claim_shape("{type: conv2d, filters: 8, kernel_size: 5}", SHAPE(28, 28, 1), SHAPE(24, 24, 8));
    claim_shape("{type: conv2d, filters: 8, kernel_size: 3, strides: 2}", SHAPE(28, 27, 1),
                SHAPE(13, 13, 8));
    claim_shape("{type: conv2d, filters: 8, kernel_size: 7, strides: 2, padding: same}",
                SHAPE(225, 224, 3), SHAPE(113, 112, 8));
    claim_shape("{type: conv2d, filters: 8, kernel_size: 3, dilation_rate: 3}", SHAPE(10, 7, 1),
                SHAPE(4, 1, 8));
    claim_shape("{type: conv1d, filters: 2, kernel_size: 9, strides: 4, padding: same}",
                SHAPE(10, 3), SHAPE(3, 2));
    claim_shape("{type: max_pool2d}", SHAPE(7, 6, 5), SHAPE(3, 3, 5));
    claim_shape("{type: max_pool2d, padding: same}", SHAPE(7, 6, 5), SHAPE(4, 3, 5));
    claim_shape("{type: avg_pool3d, pool_size: [1, 2, 3], strides: 1}", SHAPE(4, 4, 4, 2),
                SHAPE(4, 3, 2, 2));
    claim_shape("{type: conv2d_transpose, filters: 4, kernel_size: 3, strides: 2}", SHAPE(7, 5, 2),
                SHAPE(15, 11, 4));
    claim_shape("{type: conv2d_transpose, filters: 4, kernel_size: 2, strides: 3}", SHAPE(7, 5, 2),
                SHAPE(21, 15, 4));
    claim_shape("{type: conv2d_transpose, filters: 4, kernel_size: 5, strides: 2, padding: same}",
                SHAPE(7, 5, 2), SHAPE(14, 10, 4));
    claim_shape("{type: conv2d_transpose, filters: 4, kernel_size: 3, strides: 2, padding: same, "
                "output_padding: [0, 1]}",
                SHAPE(7, 5, 2), SHAPE(13, 10, 4));
    claim_shape("{type: global_max_pool}", SHAPE(3, 4, 5, 6), SHAPE(6));
    claim_shape("{type: global_avg_pool, keepdims: true}", SHAPE(3, 4, 5), SHAPE(1, 1, 5));
    claim_shape("{type: upsample2d, size: [1, 3]}", SHAPE(3, 4, 5), SHAPE(3, 12, 5));
    claim_shape("{type: permute, dims: [2, 3, 1]}", SHAPE(3, 4, 5), SHAPE(4, 5, 3));
}

static void options_are_whole_and_classes_are_those_of_the_rank(void **state) {
    nn_specimen *s = good("{type: max_pool2d, pool_size: 3}", SHAPE(6, 6, 1));
    const nn_ints *ints = s->layer.options; /* size, strides: the head of every pool's options */
    for (int k = 0; k < 2; k++) {
        assert_int_equal(ints[k].n, 2);
        assert_int_equal(ints[k].value[0], 3);
        assert_int_equal(ints[k].value[1], 3);
    }
    nn_specimen_destroy(s);
    for (int rank = 2; rank <= 4; rank++) {
        char class[40];
        nn_shape shape = SHAPE(2, 2, 2, 2);
        shape.rank = rank;
        s = good("{type: global_avg_pool}", shape);
        snprintf(class, sizeof class, "GlobalAveragePooling%dD", rank - 1);
        assert_string_equal(s->layer.ops->keras_class, class);
        nn_specimen_destroy(s);
    }
}

static void claim_refused(const char *yaml, nn_shape shape, const char *message) {
    nn_specimen *s = specimen_of(yaml, shape);
    if (s) fail_msg("accepted: %s", s->title);
    assert_string_equal(nn_error_message(), message);
}

static void windows_that_do_not_fit_are_refused_in_words(void **state) {
    claim_refused(
        "{type: conv2d, filters: 1, kernel_size: [2, 5]}", SHAPE(4, 4, 1),
        "conv2d: the window reaches over 5 on axis 2, its input has only 4; padding: same "
        "would fit");
    claim_refused(
        "{type: conv2d, filters: 1, kernel_size: 4, dilation_rate: 2, padding: 1}", SHAPE(4, 4, 1),
        "conv2d: the window reaches over 7 on axis 1, its input with its padding has only "
        "6");
    claim_refused("{type: max_pool1d, pool_size: 3}", SHAPE(2, 1),
                  "max_pool1d: the window reaches over 3 on axis 1, its input has only 2; padding: "
                  "same would fit");
    claim_refused("{type: conv2d, filters: 1, kernel_size: 3}", SHAPE(28, 28),
                  "conv2d: its input has shape (28, 28), (rows, columns, channels) expected; a "
                  "reshape layer can add an axis of 1 channel");
    claim_refused("{type: conv1d, filters: 1, kernel_size: 3}", SHAPE(28, 28, 1),
                  "conv1d: its input has shape (28, 28, 1), (steps, channels) expected");
    claim_refused("{type: conv3d, filters: 1, kernel_size: [3, 3]}", SHAPE(4, 4, 4, 1),
                  "conv3d: kernel_size has 2 numbers, 1 or 3 expected");
    claim_refused("{type: conv1d, filters: 1, kernel_size: [3, 3]}", SHAPE(4, 4),
                  "conv1d: kernel_size has 2 numbers, 1 expected");
    claim_refused("{type: conv2d, filters: 1, kernel_size: 3, strides: [1, 1, 1]}", SHAPE(4, 4, 1),
                  "conv2d: strides has 3 numbers, 1 or 2 expected");
    claim_refused(
        "{type: conv2d, filters: 1, kernel_size: 3, padding: [1, 1, 1]}", SHAPE(4, 4, 1),
        "conv2d: padding has 3 numbers; one for all, one an axis, or two an axis: before, "
        "after");
    claim_refused("{type: conv2d, filters: 4, kernel_size: 3, groups: 2}", SHAPE(4, 4, 3),
                  "conv2d: groups 2 does not divide the 3 channels of its input");
    claim_refused("{type: conv2d, filters: 5, kernel_size: 3, groups: 2}", SHAPE(4, 4, 4),
                  "conv2d: groups 2 does not divide the 5 filters");
    claim_refused("{type: max_pool2d, pool_size: 2, padding: [0, 2]}", SHAPE(4, 4, 1),
                  "max_pool2d: padding must be less than pool_size, 2 on axis 2");
    claim_refused("{type: global_max_pool}", SHAPE(4),
                  "global_max_pool: its input has shape (4), two or more axes expected");
}

static void transposes_that_lead_nowhere_are_refused_in_words(void **state) {
    claim_refused("{type: conv2d_transpose, filters: 1, kernel_size: 3, strides: 2, "
                  "output_padding: 2}",
                  SHAPE(4, 4, 1),
                  "conv2d_transpose: output_padding 2 is not less than the stride 2");
    claim_refused("{type: conv2d_transpose, filters: 1, kernel_size: 2, padding: 1}",
                  SHAPE(1, 1, 1),
                  "conv2d_transpose: axis 1 would have length 0, which this padding does not lead "
                  "back to 1");
    claim_refused("{type: conv2d_transpose, filters: 1, kernel_size: 2, strides: 2, padding: same, "
                  "output_padding: 0}",
                  SHAPE(3, 3, 1),
                  "conv2d_transpose: axis 1 would have length 4, which this padding does not lead "
                  "back to 3");
}

static void shapes_that_cannot_be_cut_are_refused_in_words(void **state) {
    claim_refused("{type: crop2d, cropping: [2, 0]}", SHAPE(4, 4, 1),
                  "crop2d: nothing is left of the 4 on axis 1");
    claim_refused("{type: zero_pad2d, padding: [1, 1, 1]}", SHAPE(4, 4, 1),
                  "zero_pad2d: padding has 3 numbers; one for all, one an axis, or two an axis: "
                  "before, after");
    claim_refused("{type: slice, axis: 0}", SHAPE(4),
                  "slice: axis 0 is the axis of the samples; 1 is the first axis of a sample, -1 "
                  "the last");
    claim_refused("{type: slice, axis: 2}", SHAPE(4), "slice: no axis 2: its input has 1");
    claim_refused("{type: slice, start: -5}", SHAPE(4),
                  "slice: start -5 is outside of the axis of 4");
    claim_refused("{type: slice, start: 3, size: 2}", SHAPE(4),
                  "slice: 2 from 3 on, but the axis has 4");
    claim_refused("{type: permute, dims: [1, 1]}", SHAPE(4, 2),
                  "permute: each of the axes 1 to 2 is expected once");
    claim_refused("{type: permute, dims: [1, 3]}", SHAPE(4, 2),
                  "permute: each of the axes 1 to 2 is expected once");
    claim_refused("{type: repeat_vector, n: 2}", SHAPE(4, 2),
                  "repeat_vector: its input has shape (4, 2), one axis expected");
}

static void sizes_beyond_counting_are_refused(void **state) {
    claim_refused("{type: conv3d, filters: 1, kernel_size: 32768, padding: same}",
                  SHAPE(2, 2, 2, 8),
                  "conv3d: a kernel of shape (32768, 32768, 32768, 8, 1) is too large");
    claim_refused("{type: upsample2d, size: 32768}", SHAPE(1 << 10, 1 << 10, 1),
                  "upsample2d: an output of shape (33554432, 33554432, 1) is too large");
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
        cmocka_unit_test(shapes_are_those_of_keras),
        cmocka_unit_test(options_are_whole_and_classes_are_those_of_the_rank),
        cmocka_unit_test(windows_that_do_not_fit_are_refused_in_words),
        cmocka_unit_test(transposes_that_lead_nowhere_are_refused_in_words),
        cmocka_unit_test(shapes_that_cannot_be_cut_are_refused_in_words),
        cmocka_unit_test(sizes_beyond_counting_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
