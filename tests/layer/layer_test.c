/* What is special about a layer; what is true of all of them is in truths.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "specimen.h"

#define VECTOR(n)                                                                                  \
    {                                                                                              \
        1, {                                                                                       \
            n                                                                                      \
        }                                                                                          \
    }

static nn_specimen *specimen_of(const char *kind, const char *yaml, int n_inputs, nn_shape a,
                                nn_shape b, int64_t n) {
    nn_habitat habitat = {.kind = kind, .yaml = yaml, .n_inputs = n_inputs, .in = {a, b}};
    return nn_specimen_create(&habitat, n);
}

static void claim_refused(const char *kind, const char *yaml, int n_inputs, nn_shape a, nn_shape b,
                          const char *message) {
    nn_error_clear();
    nn_specimen *specimen = specimen_of(kind, yaml, n_inputs, a, b, 1);
    if (specimen) fail_msg("accepted: %s", specimen->title);
    assert_string_equal(nn_error_message(), message);
}

static void shapes_that_do_not_fit_are_refused_in_words(void **state) {
    nn_shape scalar = {0}, six = VECTOR(6), seven = VECTOR(7);
    nn_shape a = {2, {3, 5}}, b = {2, {3, 4}}, c = {2, {2, 4}};
    claim_refused("concat", "{type: concat, inputs: [a, b]}", 2, a, c,
                  "concat: input 2 has shape (2, 4), input 1 (3, 5): they may differ only on "
                  "axis -1");
    claim_refused("concat", "{type: concat, axis: 1}", 2, a, b,
                  "concat: input 2 has shape (3, 4), input 1 (3, 5): they may differ only on "
                  "axis 1");
    claim_refused("concat", "{type: concat, axis: 3}", 2, a, b,
                  "concat: no axis 3: its inputs have 2");
    claim_refused("concat", "{type: concat, axis: 0}", 2, a, b,
                  "concat: axis 0 is the axis of the samples; 1 is the first axis of a sample, -1 "
                  "the last");
    claim_refused("concat", "concat", 1, a, b, "concat: 1 input given, at least 2 expected");
    claim_refused("dense", "{type: dense, units: 1}", 2, a, b, "dense: 2 inputs given, 1 expected");
    claim_refused("add", "add", 2, six, seven,
                  "add: input 2 has shape (7), input 1 (6): they must be equal");
    claim_refused("multiply", "multiply", 2, a, six,
                  "multiply: input 2 has shape (6), input 1 (3, 5): they must be equal");
    claim_refused("dense", "{type: dense, units: 3}", 1, scalar, scalar,
                  "dense: its input is a scalar, an axis is needed");
    claim_refused("reshape", "{type: reshape, target_shape: [4, -1]}", 1, six, six,
                  "reshape: its input has shape (6), 6 numbers, which do not fit into (4, -1)");
    claim_refused("reshape", "{type: reshape, target_shape: [2, 4]}", 1, six, six,
                  "reshape: its input has shape (6), 6 numbers, which do not fit into (2, 4)");
    claim_refused("reshape", "{type: reshape, target_shape: [-1, -1]}", 1, six, six,
                  "reshape: only one axis can be -1");
    claim_refused("dropout", "{type: dropout, rate: 1}", 1, six, six,
                  "dropout: a rate of 1 would drop everything");
    claim_refused("spatial_dropout", "{type: spatial_dropout, rate: 1}", 1, a, a,
                  "spatial_dropout: a rate of 1 would drop everything");
    claim_refused("spatial_dropout", "{type: spatial_dropout, rate: 0.5}", 1, six, six,
                  "spatial_dropout: its input has shape (6), positions (1 to 3 axes) and channels "
                  "are expected; dropout drops single numbers of any shape");
    claim_refused("prelu", "{type: prelu, shared_axes: [1, 3]}", 1, a, a,
                  "prelu: no axis 3: its input has shape (3, 5)");
}

/* A complaint about an option stands in the line of the option. */
static void a_complaint_points_at_its_option(void **state) {
    const char *yaml = "layers:\n- type: reshape\n  target_shape: [2, 4]\n";
    nn_document *document;
    assert_int_equal(nn_document_parse(&document, yaml, strlen(yaml), "net.yaml", NULL, 0), NN_OK);
    nn_node *node = nn_node_at(nn_node_child(nn_document_root(document), "layers"), 0);
    nn_typed chosen = nn_config_bind_kind(document, node, nn_layer_kinds, NULL, "layer");
    nn_shape six = VECTOR(6);
    nn_layer layer = {.name = "r", .n_inputs = 1, .in = &six, .document = document, .node = node};
    assert_false(nn_layer_setup(&layer, &chosen));
    nn_error_clear();
    assert_int_equal(nn_config_verdict(document), NN_BAD_CONFIG);
    assert_non_null(strstr(nn_error_message(), "net.yaml:3:"));
    assert_non_null(strstr(nn_error_message(), "do not fit into (2, 4)"));
    nn_document_destroy(document);
}

