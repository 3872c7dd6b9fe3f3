/* How the weights of each layer are trained: factors, regularizers, frozen layers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nnmpi/random.h"

#include "build.h"

static built model_of(const char *layers, nn_shape input) {
    built b = build_model(layers, "mean_squared_error", input, 4);
    if (!b.model) fail_msg("%s\n%s", layers, nn_error_message());
    return b;
}

static nn_shape shape(int rank, int64_t a, int64_t b, int64_t c) {
    return nn_shape_of(rank, (int64_t[]){a, b, c});
}

static const nn_tensor *tensor(const built *b, const char *name) {
    for (int i = 0; i < b->model->n_params; i++)
        if (strcmp(b->model->param[i].name, name) == 0) return &b->model->param[i];
    fail_msg("there is no %s", name);
    return NULL;
}

/* ---- which regularizer is for which weights ---- */

static void a_regularizer_is_for_the_weights_that_it_names(void **state) {
    static const struct {
        const char *layer, *regularizer, *weight;
    } uses[] = {
        {"type: dense, units: 3", "kernel", "kernel"},
        {"type: dense, units: 3", "bias", "bias"},
        {"type: lstm, units: 2", "kernel", "kernel"},
        {"type: lstm, units: 2", "recurrent", "recurrent_kernel"},
        {"type: bidirectional, layer: {type: gru, units: 2}", "recurrent",
         "backward_recurrent_kernel"},
        {"type: bidirectional, layer: {type: gru, units: 2}", "kernel", "forward_kernel"},
        {"type: multi_head_attention, num_heads: 1", "kernel", "query_kernel"},
        {"type: multi_head_attention, num_heads: 1", "bias", "attention_output_bias"},
        {"type: separable_conv2d, filters: 2, kernel_size: 1", "depthwise", "depthwise_kernel"},
        {"type: separable_conv2d, filters: 2, kernel_size: 1", "pointwise", "pointwise_kernel"},
        {"type: positional_embedding", "embeddings", "embeddings"},
        {"type: layer_norm", "gamma", "gamma"},
        {"type: batch_norm", "beta", "beta"},
        {"type: rms_norm", "gamma", "scale"},
        {"type: prelu", "alpha", "alpha"},
    };
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        char layers[200], name[100];
        bool image = strstr(uses[i].layer, "conv2d");
        snprintf(layers, sizeof layers, "[{name: it, %s, %s_regularizer: {l1: 0.5, l2: 0.25}}]",
                 uses[i].layer, uses[i].regularizer);
        snprintf(name, sizeof name, "it/%s", uses[i].weight);
        built b = model_of(layers, image ? shape(3, 3, 3, 2) : shape(2, 3, 4, 0));
        const nn_tensor *it = tensor(&b, name);
        if (it->l1 != 0.5 || it->l2 != 0.25) fail_msg("%s: not %s", layers, name);
        for (int k = 0; k < b.model->n_params; k++) {
            const nn_tensor *other = &b.model->param[k];
            const char *key = nn_regularizer_key(other->weight);
            bool same = strcmp(key, nn_regularizer_key(it->weight)) == 0;
            if (!same && (other->l1 != 0 || other->l2 != 0))
                fail_msg("%s: %s", layers, other->name);
        }
        destroy_model(&b);
    }
}

static void regularizer_alone_is_for_kernels_and_embeddings_without_their_own(void **state) {
    built b =
        model_of("[{type: lstm, units: 2, name: it, regularizer: {l2: 1}, kernel_regularizer: "
                 "{l2: 3}}, {type: dense, units: 2, name: plain}]",
                 shape(2, 3, 4, 0));
    assert_true(tensor(&b, "it/kernel")->l2 == 3);
    assert_true(tensor(&b, "it/recurrent_kernel")->l2 == 1);
    assert_true(tensor(&b, "it/bias")->l2 == 0);
    assert_true(tensor(&b, "plain/kernel")->l2 == 0);
    destroy_model(&b);
}

