/* Models of sequences: what transformer_block stands for, and losses by position. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "build.h"
#include "nnmpi/tensor.h"

enum { N = 2, T = 5, D = 6 };

static nn_shape sequence(void) {
    return nn_shape_of(2, (int64_t[]){T, D});
}

/* y: what the loss compares with. */
typedef struct run {
    nn_real x[N * T * D], y[N * T * D];
    int32_t label[N * T];
    int64_t sample[N];
    nn_batch batch;
} run;

static void fill(run *r) {
    nn_stream stream = nn_stream_of(3, NN_RANDOM_TEST, 0, 0);
    for (int i = 0; i < N * T * D; i++) r->x[i] = nn_random_normal(&stream, (uint64_t)i);
    for (int i = 0; i < N * T * D; i++) r->y[i] = nn_random_normal(&stream, 1000 + (uint64_t)i);
    r->sample[0] = 4, r->sample[1] = 9;
    r->batch = (nn_batch){
        .n = N, .x = r->x, .y = r->y, .sample = r->sample, .seed = 1, .step = 2, .training = true};
}

/* Forward, loss, backward; the loss. */
static double pass(built *b, const run *r) {
    if (!b->model) fail_msg("%s", nn_error_message());
    poison(b->model);
    nn_model_forward(b->model, &r->batch);
    double loss = nn_model_loss(b->model, &r->batch).loss;
    nn_model_backward(b->model, &r->batch);
    return loss;
}

static void claim_equal_models(const char *one, const char *other) {
    run r;
    fill(&r);
    built a = build_model(one, "mean_squared_error", sequence(), N);
    built b = build_model(other, "mean_squared_error", sequence(), N);
    double first = pass(&a, &r), second = pass(&b, &r);
    if (first != second || !isfinite(first)) fail_msg("%s: %g, %g", one, first, second);
    assert_int_equal(a.model->size, b.model->size);
    assert_memory_equal(a.model->W, b.model->W, (size_t)a.model->size * sizeof(nn_real));
    assert_memory_equal(a.model->dW, b.model->dW, (size_t)a.model->size * sizeof(nn_real));
    destroy_model(&a);
    destroy_model(&b);
}

static void a_transformer_block_is_two_residuals(void **state) {
    claim_equal_models(
        "[{type: transformer_block, num_heads: 2, ff_dim: 7, causal: true, dropout: 0.2}]",
        "[{type: residual, layers: [{type: layer_norm, epsilon: 1e-5}, {type: multi_head_attention,"
        " num_heads: 2, use_causal_mask: true, dropout: 0.2}, {type: dropout, rate: 0.2}]},"
        " {type: residual, layers: [{type: layer_norm, epsilon: 1e-5}, {type: dense, units: 7,"
        " activation: gelu}, {type: dense, units: 6}, {type: dropout, rate: 0.2}]}]");
    claim_equal_models(
        "[{type: transformer_block, num_heads: 2, key_dim: 4, ff_dim: 5, activation: relu,"
        " normalize_first: false, epsilon: 0.01}]",
        "[{type: residual, layers: [{type: multi_head_attention, num_heads: 2, key_dim: 4}]},"
        " {type: layer_norm, epsilon: 0.01}, {type: residual, layers: [{type: dense, units: 5,"
        " activation: relu}, {type: dense, units: 6}]}, {type: layer_norm, epsilon: 0.01}]");
}

/* Its width is that of its input, wherever that comes from. */
static void a_block_is_as_wide_as_what_it_reads(void **state) {
    const char *layers =
        "[{type: dense, units: 4, name: narrow}, {type: repeat, times: 2, layers: "
        "[{type: transformer_block, num_heads: 2, ff_dim: 3, name: block}]},"
        "{type: dense, units: 8, name: wide}, {type: transformer_block, num_heads: 2, "
        "ff_dim: 5, inputs: narrow, name: again}, {type: concat, inputs: "
        "[wide, again]}]";
    built b = build_model(layers, NULL, sequence(), N);
    if (!b.model) fail_msg("%s", nn_error_message());
    nn_shape expected = nn_shape_of(2, (int64_t[]){T, 12});
    assert_true(nn_shape_equal(&b.model->output, &expected));
    destroy_model(&b);
}

static void a_block_that_is_not_trainable_keeps_its_weights(void **state) {
    built b = build_model("[{type: transformer_block, num_heads: 2, ff_dim: 3, trainable: false}, "
                          "{type: dense, units: 2}]",
                          NULL, sequence(), N);
    if (!b.model) fail_msg("%s", nn_error_message());
    assert_int_equal(b.model->parameters, 6 * 2 + 2);
    destroy_model(&b);
}

