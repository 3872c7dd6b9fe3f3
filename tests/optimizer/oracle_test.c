/* Every optimizer that takes one step a gradient (lbfgs has a test of its own) against PyTorch
 * (nadam, lamb, lars: numpy, after their papers), ten steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../common/oracle.h"
#include "nnmpi/optimizer.h"

#define MOST 64
#define TOLERANCE (NN_REAL_EPSILON < 1e-10 ? 1e-10 : 1e-5)

static bool tried[64];

static void close_to(const char *what, int64_t step, int64_t i, double is, double should) {
    if (!(fabs(is - should) <= TOLERANCE * fmax(1, fabs(should))))
        fail_msg("%s, step %d, weight %d: %.17g instead of %.17g", what, (int)step, (int)i, is,
                 should);
}

static void same_weights(const oracle_case *c) {
    const nn_optimizer *ops = nn_optimizer_of(c->typed.kind);
    for (int k = 0; nn_optimizer_kinds[k]; k++) tried[k] |= nn_optimizer_kinds[k] == c->typed.kind;
    int64_t n, n_dW;
    double *W0 = oracle_read(c->store, "/optimizer_W0", &n);
    double *dW = oracle_read(c->store, "/optimizer_dW", &n_dW);
    nn_real W[MOST], g[MOST], slot[NN_MAX_SLOTS][MOST] = {{0}};
    assert_true(n <= MOST && n_dW == n * c->rows && c->columns == n);
    for (int64_t i = 0; i < n; i++) W[i] = (nn_real)W0[i];
    for (int64_t t = 1; t <= c->rows; t++) {
        for (int64_t i = 0; i < n; i++) g[i] = (nn_real)(4 * dW[(t - 1) * n + i]);
        nn_step step = {.n = n,
                        .W = W,
                        .dW = g,
                        .scale = 0.25,
                        .weight_decay_factor = 1,
                        .t = t,
                        .learning_rate = *(const double *)c->typed.options};
        for (int k = 0; ops->slots && k < ops->slots(c->typed.options); k++) step.slot[k] = slot[k];
        ops->step(c->typed.options, &step);
        for (int64_t i = 0; i < n; i++)
            close_to(c->path, t, i, (double)W[i], c->table[(t - 1) * n + i]);
    }
    free(W0);
    free(dW);
}

static void ten_steps_leave_the_weights_of_the_oracle(void **unused) {
    assert_true(oracle_each("loss_optimizer.h5", "/optimizer", nn_optimizer_kinds, same_weights) >
                15);
    for (int k = 0; nn_optimizer_kinds[k]; k++)
        if (nn_optimizer_of(nn_optimizer_kinds[k])->step && !tried[k])
            fail_msg("%s has no case in the oracle", nn_optimizer_kinds[k]->name);
}

/* So that an early crash of a run with, say, dead units does not turn weights into NaN. */
static void a_gradient_of_nothing_leaves_finite_weights(void **unused) {
    nn_arena *arena = nn_arena_create();
    for (int k = 0; nn_optimizer_kinds[k]; k++) {
        nn_typed typed = nn_kind_preset(arena, nn_optimizer_kinds[k]);
        const nn_optimizer *ops = nn_optimizer_of(typed.kind);
        if (!ops->step) continue;
        nn_real W[4] = {0, 1, -1, 2}, dW[4] = {0}, slot[NN_MAX_SLOTS][4] = {{0}};
        for (int64_t t = 1; t <= 3; t++) {
            nn_step step = {.n = 4,
                            .W = W,
                            .dW = dW,
                            .scale = 1,
                            .weight_decay_factor = 1,
                            .learning_rate = 0.1,
                            .t = t,
                            .slot = {slot[0], slot[1], slot[2], slot[3]}};
            ops->step(typed.options, &step);
        }
        for (int i = 0; i < 4; i++)
            if (!isfinite(W[i])) fail_msg("%s: weight %d is %g", typed.kind->name, i, (double)W[i]);
    }
    nn_arena_destroy(arena);
}

static void every_optimizer_either_steps_or_searches(void **unused) {
    for (int k = 0; nn_optimizer_kinds[k]; k++) {
        const nn_optimizer *ops = nn_optimizer_of(nn_optimizer_kinds[k]);
        assert_true((ops->step != NULL) != (ops->search != NULL));
    }
}

static void options_begin_with_the_learning_rate(void **unused) {
    for (int k = 0; nn_optimizer_kinds[k]; k++) {
        const nn_key *key = nn_optimizer_kinds[k]->keys;
        assert_string_equal(key->name, "learning_rate");
        assert_int_equal(key->offset, 0);
        assert_int_equal(key->type, NN_KEY_REAL);
    }
}

static void every_slot_has_a_name_of_its_own(void **unused) {
    for (int k = 0; nn_optimizer_kinds[k]; k++) {
        const nn_optimizer *ops = nn_optimizer_of(nn_optimizer_kinds[k]);
        nn_document *document;
        nn_typed typed = oracle_typed(&document, ops->kind.example, nn_optimizer_kinds);
        int n = ops->slots ? ops->slots(typed.options) : 0;
        assert_in_range(n, 0, NN_MAX_SLOTS);
        char name[NN_SLOT_NAME_SIZE], other[NN_SLOT_NAME_SIZE];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                assert_string_not_equal(nn_optimizer_slot_name(ops, i, name),
                                        nn_optimizer_slot_name(ops, j, other));
        nn_document_destroy(document);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_steps_leave_the_weights_of_the_oracle),
        cmocka_unit_test(a_gradient_of_nothing_leaves_finite_weights),
        cmocka_unit_test(every_optimizer_either_steps_or_searches),
        cmocka_unit_test(options_begin_with_the_learning_rate),
        cmocka_unit_test(every_slot_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