static void a_composition_hands_its_rules_to_the_layers_inside(void **state) {
    built b = model_of(
        "[{type: residual, learning_rate_factor: 0.5, weight_decay_factor: 0.1, "
        "regularizer: {l1: 1}, layers: [{type: dense, units: 4, name: a, learning_rate_factor: 4}, "
        "{type: concat, weight_decay_factor: 0, branches: [[{type: dense, units: 4, name: b, "
        "regularizer: {l2: 2}}], [{type: dense, units: 4, name: c, trainable: false}]]}, "
        "{type: dense, units: 4, name: d}]}, {type: dense, units: 2, name: outside}]",
        shape(1, 4, 0, 0));
    const nn_tensor *a = tensor(&b, "a/kernel"), *bb = tensor(&b, "b/kernel"),
                    *c = tensor(&b, "c/kernel"), *outside = tensor(&b, "outside/kernel");
    assert_true(a->learning_rate_factor == 2 && a->weight_decay_factor == 0.1 && a->l1 == 1);
    assert_true(bb->learning_rate_factor == 0.5 && bb->weight_decay_factor == 0);
    assert_true(bb->l1 == 0 && bb->l2 == 2);
    assert_true(!c->trainable && c->l1 == 0);
    assert_true(tensor(&b, "d/kernel")->weight_decay_factor == 0.1);
    assert_true(outside->learning_rate_factor == 1 && outside->weight_decay_factor == 1);
    assert_true(outside->trainable && outside->l1 == 0);
    destroy_model(&b);
    b = model_of("[{type: residual, kernel_regularizer: {l2: 1}, layers: [{type: dense, units: 4, "
                 "regularizer: {l2: 3}, name: inner}, {type: dense, units: 4, name: outer}]}]",
                 shape(1, 4, 0, 0));
    assert_true(tensor(&b, "inner/kernel")->l2 == 3 && tensor(&b, "outer/kernel")->l2 == 1);
    destroy_model(&b);
    b = model_of("[{type: repeat, times: 2, trainable: false, layers: [{type: dense, units: 4}]}, "
                 "{type: transformer_block, num_heads: 1, ff_dim: 3, regularizer: {l2: 1}}]",
                 shape(2, 3, 4, 0));
    assert_true(!tensor(&b, "dense/kernel")->trainable && !tensor(&b, "dense_1/bias")->trainable);
    assert_true(tensor(&b, "multi_head_attention/value_kernel")->l2 == 1);
    assert_true(tensor(&b, "layer_norm/gamma")->l2 == 0);
    destroy_model(&b);
}

static void a_factor_of_zero_is_not_trained(void **state) {
    built b = model_of("[{type: dense, units: 2, learning_rate_factor: 0, regularizer: {l1: 1}}]",
                       shape(1, 4, 0, 0));
    assert_false(b.model->param[0].trainable);
    assert_true(b.model->param[0].l1 == 0);
    assert_int_equal(b.model->parameters, 0);
    destroy_model(&b);
}

/* ---- the penalty ---- */

enum { N = 4, IN = 3, OUT = 2 };

typedef struct problem {
    built b;
    nn_real x[N * IN], y[N * OUT];
    int64_t sample[N];
} problem;

static void set_up(problem *p, const char *layers) {
    nn_stream stream = nn_stream_of(7, NN_RANDOM_TEST, 0, 0);
    p->b = model_of(layers, shape(1, IN, 0, 0));
    for (int i = 0; i < N * IN; i++) p->x[i] = nn_random_normal(&stream, (uint64_t)i);
    for (int i = 0; i < N * OUT; i++) p->y[i] = nn_random_normal(&stream, 100 + (uint64_t)i);
    for (int i = 0; i < N; i++) p->sample[i] = i;
}

static nn_batch batch_of(problem *p) {
    return (nn_batch){.n = N, .x = p->x, .y = p->y, .sample = p->sample, .training = true};
}

/* What is made small, times n: sum_i L + n P. */
static double loss_of(problem *p) {
    nn_batch batch = batch_of(p);
    nn_model_forward(p->b.model, &batch);
    return nn_model_loss(p->b.model, &batch).loss + N * nn_model_penalty(p->b.model);
}