static void heads_that_do_not_fit_are_told_at_the_block(void **state) {
    built b = build_model("\n  - {type: dense, units: 5}\n  - type: transformer_block\n"
                          "    num_heads: 2\n    ff_dim: 3\n",
                          NULL, sequence(), N);
    assert_null(b.model);
    assert_non_null(strstr(nn_error_message(), "test.yaml:5"));
    assert_non_null(strstr(nn_error_message(), "5 features do not make 2 equal heads"));
    destroy_model(&b);
}

/* ---- losses by position ---- */

static const char text_model[] =
    "[{type: embedding, input_dim: 4, output_dim: 6}, positional_embedding,"
    " {type: repeat, times: 2, layers: [{type: transformer_block, num_heads: 2, ff_dim: 7,"
    " causal: true}]}, {type: lstm, units: 5, return_sequences: true},"
    " {type: bidirectional, layer: {type: gru, units: 3, return_sequences: true}}, layer_norm,"
    " {type: dense, units: 4, activation: softmax}]";

static built text_run(run *r, const char *layers) {
    nn_shape ids = nn_shape_of(1, (int64_t[]){T});
    fill(r);
    for (int i = 0; i < N * T; i++) r->x[i] = (i * i + i / 3) % 4, r->label[i] = (3 * i + 1) % 4;
    r->batch.y = NULL, r->batch.label = r->label;
    built b = build_model(layers, "categorical_crossentropy", ids, N);
    if (!b.model) fail_msg("%s", nn_error_message());
    return b;
}

static void the_gradient_of_a_text_model_equals_differences(void **state) {
    run r;
    built b = text_run(&r, text_model);
    nn_model *m = b.model;
    pass(&b, &r);
    nn_real *gradient = NN_NEW_ARRAY(nn_document_arena(b.document), nn_real, m->size);
    nn_copy(m->size, m->dW, gradient);
    for (int i = 0; i < m->n_params; i++)
        for (int64_t k = 0; k < m->param[i].size; k += 1 + m->param[i].size / 7) {
            nn_real *w = m->W + m->param[i].offset + k, was = *w, h = 1e-4;
            *w = was + h;
            double above = pass(&b, &r);
            *w = was - h;
            double expected = (above - pass(&b, &r)) / (2 * h);
            double given = gradient[m->param[i].offset + k];
            *w = was;
            if (fabs(given - expected) > 1e-6 * fmax(1, fabs(expected)))
                fail_msg("%s, entry %lld: %.12g given, %.12g by differences", m->param[i].name,
                         (long long)k, given, expected);
        }
    destroy_model(&b);
}

static void there_is_one_row_of_the_loss_for_each_token(void **state) {
    run r;
    built b = text_run(&r, text_model);
    pass(&b, &r);
    nn_rows rows = nn_model_rows(b.model, &r.batch);
    assert_int_equal(rows.n, N * T);
    assert_int_equal(rows.width, 4);
    destroy_model(&b);
}

static void an_id_out_of_range_makes_the_loss_not_finite(void **state) {
    const char *bodies[] = {"relu", "{type: lstm, units: 3, return_sequences: true}",
                            "{type: transformer_block, num_heads: 2, ff_dim: 3}",
                            "{type: gru, units: 3, activation: relu, return_sequences: true}"};
    for (int i = 0; i < 4; i++) {
        run r;
        nn_buffer text = {0};
        nn_buffer_add(&text,
                      "[{type: embedding, input_dim: 4, output_dim: 6}, %s,"
                      " {type: dense, units: 4, activation: softmax}]",
                      bodies[i]);
        built b = text_run(&r, text.text);
        assert_true(isfinite(pass(&b, &r)));
        r.x[T + 1] = 4;
        if (isfinite(pass(&b, &r))) fail_msg("%s hides a wrong id", bodies[i]);
        destroy_model(&b);
        nn_buffer_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transformer_block_is_two_residuals),
        cmocka_unit_test(a_block_is_as_wide_as_what_it_reads),
        cmocka_unit_test(a_block_that_is_not_trainable_keeps_its_weights),
        cmocka_unit_test(heads_that_do_not_fit_are_told_at_the_block),
        cmocka_unit_test(the_gradient_of_a_text_model_equals_differences),
        cmocka_unit_test(there_is_one_row_of_the_loss_for_each_token),
        cmocka_unit_test(an_id_out_of_range_makes_the_loss_not_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
