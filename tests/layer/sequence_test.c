/* What is special about layers of sequences; what is true of all layers is in truths.h, and what
 * they compute is held against PyTorch in oracle_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/tensor.h"
#include "specimen.h"

static nn_specimen *specimen_of(const char *kind, const char *yaml, nn_shape shape, int64_t n) {
    nn_habitat habitat = {.kind = kind, .yaml = yaml, .n_inputs = 1, .in = {shape}};
    nn_specimen *s = nn_specimen_create(&habitat, n);
    if (!s) fail_msg("%s", nn_error_message());
    return s;
}

static nn_shape shape_of(int64_t steps, int64_t features) {
    return nn_shape_of(2, (int64_t[]){steps, features});
}

static void claim_refused(const char *kind, const char *yaml, nn_shape shape, const char *message) {
    nn_habitat habitat = {.kind = kind, .yaml = yaml, .n_inputs = 1, .in = {shape}};
    nn_error_clear();
    nn_specimen *s = nn_specimen_create(&habitat, 1);
    if (s) fail_msg("accepted: %s", s->title);
    assert_string_equal(nn_error_message(), message);
}

/* ---- embedding ---- */

static void an_id_that_is_none_gives_nan_and_no_gradient(void **state) {
    nn_specimen *s = specimen_of("embedding", "{type: embedding, input_dim: 4, output_dim: 2}",
                                 shape_of(2, 4), 1);
    nn_real ids[] = {0, 3, 4, -1, (nn_real)1.5, (nn_real)-0.5, (nn_real)1e9, (nn_real)1e30};
    memcpy(s->z_in[0], ids, sizeof ids);
    nn_trial backward = {.backward = true};
    nn_outcome *o = nn_specimen_run(s, &backward);
    for (int i = 0; i < 16; i++)
        nn_claim(s, isfinite(o->z[i]) == (i < 4), "number %d is %g", i, (double)o->z[i]);
    nn_claim_close(s, "row 0", 2, o->z, s->W[0], 0);
    nn_claim_close(s, "row 3", 2, o->z + 2, s->W[0] + 6, 0);
    nn_claim_close(s, "gradient of row 0", 2, o->dW[0], s->v, 0);
    nn_claim_close(s, "gradient of row 3", 2, o->dW[0] + 6, s->v + 2, 0);
    for (int i = 2; i < 6; i++) nn_claim(s, o->dW[0][i] == 0, "a gradient of a row without ids");
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

static void an_id_met_twice_gets_both_gradients(void **state) {
    nn_specimen *s = specimen_of("embedding", "{type: embedding, input_dim: 3, output_dim: 2}",
                                 shape_of(1, 3), 1);
    nn_real ids[] = {2, 0, 2}, v[] = {1, 2, 10, 20, 100, 200}, sum[] = {10, 20, 0, 0, 101, 202};
    memcpy(s->z_in[0], ids, sizeof ids);
    memcpy(s->v, v, sizeof v);
    nn_trial backward = {.backward = true};
    nn_outcome *o = nn_specimen_run(s, &backward);
    nn_claim_close(s, "dW", 6, o->dW[0], sum, 0);
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

/* ---- recurrent ---- */

static void the_same_weights(const nn_specimen *from, nn_specimen *to) {
    for (int k = 0; k < from->layer.n_params; k++) to->W[k] = from->W[k];
    to->z_in[0] = from->z_in[0];
}

static void claim_last_step(const char *kind, const char *all_yaml, const char *last_yaml) {
    enum { N = 3, T = 5, U = 4 };
    nn_specimen *all = specimen_of(kind, all_yaml, shape_of(T, 2), N);
    nn_specimen *last = specimen_of(kind, last_yaml, shape_of(T, 2), N);
    the_same_weights(all, last);
    nn_zero(N * T * U, all->v);
    for (int i = 0; i < N; i++) nn_copy(U, last->v + i * U, all->v + (i * T + T - 1) * U);
    nn_trial backward = {.backward = true};
    nn_outcome *a = nn_specimen_run(all, &backward), *b = nn_specimen_run(last, &backward);
    for (int i = 0; i < N; i++)
        nn_claim_close(last, "the last step", U, a->z + (i * T + T - 1) * U, b->z + i * U, 0);
    nn_claim_close(last, "dz", N * T * 2, a->dz_in[0], b->dz_in[0], 0);
    for (int k = 0; k < last->layer.n_params; k++)
        nn_claim_close(last, "dW", nn_specimen_param(last, k), a->dW[k], b->dW[k], 0);
    nn_outcome_destroy(a);
    nn_outcome_destroy(b);
    nn_specimen_destroy(all);
    nn_specimen_destroy(last);
}

static void without_sequences_it_is_the_last_step_of_them(void **state) {
    claim_last_step("simple_rnn", "{type: simple_rnn, units: 4, return_sequences: true}",
                    "{type: simple_rnn, units: 4}");
    claim_last_step("gru", "{type: gru, units: 4, return_sequences: true}",
                    "{type: gru, units: 4}");
    claim_last_step("lstm", "{type: lstm, units: 4, return_sequences: true}",
                    "{type: lstm, units: 4}");
    claim_last_step("lstm", "{type: lstm, units: 4, go_backwards: true, return_sequences: true}",
                    "{type: lstm, units: 4, go_backwards: true}");
}

static void the_forget_gate_starts_open(void **state) {
    const char *yaml[] = {"{type: lstm, units: 2, bias_initializer: {type: constant, value: 0.5}}",
                          "{type: lstm, units: 2, unit_forget_bias: false}"};
    nn_real expected[2][8] = {{0.5, 0.5, 1, 1, 0.5, 0.5, 0.5, 0.5}, {0}}, b[8];
    for (int i = 0; i < 2; i++) {
        nn_specimen *s = specimen_of("lstm", yaml[i], shape_of(2, 3), 1);
        nn_stream stream = nn_stream_of(1, NN_RANDOM_TEST, 1, 1);
        nn_initialize(&s->layer.param[2].initializer, &stream, &s->layer.param[2].shape, b);
        nn_claim_close(s, "first bias", 8, b, expected[i], 0);
        nn_specimen_destroy(s);
    }
}

static void dropout_hides_the_same_features_in_all_steps(void **state) {
    enum { T = 40, K = 30 };
    nn_specimen *s = specimen_of("lstm", "{type: lstm, units: 3, dropout: 0.5}", shape_of(T, K), 2);
    nn_trial backward = {.backward = true};
    nn_outcome *o = nn_specimen_run(s, &backward);
    int hidden[2] = {0};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < K; k++) {
            int zeros = 0;
            for (int t = 0; t < T; t++) zeros += o->dz_in[0][(i * T + t) * K + k] == 0;
            nn_claim(s, zeros == 0 || zeros == T, "feature %d is hidden in %d steps", k, zeros);
            hidden[i] += zeros == T;
        }
    nn_claim(s, hidden[0] > 4 && hidden[0] < 26 && hidden[1] > 4 && hidden[1] < 26,
             "%d and %d of %d hidden", hidden[0], hidden[1], K);
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

static void what_is_no_sequence_is_refused_in_words(void **state) {
    nn_shape six = nn_shape_of(1, (int64_t[]){6});
    claim_refused("lstm", "{type: lstm, units: 2}", six,
                  "lstm: its input has shape (6), a sequence (steps, features) is expected; "
                  "reshape makes a sequence of other shapes");
    claim_refused("lstm", "{type: lstm, units: 2, dropout: 1}", shape_of(3, 2),
                  "lstm: a rate of 1 would drop everything");
}

static void an_lstm_counts_its_weights_and_its_work(void **state) {
    nn_specimen *s = specimen_of("lstm", "{type: lstm, units: 5}", shape_of(7, 3), 1);
    assert_int_equal(nn_specimen_param(s, 0), 3 * 20);
    assert_int_equal(nn_specimen_param(s, 1), 5 * 20);
    assert_int_equal(nn_specimen_param(s, 2), 20);
    assert_true(s->layer.ops->flops(&s->layer) == 2.0 * 7 * 20 * (3 + 5));
    nn_specimen_destroy(s);
}

/* ---- normalisation ---- */

static void claim_same(const char *one_kind, const char *one_yaml, const char *other_kind,
                       const char *other_yaml, nn_shape one_shape, nn_shape other_shape) {
    nn_specimen *one = specimen_of(one_kind, one_yaml, one_shape, 3);
    nn_specimen *other = specimen_of(other_kind, other_yaml, other_shape, 3);
    the_same_weights(one, other);
    nn_trial backward = {.backward = true};
    nn_outcome *a = nn_specimen_run(one, &backward), *b = nn_specimen_run(other, &backward);
    nn_claim_close(one, "z", 3 * nn_specimen_out(one), a->z, b->z, 0);
    nn_claim_close(one, "dz", 3 * nn_specimen_out(one), a->dz_in[0], b->dz_in[0], 0);
    nn_outcome_destroy(a);
    nn_outcome_destroy(b);
    nn_specimen_destroy(one);
    nn_specimen_destroy(other);
}

static void one_group_of_a_vector_is_a_layer_norm(void **state) {
    nn_shape six = nn_shape_of(1, (int64_t[]){6});
    claim_same("group_norm", "{type: group_norm, groups: 1}", "layer_norm", "layer_norm", six, six);
}

static void as_many_groups_as_channels_is_minus_one(void **state) {
    claim_same("group_norm", "{type: group_norm, groups: 6}", "group_norm",
               "{type: group_norm, groups: -1}", shape_of(4, 6), shape_of(4, 6));
}

/* Mean 0 and variance 1 of what is normalised together, whatever offset and scale x had. */
static void a_norm_forgets_offset_and_scale(void **state) {
    nn_specimen *s = specimen_of("layer_norm", "{type: layer_norm, center: false, scale: false}",
                                 shape_of(1, 50), 2);
    for (int i = 0; i < 100; i++) s->z_in[0][i] = 1000 + 30 * s->z_in[0][i];
    nn_trial forward = {0};
    nn_outcome *o = nn_specimen_run(s, &forward);
    for (int i = 0; i < 2; i++) {
        double sum = 0, squares = 0;
        for (int k = 0; k < 50; k++) {
            double z = (double)o->z[i * 50 + k];
            sum += z, squares += z * z;
        }
        nn_claim(s, fabs(sum / 50) < 1e-4, "mean %g", sum / 50);
        nn_claim(s, fabs(squares / 50 - 1) < 1e-4, "variance %g", squares / 50);
    }
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

static void groups_that_do_not_divide_the_channels_are_refused(void **state) {
    claim_refused("group_norm", "{type: group_norm, groups: 4}", shape_of(3, 6),
                  "group_norm: 6 channels do not make 4 equal groups");
    claim_refused("group_norm", "{type: group_norm, groups: 0}", shape_of(3, 6),
                  "group_norm: 6 channels do not make 0 equal groups");
}

/* ---- attention ---- */

enum { T = 6, D = 4 };

static void what_comes_later_changes_nothing_before_it(void **state) {
    nn_specimen *s = specimen_of(
        "multi_head_attention", "{type: multi_head_attention, num_heads: 2, use_causal_mask: true}",
        shape_of(T, D), 1);
    nn_trial forward = {0};
    nn_outcome *before = nn_specimen_run(s, &forward);
    for (int t = T - 1; t > 0; t--) {
        for (int k = 0; k < D; k++) s->z_in[0][t * D + k] += 10;
        nn_outcome *after = nn_specimen_run(s, &forward);
        nn_claim_close(s, "what comes before a change", t * D, before->z, after->z, 0);
        nn_claim(s, memcmp(before->z + t * D, after->z + t * D, D * sizeof *after->z),
                 "position %d does not see itself", t);
        nn_outcome_destroy(after);
    }
    nn_outcome_destroy(before);
    nn_specimen_destroy(s);
}

static void without_a_mask_the_last_position_changes_all(void **state) {
    nn_specimen *s = specimen_of("multi_head_attention",
                                 "{type: multi_head_attention, num_heads: 2}", shape_of(T, D), 1);
    nn_trial forward = {0};
    nn_outcome *before = nn_specimen_run(s, &forward);
    for (int k = 0; k < D; k++) s->z_in[0][(T - 1) * D + k] += 1;
    nn_outcome *after = nn_specimen_run(s, &forward);
    for (int t = 0; t < T; t++)
        nn_claim(s, memcmp(before->z + t * D, after->z + t * D, D * sizeof *after->z),
                 "position %d does not see the last one", t);
    nn_outcome_destroy(before);
    nn_outcome_destroy(after);
    nn_specimen_destroy(s);
}

/* Three of six places are padding: the same as a sequence of the other three as values. */
static void padding_is_not_seen(void **state) {
    const char *with = "{type: multi_head_attention, num_heads: 2, use_padding_mask: true}";
    nn_habitat habitat = {.kind = "multi_head_attention",
                          .yaml = with,
                          .n_inputs = 3,
                          .in = {shape_of(T, D), shape_of(T, D), shape_of(1, T)}};
    nn_specimen *masked = nn_specimen_create(&habitat, 1);
    habitat.n_inputs = 2, habitat.in[1] = shape_of(3, D);
    habitat.yaml = "{type: multi_head_attention, num_heads: 2}";
    nn_specimen *shorter = nn_specimen_create(&habitat, 1);
    the_same_weights(masked, shorter);
    for (int t = 0; t < T; t++) masked->z_in[2][t] = (nn_real)(t % 2);
    for (int t = 1; t < T; t += 2)
        nn_copy(D, masked->z_in[1] + t * D, shorter->z_in[1] + t / 2 * D);
    nn_trial forward = {0};
    nn_outcome *a = nn_specimen_run(masked, &forward), *b = nn_specimen_run(shorter, &forward);
    nn_claim_close(masked, "z", T * D, a->z, b->z, 16 * NN_REAL_EPSILON);
    nn_outcome_destroy(a);
    nn_zero(T, masked->z_in[2]);
    a = nn_specimen_run(masked, &forward);
    for (int t = 0; t < T; t++)
        nn_claim_close(masked, "who sees nothing gets the bias", D, a->z + t * D, masked->W[7], 0);
    nn_outcome_destroy(a);
    nn_outcome_destroy(b);
    nn_specimen_destroy(masked);
    nn_specimen_destroy(shorter);
}

static void scores_of_a_thousand_do_not_overflow(void **state) {
    nn_specimen *s = specimen_of("multi_head_attention",
                                 "{type: multi_head_attention, num_heads: 2}", shape_of(T, D), 2);
    for (int i = 0; i < 2 * T * D; i++) s->z_in[0][i] *= 1000;
    nn_trial backward = {.backward = true};
    nn_outcome *o = nn_specimen_run(s, &backward);
    nn_claim(s, nn_all_finite(2 * T * D, o->z), "an output is not finite");
    nn_claim(s, nn_all_finite(2 * T * D, o->dz_in[0]), "a gradient is not finite");
    nn_outcome_destroy(o);
    nn_specimen_destroy(s);
}

static void attention_weights_have_the_shapes_of_keras(void **state) {
    const struct {
        const char *name;
        nn_shape shape;
    } expected[] = {{"query_kernel", {3, {6, 3, 2}}},
                    {"query_bias", {2, {3, 2}}},
                    {"key_kernel", {3, {6, 3, 2}}},
                    {"key_bias", {2, {3, 2}}},
                    {"value_kernel", {3, {6, 3, 5}}},
                    {"value_bias", {2, {3, 5}}},
                    {"attention_output_kernel", {3, {3, 5, 6}}},
                    {"attention_output_bias", {1, {6}}}};
    nn_specimen *s =
        specimen_of("multi_head_attention",
                    "{type: multi_head_attention, num_heads: 3, value_dim: 5}", shape_of(7, 6), 1);
    assert_int_equal(s->layer.n_params, 8);
    for (int k = 0; k < 8; k++) {
        assert_string_equal(s->layer.param[k].name, expected[k].name);
        assert_true(nn_shape_equal(&s->layer.param[k].shape, &expected[k].shape));
    }
    double projections = 2.0 * 7 * 6 * (6 + 6 + 15 + 15), heads = 2.0 * 7 * 7 * (6 + 15);
    assert_true(s->layer.ops->flops(&s->layer) == projections + heads);
    nn_specimen_destroy(s);
}

static void attention_that_cannot_be_is_refused_in_words(void **state) {
    claim_refused("multi_head_attention", "{type: multi_head_attention, num_heads: 4}",
                  shape_of(3, 6),
                  "multi_head_attention: 6 features do not make 4 equal heads; give key_dim");
    claim_refused("multi_head_attention",
                  "{type: multi_head_attention, num_heads: 2, use_padding_mask: true}",
                  shape_of(3, 6),
                  "multi_head_attention: 0 inputs given beside the mask, one to three expected; "
                  "query; query and value; or query, value and key");
    claim_refused("multi_head_attention", "{type: multi_head_attention, num_heads: 2}",
                  nn_shape_of(1, (int64_t[]){6}),
                  "multi_head_attention: input 1 has shape (6), a sequence (steps, features) is "
                  "expected");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_that_is_none_gives_nan_and_no_gradient),
        cmocka_unit_test(an_id_met_twice_gets_both_gradients),
        cmocka_unit_test(without_sequences_it_is_the_last_step_of_them),
        cmocka_unit_test(the_forget_gate_starts_open),
        cmocka_unit_test(dropout_hides_the_same_features_in_all_steps),
        cmocka_unit_test(what_is_no_sequence_is_refused_in_words),
        cmocka_unit_test(an_lstm_counts_its_weights_and_its_work),
        cmocka_unit_test(one_group_of_a_vector_is_a_layer_norm),
        cmocka_unit_test(as_many_groups_as_channels_is_minus_one),
        cmocka_unit_test(a_norm_forgets_offset_and_scale),
        cmocka_unit_test(groups_that_do_not_divide_the_channels_are_refused),
        cmocka_unit_test(what_comes_later_changes_nothing_before_it),
        cmocka_unit_test(without_a_mask_the_last_position_changes_all),
        cmocka_unit_test(padding_is_not_seen),
        cmocka_unit_test(scores_of_a_thousand_do_not_overflow),
        cmocka_unit_test(attention_weights_have_the_shapes_of_keras),
        cmocka_unit_test(attention_that_cannot_be_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