static void the_gradient_of_loss_and_penalty_equals_its_difference(void **state) {
    problem p;
    set_up(&p, "[{type: dense, units: 3, name: twice, regularizer: {l2: 0.4}}, "
               "{type: shared, layer: twice}, {type: dense, units: 5, activation: tanh, "
               "kernel_regularizer: {l1: 0.3}, bias_regularizer: {l2: 0.2}}, "
               "{type: dense, units: 2, regularizer: {l1: 0.1, l2: 0.7}}]");
    nn_model *m = p.b.model;
    nn_batch batch = batch_of(&p);
    for (int64_t i = 0; i < m->param[3].size; i++) m->W[m->param[3].offset + i] = 0.1 * (double)i;
    double whole = loss_of(&p);
    nn_model_backward(m, &batch);
    double penalty = nn_model_penalize(m, N);
    assert_true(penalty > 0 && penalty == nn_model_penalty(m));
    assert_true(whole > N * penalty);
    for (int k = 0; k < m->n_params; k++)
        for (int64_t i = 0; i < m->param[k].size; i++) {
            nn_real *w = &m->W[m->param[k].offset + i], before = *w;
            if (fabs(before) < 1e-4 && m->param[k].l1 > 0) continue; /* a kink */
            const double h = 1e-5;
            *w = before + h;
            double above = loss_of(&p);
            *w = before - h;
            double below = loss_of(&p), given = m->dW[m->param[k].offset + i];
            *w = before;
            double expected = (above - below) / (2 * h);
            if (!(fabs(given - expected) < 1e-7 * (1 + fabs(expected))))
                fail_msg("%s %d: %.12g by differences, %.12g given", m->param[k].name, (int)i,
                         expected, given);
        }
    destroy_model(&p.b);
}

static void a_magnitude_of_zero_has_no_slope(void **state) {
    problem p;
    set_up(&p, "[{type: dense, units: 2, kernel_initializer: zeros, regularizer: {l1: 5}}]");
    for (int64_t i = 0; i < p.b.model->size; i++) p.b.model->dW[i] = 0;
    assert_true(nn_model_penalize(p.b.model, N) == 0);
    for (int64_t i = 0; i < p.b.model->size; i++) assert_true(p.b.model->dW[i] == 0);
    destroy_model(&p.b);
}

/* ---- frozen ---- */

static void run(problem *p, bool training) {
    nn_batch batch = batch_of(p);
    batch.training = training;
    nn_model_forward(p->b.model, &batch);
}

/* As in Keras: a batch_norm that is not trained neither measures nor moves. */
static void a_frozen_batch_norm_uses_its_running_averages_and_keeps_them(void **state) {
    problem p;
    double S[64], z[N * OUT];
    set_up(&p, "[{type: dense, units: 2}, {type: batch_norm, trainable: false, "
               "moving_mean_initializer: {type: constant, value: 0.3}}]");
    assert_false(p.b.model->coupled);
    assert_true(p.b.model->state_size <= 64);
    memcpy(S, p.b.model->S, (size_t)p.b.model->state_size * sizeof *S);
    run(&p, false);
    memcpy(z, nn_model_output(p.b.model), sizeof z);
    run(&p, true);
    assert_memory_equal(z, nn_model_output(p.b.model), sizeof z);
    assert_memory_equal(S, p.b.model->S, (size_t)p.b.model->state_size * sizeof *S);
    destroy_model(&p.b);
}

static void the_gradient_through_a_frozen_batch_norm_equals_its_difference(void **state) {
    problem p;
    set_up(&p, "[{type: dense, units: 2}, {type: batch_norm, trainable: false, "
               "moving_variance_initializer: {type: constant, value: 0.5}}]");
    nn_model *m = p.b.model;
    nn_batch batch = batch_of(&p);
    loss_of(&p);
    nn_model_backward(m, &batch);
    for (int64_t i = 0; i < m->param[0].size; i++) {
        nn_real *w = &m->W[m->param[0].offset + i], before = *w;
        *w = before + 1e-5;
        double above = loss_of(&p);
        *w = before - 1e-5;
        double expected = (above - loss_of(&p)) / 2e-5, given = m->dW[m->param[0].offset + i];
        *w = before;
        assert_true(fabs(given - expected) < 1e-8 * (1 + fabs(expected)));
    }
    destroy_model(&p.b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_regularizer_is_for_the_weights_that_it_names),
        cmocka_unit_test(regularizer_alone_is_for_kernels_and_embeddings_without_their_own),
        cmocka_unit_test(a_composition_hands_its_rules_to_the_layers_inside),
        cmocka_unit_test(a_factor_of_zero_is_not_trained),
        cmocka_unit_test(the_gradient_of_loss_and_penalty_equals_its_difference),
        cmocka_unit_test(a_magnitude_of_zero_has_no_slope),
        cmocka_unit_test(a_frozen_batch_norm_uses_its_running_averages_and_keeps_them),
        cmocka_unit_test(the_gradient_through_a_frozen_batch_norm_equals_its_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
