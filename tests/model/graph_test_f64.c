/* Backpropagation over graphs: 200 random compositions of the layers there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "model/private.h"
#include "nnmpi/random.h"

#include "build.h"

/* ---- a random composition, written as YAML ---- */

typedef struct writer {
    nn_stream stream;
    uint64_t drawn;
    nn_buffer text;
    int names;          /* named dense layers so far: d1, d2 ... */
    int64_t in[64];     /* the width of their inputs */
    int64_t out[64];    /* and outputs */
    bool inside_repeat; /* names there belong to a turn */
} writer;

static int64_t draw(writer *w, int64_t n) {
    return (int64_t)(nn_random_bits(&w->stream, w->drawn++) % (uint64_t)n);
}

static const char *smooth(writer *w) {
    static const char *const names[] = {"tanh",     "sigmoid", "gelu",    "silu",
                                        "softplus", "linear",  "softmax", "elu"};
    return names[draw(w, 8)];
}

static int64_t dense(writer *w, int64_t in, int64_t out) {
    nn_buffer_add(&w->text, "{type: dense, units: %lld, activation: %s", (long long)out, smooth(w));
    if (!w->inside_repeat && w->names < 63 && draw(w, 2)) {
        int name = ++w->names;
        w->in[name] = in, w->out[name] = out;
        nn_buffer_add(&w->text, ", name: d%d", name);
    }
    nn_buffer_add(&w->text, "}");
    return out;
}

static int64_t list(writer *w, int64_t width, int64_t wanted, int depth);

static int64_t branches(writer *w, int64_t width, int depth, bool same) {
    static const char *const names[] = {"add", "multiply"};
    int n = 2 + (int)draw(w, 2);
    int64_t sum = 0;
    nn_buffer_add(&w->text, "{type: %s, branches: [", same ? names[draw(w, 2)] : "concat");
    for (int i = 0; i < n; i++) {
        if (i) nn_buffer_add(&w->text, ", ");
        sum += list(w, width, same ? width : 0, depth + 1);
    }
    nn_buffer_add(&w->text, "]}");
    return same ? width : sum;
}

/* A second use of weights, or a layer read once more from far away. */
static int64_t reuse(writer *w, int64_t width) {
    for (int name = 1; name <= w->names && !w->inside_repeat; name++) {
        if (w->in[name] == width && draw(w, 2)) {
            nn_buffer_add(&w->text, "{type: shared, layer: d%d}", name);
            return w->out[name];
        }
    }
    return dense(w, width, 2 + draw(w, 5));
}

static int64_t item(writer *w, int64_t width, int depth) {
    int64_t kind = draw(w, depth > 2 ? 4 : 9);
    bool outer = w->inside_repeat;
    switch (kind) {
    case 0: return dense(w, width, 2 + draw(w, 5));
    case 1: nn_buffer_add(&w->text, "%s", smooth(w)); return width;
    case 2: nn_buffer_add(&w->text, "{type: dropout, rate: 0.3}"); return width;
    case 3: return reuse(w, width);
    case 4:
        nn_buffer_add(&w->text, "{type: residual, layers: ");
        list(w, width, width, depth + 1);
        nn_buffer_add(&w->text, "}");
        return width;
    case 5: return branches(w, width, depth, false);
    case 6: return branches(w, width, depth, true);
    case 7:
        nn_buffer_add(&w->text, "{type: repeat, times: 2, layers: ");
        w->inside_repeat = true;
        list(w, width, width, depth + 1);
        w->inside_repeat = outer;
        nn_buffer_add(&w->text, "}");
        return width;
    default:
        nn_buffer_add(&w->text, "{type: reshape, target_shape: [%lld, 1]}, %s, flatten",
                      (long long)width, smooth(w));
        return width;
    }
}

