/* activity_regularizer: the penalty on what layers give is in the loss and in the gradient. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "build.h"
#include "nnmpi/random.h"
#include "nnmpi/tensor.h"

enum { N = 3, T = 4, D = 5, MOST = N * T * D };

typedef struct run {
    nn_real x[MOST], y[MOST];
    int64_t sample[N];
    nn_batch batch;
} run;

static void fill(run *r) {
    nn_stream stream = nn_stream_of(3, NN_RANDOM_TEST, 0, 0);
    for (int i = 0; i < MOST; i++) r->x[i] = nn_random_normal(&stream, (uint64_t)i);
    for (int i = 0; i < MOST; i++) r->y[i] = nn_random_normal(&stream, 1000 + (uint64_t)i);
    for (int i = 0; i < N; i++) r->sample[i] = 7 * i;
    r->batch = (nn_batch){
        .n = N, .x = r->x, .y = r->y, .sample = r->sample, .seed = 1, .step = 2, .training = true};
}

static built model_of(const char *layers, const char *loss, run *r) {
    built b = build_model(layers, loss, nn_shape_of(2, (int64_t[]){T, D}), N);
    if (!b.model) fail_msg("%s: %s", layers, nn_error_message());
    fill(r);
    return b;
}

static nn_loss_sum pass(built *b, const run *r) {
    poison(b->model);
    nn_model_forward(b->model, &r->batch);
    nn_loss_sum sum = nn_model_loss(b->model, &r->batch);
    nn_model_backward(b->model, &r->batch);
    return sum;
}

static const char *const bodies[] = {
    "[{type: dense, units: 3, activity_regularizer: {l1: 0.1, l2: 0.3}}, relu, {type: dense, units:"
    " 5}]",
    "[{type: dense, units: 5, activation: tanh, activity_regularizer: {l2: 0.3}, name: a}, {type:"
    " dropout, rate: 0.4}, {type: tanh, activity_regularizer: {l1: 0.2}}, {type: residual, layers:"
    " [{type: lstm, units: 5, return_sequences: true, activity_regularizer: {l2: 0.2}}]}, {type:"
    " shared, layer: a}, flatten, {type: reshape, target_shape: [4, 5], activity_regularizer: {l1:"
    " 0.7}}, {type: layer_norm, trainable: false}]",
    "[{type: dense, units: 5, trainable: false, activity_regularizer: {l2: 0.3}}, {type: dense,"
    " units: 5, activity_regularizer: {l1: 0.25, l2: 0.125}}]",
    "[{type: dense, units: 5}, {type: batch_norm, activity_regularizer: {l1: 0.1, l2: 0.3}}, {type:"
    " dense, units: 5}]",
    "[{type: dense, units: 5, activation: softmax, activity_regularizer: {l1: 0.1, l2: 2}}]",
};

static void the_gradient_of_the_penalty_equals_differences(void **state) {
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        run r;
        built b =
            model_of(bodies[i], i == 4 ? "categorical_crossentropy" : "mean_squared_error", &r);
        for (int k = 0; k < MOST && i == 4; k++) r.y[k] = k % D == 2;
        nn_model *m = b.model;
        pass(&b, &r);
        nn_real *given = NN_NEW_ARRAY(nn_document_arena(b.document), nn_real, m->size);
        nn_copy(m->size, m->dW, given);
        for (int p = 0; p < m->n_params; p++)
            for (int64_t k = 0; m->param[p].trainable && k < m->param[p].size; k += 3) {
                int64_t at = m->param[p].offset + k;
                nn_real was = m->W[at], h = 1e-5;
                m->W[at] = was + h;
                double above = pass(&b, &r).loss;
                m->W[at] = was - h;
                double difference = (above - pass(&b, &r).loss) / (2 * h);
                m->W[at] = was;
                if (fabs(difference - given[at]) > 1e-5 * fmax(1, fabs(difference)))
                    fail_msg("%s: %s[%lld]: %.10g given, %.10g by differences", bodies[i],
                             m->param[p].name, (long long)k, given[at], difference);
            }
        destroy_model(&b);
    }
}

/* Of layer v: A of sample i. */
static double penalty(const nn_real *z, int64_t n, double l1, double l2) {
    double sum = 0;
    for (int64_t k = 0; k < n; k++) sum += l1 * fabs(z[k]) + l2 * z[k] * z[k];
    return sum;
}

static void the_mean_loss_grows_by_the_mean_penalty_of_a_sample(void **state) {
    run r, s;
    built a = model_of("[{type: dense, units: 5, activity_regularizer: {l1: 0.25, l2: 0.125}}]",
                       "mean_squared_error", &r);
    built b = model_of("[{type: dense, units: 5}]", "mean_squared_error", &s);
    nn_loss_sum with = pass(&a, &r), without = pass(&b, &s);
    nn_real z[MOST];
    nn_model_forward(b.model, &s.batch);
    nn_model_predict(b.model, N, z);
    double expected = penalty(z, MOST, 0.25, 0.125) / N;
    double given = with.loss / with.rows - without.loss / without.rows;
    if (fabs(given - expected) > 1e-12 * expected) fail_msg("%.15g, not %.15g", given, expected);
    destroy_model(&a);
    destroy_model(&b);
}

static void a_shared_layer_has_the_penalty_in_any_order(void **state) {
    run r, s;
    built one = model_of("[{type: dense, units: 5, name: a, activity_regularizer: {l2: 0.5}}, "
                         "{type: shared, layer: a}]",
                         "mean_squared_error", &r);
    built other = model_of(
        "[{type: dense, units: 5, name: a, inputs: [c], activity_regularizer: {l2: 0.5}}, {type: "
        "shared, layer: a, inputs: [input], name: c}, {type: linear, inputs: [a]}]",
        "mean_squared_error", &s);
    nn_copy(one.model->size, one.model->W, other.model->W);
    double expected = pass(&one, &r).loss, given = pass(&other, &s).loss;
    if (fabs(expected - given) > 1e-12 * expected) fail_msg("%.15g, not %.15g", given, expected);
    destroy_model(&one);
    destroy_model(&other);
}

static void one_sample_after_the_other_has_the_penalty_of_all(void **state) {
    run r;
    built b = model_of(bodies[1], "mean_squared_error", &r);
    r.batch.training = false;
    nn_model_forward(b.model, &r.batch);
    nn_loss_sum whole = nn_model_loss(b.model, &r.batch), parts = {0};
    for (int i = 0; i < N; i++) {
        r.batch.first_row = i * T, r.batch.rows = T;
        nn_loss_sum one = nn_model_loss(b.model, &r.batch);
        parts.loss += one.loss, parts.rows += one.rows;
    }
    assert_true(parts.rows == whole.rows);
    assert_true(fabs(parts.loss - whole.loss) <= 1e-12 * whole.loss);
    destroy_model(&b);
}

static void a_composition_has_none(void **state) {
    built b = build_model("[{type: residual, activity_regularizer: {l1: 1}, layers: [{type: dense,"
                          " units: 5}]}]",
                          NULL, nn_shape_of(2, (int64_t[]){T, D}), N);
    assert_null(b.model);
    assert_non_null(strstr(nn_error_message(), "activity_regularizer is of one layer"));
    destroy_model(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_of_the_penalty_equals_differences),
        cmocka_unit_test(the_mean_loss_grows_by_the_mean_penalty_of_a_sample),
        cmocka_unit_test(a_shared_layer_has_the_penalty_in_any_order),
        cmocka_unit_test(one_sample_after_the_other_has_the_penalty_of_all),
        cmocka_unit_test(a_composition_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
