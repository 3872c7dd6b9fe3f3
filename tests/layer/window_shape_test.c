/* Shapes of convolutions, pools and changes of shape, and what is said of those that do not fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "specimen.h"

#define SHAPE(...)                                                                                 \
    nn_shape_of((int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]){__VA_ARGS__})

static nn_specimen *good(const char *yaml, nn_shape shape) {
    return nn_specimen_good(yaml, shape, 1);
}

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
    s = good("{type: zero_pad2d, padding: [1, 2]}", SHAPE(6, 6, 1));
    assert_int_equal(((const nn_ints *)s->layer.options)->n, 4);
    assert_int_equal(((const nn_ints *)s->layer.options)->value[1], 1);
    assert_int_equal(((const nn_ints *)s->layer.options)->value[2], 2);
    nn_specimen_destroy(s);
    for (int rank = 2; rank <= 4; rank++) {
        char class[40];
        nn_shape shape = SHAPE(2, 2, 2, 2);
        shape.rank = rank;
        s = good("{type: global_avg_pool}", shape);
        snprintf(class, sizeof class, "GlobalAveragePooling%dD", rank - 1);
        assert_string_equal(s->layer.keras_class, class);
        nn_specimen_destroy(s);
    }
}

static void claim_refused(const char *yaml, nn_shape shape, const char *message) {
    nn_specimen *s = nn_specimen_of(yaml, shape, 1);
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
        cmocka_unit_test(shapes_are_those_of_keras),
        cmocka_unit_test(options_are_whole_and_classes_are_those_of_the_rank),
        cmocka_unit_test(windows_that_do_not_fit_are_refused_in_words),
        cmocka_unit_test(transposes_that_lead_nowhere_are_refused_in_words),
        cmocka_unit_test(shapes_that_cannot_be_cut_are_refused_in_words),
        cmocka_unit_test(sizes_beyond_counting_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