/* A list of layers; ends with `wanted` numbers unless that is 0. */
static int64_t list(writer *w, int64_t width, int64_t wanted, int depth) {
    int n = (int)draw(w, 4);
    if (width > 12) wanted = wanted ? wanted : 4;
    nn_buffer_add(&w->text, "[");
    for (int i = 0; i < n; i++) {
        width = item(w, width, depth);
        nn_buffer_add(&w->text, ", ");
    }
    if (wanted && wanted != width) width = dense(w, width, wanted);
    nn_buffer_add(&w->text, "]");
    return width;
}

/* ---- the truths ---- */

enum { SAMPLES = 3, WIDTH = 4, CLASSES = 3 };

static const struct {
    const char *loss, *last;
} heads[] = {{"mean_squared_error", "linear"},
             {"categorical_crossentropy", "softmax"},
             {"binary_crossentropy", "sigmoid"},
             {"huber", "tanh"},
             {"categorical_crossentropy", "softmax"}};

typedef struct problem {
    built b;
    nn_real x[SAMPLES * WIDTH], y[SAMPLES * CLASSES];
    int64_t sample[SAMPLES];
} problem;

static nn_batch batch_of(problem *p, int64_t first, int64_t n) {
    return (nn_batch){.n = n,
                      .x = p->x + first * WIDTH,
                      .y = p->y + first * CLASSES,
                      .sample = p->sample + first,
                      .seed = 5,
                      .step = 2,
                      .training = true};
}

static void random_problem(problem *p, int seed) {
    writer w = {.stream = nn_stream_of((uint64_t)seed, NN_RANDOM_TEST, 0, 0)};
    nn_buffer_add(&w.text, "[");
    int64_t width = WIDTH;
    for (int i = 0, n = 1 + (int)draw(&w, 4); i < n; i++) {
        width = item(&w, width, 0);
        nn_buffer_add(&w.text, ", ");
    }
    int head = (int)draw(&w, 5);
    nn_buffer_add(&w.text, "{type: dense, units: %d, activation: %s}]", CLASSES, heads[head].last);
    p->b = build_model(w.text.text, heads[head].loss, nn_shape_of(1, (int64_t[]){WIDTH}), SAMPLES);
    if (!p->b.model) fail_msg("seed %d: %s\n%s", seed, w.text.text, nn_error_message());
    nn_buffer_free(&w.text);
    for (int i = 0; i < SAMPLES * WIDTH; i++)
        p->x[i] = nn_random_normal(&w.stream, 1000 + (uint64_t)i);
    for (int i = 0; i < SAMPLES; i++) {
        double sum = 0;
        p->sample[i] = 10 + i;
        for (int c = 0; c < CLASSES; c++)
            sum += p->y[i * CLASSES + c] =
                nn_random_uniform(&w.stream, 2000 + (uint64_t)(i * CLASSES + c));
        for (int c = 0; c < CLASSES; c++) p->y[i * CLASSES + c] /= sum;
    }
}

static double loss_of(problem *p) {
    nn_batch batch = batch_of(p, 0, SAMPLES);
    poison(p->b.model);
    nn_model_forward(p->b.model, &batch);
    return nn_model_loss(p->b.model, &batch).loss;
}

static void gradient_of(problem *p, int64_t first, int64_t n, bool add) {
    nn_batch batch = batch_of(p, first, n);
    batch.add = add;
    poison(p->b.model);
    nn_model_forward(p->b.model, &batch);
    nn_model_loss(p->b.model, &batch);
    nn_model_backward(p->b.model, &batch);
}

/* L at W + t d, for the derivative by t; differences of fourth order. */
static double difference(problem *p, const double *W, const double *d, double h) {
    nn_model *m = p->b.model;
    const double at[4] = {-2 * h, -h, h, 2 * h};
    double f[4];
    for (int k = 0; k < 4; k++) {
        for (int64_t i = 0; i < m->size; i++) m->W[i] = W[i] + at[k] * d[i];
        f[k] = loss_of(p);
    }
    memcpy(m->W, W, (size_t)m->size * sizeof *W);
    return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h);
}

/* Along a random direction d of weight space: grad L . d. Where the second derivative jumps (elu,
 * huber) a large step is wrong; where L is curved a small one is noisy: one of two must agree. */