/* 60,000 numbers, so that the share of zeros is known to 1 % or so. */
static void dropout_drops_its_rate_and_keeps_the_mean(void **state) {
    const char *yaml[] = {"{type: dropout, rate: 0.1}", "{type: dropout, rate: 0.5}",
                          "{type: dropout, rate: 0.9}"};
    const double rate[] = {0.1, 0.5, 0.9};
    for (int k = 0; k < 3; k++) {
        nn_shape shape = VECTOR(2003);
        nn_specimen *s = specimen_of("dropout", yaml[k], 1, shape, shape, 30);
        int64_t n = 30 * 2003;
        double zeros = 0, sum = 0, scale = 1 / (1 - rate[k]);
        for (int64_t i = 0; i < n; i++) s->z_in[0][i] = 1;
        nn_trial forward = {0};
        nn_outcome *o = nn_specimen_run(s, &forward);
        for (int64_t i = 0; i < n; i++) {
            double z = (double)o->z[i];
            nn_claim(s, z == 0 || fabs(z - scale) < 1e-5 * scale, "a number became %g", z);
            zeros += z == 0, sum += z;
        }
        double sigma = sqrt(rate[k] * (1 - rate[k]) / (double)n);
        nn_claim(s, fabs(zeros / (double)n - rate[k]) < 4 * sigma, "%g dropped", zeros / (double)n);
        nn_claim(s, fabs(sum / (double)n - 1) < 4 * sigma * scale, "mean %g", sum / (double)n);
        nn_outcome_destroy(o);
        nn_specimen_destroy(s);
    }
}

