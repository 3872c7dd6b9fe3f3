/* A model that is shown one position at a time says what it says of the sequence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "build.h"
#include "nnmpi/stepper.h"

enum { T = 12, WORDS = 7 };

static built of_text(const char *body) {
    nn_buffer text = {0};
    nn_buffer_add(&text,
                  "[{type: embedding, input_dim: 7, output_dim: 8}, %s,"
                  " {type: dense, units: 7, activation: softmax}]",
                  body);
    built b = build_model(text.text, "categorical_crossentropy", nn_shape_of(1, (int64_t[]){T}), 1);
    nn_buffer_free(&text);
    if (!b.model) fail_msg("%s", nn_error_message());
    for (int64_t i = 0; i < b.model->size; i++) b.model->W[i] *= 2; /* far from even chances */
    return b;
}

static void fill(nn_real *x, int first) {
    for (int t = 0; t < T; t++) x[t] = (nn_real)((first + t * t + t / 3) % WORDS);
}

/* p: [T, WORDS] */
static void whole(built *b, const nn_real *x, nn_real *p) {
    int64_t sample = 0;
    nn_batch batch = {.n = 1, .x = x, .sample = &sample};
    poison(b->model);
    nn_model_forward(b->model, &batch);
    nn_model_predict(b->model, 1, p);
    poison(b->model); /* what is carried lies elsewhere */
}

static void claim_same(const char *body, nn_stepper *s, built *b, int first) {
    nn_real x[T], p[T * WORDS], q[WORDS];
    double worst = 0, allowed = sizeof(nn_real) == 4 ? 1e-5 : 1e-12;
    fill(x, first);
    whole(b, x, p);
    for (int t = 0; t < T; t++) {
        nn_stepper_step(s, &x[t], q);
        for (int j = 0; j < WORDS; j++)
            worst = fmax(worst, fabs(log((double)q[j]) - log((double)p[t * WORDS + j])));
        if (!(worst <= allowed)) fail_msg("%s: log p differs by %g at %d", body, worst, t);
    }
}

static const char *const bodies[] = {
    "{type: lstm, units: 9, return_sequences: true}",
    "{type: gru, units: 9, return_sequences: true}",
    "{type: gru, units: 9, reset_after: false, return_sequences: true}",
    "{type: repeat, times: 2, layers: [{type: simple_rnn, units: 9, return_sequences: true}]}",
    "positional_embedding, {type: repeat, times: 3, layers: [{type: transformer_block,"
    " num_heads: 2, ff_dim: 16, causal: true, dropout: 0.1}]}",
    "{type: positional_embedding, encoding: sinusoidal}, {type: transformer_block, num_heads: 4,"
    " ff_dim: 5, causal: true, normalize_first: false}",
    "{type: residual, layers: [{type: lstm, units: 8, return_sequences: true}, batch_norm]},"
    " {type: concat, branches: [[{type: slice, axis: -1, size: 3}, gelu], [{type: gru, units: 4,"
    " return_sequences: true}, rms_norm], []]}, {type: multi_head_attention, num_heads: 3, key_dim:"
    " 5, value_dim: 2, use_causal_mask: true}, {type: prelu, shared_axes: 1}",
    "{type: dense, units: 8, activation: tanh, name: d}, {type: lstm, units: 8, return_sequences:"
    " true, name: l}, {type: shared, layer: d}, {type: shared, layer: l}"};

static void one_position_at_a_time_gives_the_probabilities_of_the_sequence(void **state) {
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        built b = of_text(bodies[i]);
        const nn_layer *obstacle;
        nn_stepper *s = nn_stepper_create(b.model, nn_document_arena(b.document), &obstacle);
        if (!s) fail_msg("%s: %s cannot", bodies[i], obstacle->name);
        for (int first = 0; first < 2; first++) {
            nn_stepper_rewind(s);
            claim_same(bodies[i], s, &b, first);
        }
        destroy_model(&b);
    }
}

static void attention_has_room_for_its_sequence_and_recurrence_for_any(void **state) {
    built b = of_text(bodies[4]), c = of_text(bodies[0]);
    const nn_layer *obstacle;
    nn_stepper *bounded = nn_stepper_create(b.model, nn_document_arena(b.document), &obstacle);
    nn_stepper *endless = nn_stepper_create(c.model, nn_document_arena(c.document), &obstacle);
    nn_real x = 0, p[WORDS];
    assert_int_equal(nn_stepper_room(bounded), T);
    for (int t = 0; t < T; t++) nn_stepper_step(bounded, &x, p);
    assert_int_equal(nn_stepper_room(bounded), 0);
    nn_stepper_rewind(bounded);
    assert_int_equal(nn_stepper_room(bounded), T);
    for (int t = 0; t < 3 * T; t++) nn_stepper_step(endless, &x, p);
    assert_true(nn_stepper_room(endless) == INT64_MAX);
    destroy_model(&b);
    destroy_model(&c);
}

static void what_needs_the_whole_sequence_is_named(void **state) {
    static const char *const needs[] = {
        "{type: bidirectional, name: culprit, layer: {type: gru, units: 2, return_sequences: "
        "true}}",
        "{type: multi_head_attention, name: culprit, num_heads: 2}",
        "{type: conv1d, name: culprit, filters: 3, kernel_size: 3, padding: same}",
        "{type: lstm, name: culprit, units: 3, return_sequences: true, go_backwards: true}",
        "{type: lstm, name: culprit, units: 3}",
        "{type: prelu, name: culprit}",
        "{type: avg_pool1d, name: culprit, pool_size: 2}",
        "{type: permute, name: culprit, dims: [2, 1]}",
        "{type: group_norm, name: culprit, groups: 2}",
        "{type: slice, name: culprit, axis: 1, size: 3}"};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        built b = of_text(needs[i]);
        const nn_layer *obstacle = NULL;
        assert_null(nn_stepper_create(b.model, nn_document_arena(b.document), &obstacle));
        assert_string_equal(obstacle->name, "culprit");
        assert_string_equal(nn_error_message(), "");
        destroy_model(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_position_at_a_time_gives_the_probabilities_of_the_sequence),
        cmocka_unit_test(attention_has_room_for_its_sequence_and_recurrence_for_any),
        cmocka_unit_test(what_needs_the_whole_sequence_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