static void check_direction(problem *p, int seed, uint64_t direction) {
    nn_model *m = p->b.model;
    nn_stream stream = nn_stream_of((uint64_t)seed, NN_RANDOM_TEST, 1, direction);
    double d[4096], W[4096], analytic = 0, error = 1;
    assert_true(m->size <= 4096);
    memcpy(W, m->W, (size_t)m->size * sizeof *W);
    for (int64_t i = 0; i < m->size; i++) {
        d[i] = nn_random_normal(&stream, (uint64_t)i);
        analytic += d[i] * m->dW[i];
    }
    for (double h = 1e-3; h > 1e-6; h /= 100) {
        double numeric = difference(p, W, d, h);
        double scale = fabs(analytic) + fabs(numeric) + 1e-3;
        error = fmin(error, fabs(analytic - numeric) / scale);
    }
    if (!(error < 1e-6))
        fail_msg("seed %d: grad L . d = %.12g is wrong by %.1e", seed, analytic, error);
}

static void the_gradient_of_200_random_graphs_equals_its_finite_difference(void **unused) {
    (void)unused;
    for (int seed = 1; seed <= 200; seed++) {
        problem p;
        random_problem(&p, seed);
        gradient_of(&p, 0, SAMPLES, false);
        for (uint64_t direction = 0; direction < 3; direction++)
            check_direction(&p, seed, direction);
        destroy_model(&p.b);
    }
}

static void the_gradient_of_a_batch_is_the_sum_over_its_samples(void **unused) {
    (void)unused;
    for (int seed = 1; seed <= 50; seed++) {
        problem p;
        double whole[4096];
        random_problem(&p, seed);
        nn_model *m = p.b.model;
        gradient_of(&p, 0, SAMPLES, false);
        memcpy(whole, m->dW, (size_t)m->size * sizeof *whole);
        for (int i = 0; i < SAMPLES; i++) gradient_of(&p, i, 1, i > 0);
        for (int64_t i = 0; i < m->size; i++)
            assert_true(fabs(m->dW[i] - whole[i]) <= 1e-12 * (1 + fabs(whole[i])));
        destroy_model(&p.b);
    }
}

static void a_rank_without_samples_has_a_gradient_of_zero(void **unused) {
    (void)unused;
    problem p;
    random_problem(&p, 3);
    gradient_of(&p, 0, SAMPLES, false);
    gradient_of(&p, 0, 0, false);
    for (int64_t i = 0; i < p.b.model->size; i++) assert_true(p.b.model->dW[i] == 0);
    destroy_model(&p.b);
}

/* The same function written in two ways has the same value and the same gradient. */
static void shared_weights_receive_the_sum_of_their_gradients(void **unused) {
    (void)unused;
    nn_shape input = nn_shape_of(1, (int64_t[]){WIDTH});
    built once =
        build_model("[{type: dense, units: 4, activation: tanh, name: a, use_bias: false}, "
                    "{type: dense, units: 4, activation: tanh, name: b, use_bias: false}]",
                    "mean_squared_error", input, 1);
    built twice =
        build_model("[{type: dense, units: 4, activation: tanh, name: a, use_bias: false}, "
                    "{type: shared, layer: a}]",
                    "mean_squared_error", input, 1);
    memcpy(once.model->W + once.model->param[1].offset, once.model->W, 16 * sizeof(nn_real));
    nn_real x[4] = {1, -2, 0.5, 3}, y[4] = {0.1, 0.2, -0.3, 0.4};
    int64_t sample = 0;
    nn_batch batch = {.n = 1, .x = x, .y = y, .sample = &sample, .training = true};
    built *both[] = {&once, &twice};
    for (int i = 0; i < 2; i++) {
        nn_model_forward(both[i]->model, &batch);
        nn_model_loss(both[i]->model, &batch);
        nn_model_backward(both[i]->model, &batch);
    }
    assert_int_equal(twice.model->parameters, 16);
    for (int i = 0; i < 16; i++) {
        nn_real sum = once.model->dW[i] + once.model->dW[once.model->param[1].offset + i];
        assert_true(fabs(twice.model->dW[i] - sum) < 1e-15);
    }
    destroy_model(&once);
    destroy_model(&twice);
}