static void masks_of_two_samples_are_independent(void **state) {
    nn_shape shape = VECTOR(4000);
    nn_specimen *s = specimen_of("dropout", "{type: dropout, rate: 0.5}", 1, shape, shape, 2);
    nn_trial forward = {0};
    nn_outcome *o = nn_specimen_run(s, &forward);
    int both = 0;
    for (int i = 0; i < 4000; i++) both += o->z[i] == 0 && o->z[4000 + i] == 0;
    nn_claim(s, abs(both - 1000) < 4 * 28, "%d of 4000 dropped in both", both);
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

static void spatial_dropout_drops_a_channel_at_all_positions(void **state) {
    enum { N = 40, POSITIONS = 6, C = 251 };
    nn_shape shape = {3, {2, 3, C}};
    nn_specimen *s =
        specimen_of("spatial_dropout", "{type: spatial_dropout, rate: 0.2}", 1, shape, shape, N);
    for (int i = 0; i < N * POSITIONS * C; i++) s->z_in[0][i] = 1;
    nn_trial forward = {0};
    nn_outcome *o = nn_specimen_run(s, &forward);
    int zeros = 0;
    for (int i = 0; i < N; i++)
        for (int c = 0; c < C; c++) {
            const nn_real *z = o->z + (int64_t)i * POSITIONS * C + c;
            for (int t = 1; t < POSITIONS; t++)
                nn_claim(s, z[t * C] == *z, "channel %d differs at position %d", c, t);
            nn_claim(s, *z == 0 || fabs((double)*z - 1.25) < 1e-6, "a 1 became %g", (double)*z);
            zeros += *z == 0;
        }
    double share = zeros / (double)(N * C);
    nn_claim(s, fabs(share - 0.2) < 4 * sqrt(0.2 * 0.8 / (N * C)), "%g dropped", share);
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

/* Mean, variance and kurtosis of 60,000 numbers; those of two samples are not correlated. */
static void gaussian_noise_is_normal_and_another_for_each_sample(void **state) {
    enum { N = 30, SIZE = 2000 };
    nn_shape shape = VECTOR(SIZE);
    nn_specimen *s =
        specimen_of("gaussian_noise", "{type: gaussian_noise, stddev: 0.5}", 1, shape, shape, N);
    nn_trial forward = {0};
    nn_outcome *o = nn_specimen_run(s, &forward);
    double sum[5] = {0}, product = 0;
    for (int i = 0; i < N * SIZE; i++) {
        double e = ((double)o->z[i] - (double)s->z_in[0][i]) / 0.5, power = 1;
        for (int k = 1; k <= 4; k++) sum[k] += power *= e;
        if (i < SIZE) product += e * ((double)o->z[i + SIZE] - (double)s->z_in[0][i + SIZE]) / 0.5;
    }
    double n = N * SIZE;
    nn_claim(s, fabs(sum[1] / n) < 4 / sqrt(n), "mean %g", sum[1] / n);
    nn_claim(s, fabs(sum[2] / n - 1) < 4 * sqrt(2 / n), "variance %g", sum[2] / n);
    nn_claim(s, fabs(sum[4] / n - 3) < 4 * sqrt(96 / n), "fourth moment %g", sum[4] / n);
    nn_claim(s, fabs(product / SIZE) < 4 / sqrt(SIZE), "correlation %g", product / SIZE);
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

static void a_sample_has_its_mask_wherever_it_stands(void **state) {
    nn_shape shape = VECTOR(50);
    nn_specimen *s = specimen_of("dropout", "{type: dropout, rate: 0.5}", 1, shape, shape, 4);
    nn_trial forward = {0};
    for (int i = 0; i < 200; i++) s->z_in[0][i] = 1;
    nn_outcome *o = nn_specimen_run(s, &forward);
    int64_t moved = s->sample[0];
    s->sample[0] = s->sample[3], s->sample[3] = moved;
    nn_outcome *swapped = nn_specimen_run(s, &forward);
    nn_claim_close(s, "first and last", 50, o->z, swapped->z + 150, 0);
    nn_claim_close(s, "last and first", 50, o->z + 150, swapped->z, 0);
    nn_claim_close(s, "those between", 100, o->z + 50, swapped->z + 50, 0);
    nn_outcome_destroy(o);
    nn_outcome_destroy(swapped);
    nn_specimen_destroy(s);
}

static void concat_puts_rows_side_by_side(void **state) {
    nn_shape a = {2, {2, 1}}, b = {2, {2, 2}};
    nn_specimen *s = specimen_of("concat", "concat", 2, a, b, 1);
    nn_real first[] = {1, 2}, second[] = {3, 4, 5, 6}, expected[] = {1, 3, 4, 2, 5, 6};
    memcpy(s->z_in[0], first, sizeof first);
    memcpy(s->z_in[1], second, sizeof second);
    nn_trial forward = {0};
    nn_outcome *o = nn_specimen_run(s, &forward);
    nn_claim_close(s, "z", 6, o->z, expected, 0);
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

static void an_activation_is_a_layer_under_its_own_name(void **state) {
    nn_shape shape = VECTOR(3);
    nn_specimen *s = specimen_of("leaky_relu", "leaky_relu", 1, shape, shape, 1);
    assert_string_equal(s->layer.ops->kind.name, "leaky_relu");
    assert_string_equal(s->layer.keras_class, "LeakyReLU");
    nn_specimen_destroy(s);
    s = specimen_of("tanh", "tanh", 1, shape, shape, 1);
    assert_string_equal(s->layer.keras_class, "Activation");
    assert_string_equal(nn_activation_of(s->layer.activation.kind)->keras_name, "tanh");
    nn_specimen_destroy(s);
}

static void dense_counts_its_weights_and_its_work(void **state) {
    nn_shape shape = {2, {7, 3}};
    nn_specimen *s = specimen_of("dense", "{type: dense, units: 5}", 1, shape, shape, 1);
    assert_int_equal(s->layer.n_params, 2);
    assert_string_equal(s->layer.param[0].name, "kernel");
    assert_int_equal(nn_specimen_param(s, 0), 15);
    assert_int_equal(nn_specimen_param(s, 1), 5);
    assert_int_equal(nn_specimen_out(s), 35);
    assert_true(s->layer.ops->flops(&s->layer) == 2.0 * 7 * 3 * 5);
    nn_specimen_destroy(s);
}

/* (2 samples of 5 steps) = (10 samples of one step): what Keras calls TimeDistributed. */
static void dense_on_a_sequence_is_dense_on_each_step(void **state) {
    enum { N = 2, STEPS = 5, K = 3, UNITS = 4 };
    const char *yaml = "{type: dense, units: 4, activation: tanh}";
    nn_shape sequence = {2, {STEPS, K}}, step = VECTOR(K);
    nn_specimen *whole = specimen_of("dense", yaml, 1, sequence, sequence, N);
    nn_specimen *steps = specimen_of("dense", yaml, 1, step, step, N * STEPS);
    steps->z_in[0] = whole->z_in[0], steps->v = whole->v;
    for (int k = 0; k < 2; k++) steps->W[k] = whole->W[k];
    nn_trial backward = {.backward = true};
    nn_outcome *a = nn_specimen_run(whole, &backward), *b = nn_specimen_run(steps, &backward);
    nn_claim_close(whole, "z", N * STEPS * UNITS, a->z, b->z, 0);
    nn_claim_close(whole, "dz", N * STEPS * K, a->dz_in[0], b->dz_in[0], 0);
    nn_claim_close(whole, "dW", K * UNITS, a->dW[0], b->dW[0], 0);
    nn_claim_close(whole, "db", UNITS, a->dW[1], b->dW[1], 0);
    nn_outcome_destroy(a);
    nn_outcome_destroy(b);
    nn_specimen_destroy(whole);
    nn_specimen_destroy(steps);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_that_do_not_fit_are_refused_in_words),
        cmocka_unit_test(a_complaint_points_at_its_option),
        cmocka_unit_test(dropout_drops_its_rate_and_keeps_the_mean),
        cmocka_unit_test(masks_of_two_samples_are_independent),
        cmocka_unit_test(spatial_dropout_drops_a_channel_at_all_positions),
        cmocka_unit_test(gaussian_noise_is_normal_and_another_for_each_sample),
        cmocka_unit_test(a_sample_has_its_mask_wherever_it_stands),
        cmocka_unit_test(concat_puts_rows_side_by_side),
        cmocka_unit_test(an_activation_is_a_layer_under_its_own_name),
        cmocka_unit_test(dense_counts_its_weights_and_its_work),
        cmocka_unit_test(dense_on_a_sequence_is_dense_on_each_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