static void weights_that_are_not_trainable_have_no_gradient(void **unused) {
    (void)unused;
    built b = build_model("[{type: dense, units: 3, trainable: false}, {type: dense, units: 3}]",
                          "mean_squared_error", nn_shape_of(1, (int64_t[]){WIDTH}), 1);
    nn_real x[4] = {1, 2, 3, 4}, y[3] = {1, 2, 3};
    int64_t sample = 0;
    nn_batch batch = {.n = 1, .x = x, .y = y, .sample = &sample, .training = true};
    nn_model_forward(b.model, &batch);
    nn_model_loss(b.model, &batch);
    nn_model_backward(b.model, &batch);
    assert_int_equal(b.model->parameters, 12);
    double frozen = 0, trained = 0;
    for (int i = 0; i < 12; i++) {
        frozen += fabs(b.model->dW[b.model->param[0].offset + i]);
        trained += fabs(b.model->dW[b.model->param[2].offset + i % 9]);
    }
    assert_true(frozen == 0);
    assert_true(trained > 0);
    destroy_model(&b);
}

static void buffers_whose_lives_meet_do_not_share_space(void **unused) {
    (void)unused;
    for (int seed = 0; seed < 300; seed++) {
        nn_stream stream = nn_stream_of((uint64_t)seed, NN_RANDOM_TEST, 9, 0);
        nn_life life[40];
        int n = 1 + (int)(nn_random_bits(&stream, 999) % 40);
        for (int i = 0; i < n; i++) {
            uint64_t at = 4 * (uint64_t)i;
            life[i] = (nn_life){.size = (int64_t)(nn_random_bits(&stream, at) % 100),
                                .birth = (int)(nn_random_bits(&stream, at + 1) % 50),
                                .alias = -1};
            life[i].death = life[i].birth + (int)(nn_random_bits(&stream, at + 2) % 20);
        }
        nn_arena *arena = nn_arena_create();
        int64_t total = nn_plan_pack(life, n, arena);
        for (int i = 0; i < n; i++)
            for (int k = 0; k < i; k++) {
                bool time = life[i].birth <= life[k].death && life[k].birth <= life[i].death;
                bool space = life[i].offset < life[k].offset + life[k].size &&
                             life[k].offset < life[i].offset + life[i].size;
                assert_false(time && space && life[i].size && life[k].size);
                assert_true(life[i].offset + life[i].size <= total);
            }
        nn_arena_destroy(arena);
    }
}

static void layers_in_place_use_no_memory_of_their_own(void **unused) {
    (void)unused;
    nn_shape input = nn_shape_of(1, (int64_t[]){64});
    built plain = build_model("[{type: dense, units: 64}, {type: dense, units: 4}]",
                              "mean_squared_error", input, 10);
    built more =
        build_model("[{type: dense, units: 64}, relu, {type: reshape, target_shape: [8, 8]}, "
                    "flatten, {type: dense, units: 4}]",
                    "mean_squared_error", input, 10);
    assert_int_equal(plain.model->plan_bytes, more.model->plan_bytes);
    destroy_model(&plain);
    destroy_model(&more);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_of_200_random_graphs_equals_its_finite_difference),
        cmocka_unit_test(the_gradient_of_a_batch_is_the_sum_over_its_samples),
        cmocka_unit_test(a_rank_without_samples_has_a_gradient_of_zero),
        cmocka_unit_test(shared_weights_receive_the_sum_of_their_gradients),
        cmocka_unit_test(weights_that_are_not_trainable_have_no_gradient),
        cmocka_unit_test(buffers_whose_lives_meet_do_not_share_space),
        cmocka_unit_test(layers_in_place_use_no_memory_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
