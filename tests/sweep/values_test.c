/* --set of a sweep: what is a list, a range, one value; what is drawn; who trains what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/inside.h"

typedef struct nn_case {
    nn_sweep_request request;
    nn_sweep sweep;
    const char **common;
    int n_common;
} nn_case;

static nn_status keys_of(nn_case *c, int n, const char *const *set) {
    nn_error_clear();
    c->request.set = set;
    c->request.n_set = n;
    c->sweep = (nn_sweep){.request = &c->request, .arena = nn_arena_create()};
    return nn_sweep_keys(&c->sweep, &c->common, &c->n_common);
}

static void end(nn_case *c) {
    nn_arena_destroy(c->sweep.arena);
}

static void a_comma_in_brackets_or_quotes_is_part_of_a_value(void **state) {
    static const char *const set[] = {"a=1, 2 ,3",
                                      "b=[1,2],[3,[4,5]]",
                                      "c={type: sgd, momentum: 0.9},adam",
                                      "d='x,y',\"p,\\\"q\",don't,won't",
                                      "e=[1,2]",
                                      "f='1,2'",
                                      "g={a: ']', b: 1},2"};
    static const struct {
        int n;
        const char *last;
    } wanted[] = {{3, "3"}, {2, "[3,[4,5]]"}, {2, "adam"}, {4, "won't"}, {2, "2"}};
    nn_case c = {.n_common = 0};
    assert_int_equal(keys_of(&c, 7, set), NN_OK);
    assert_int_equal(c.sweep.n_keys, 5);
    for (int k = 0; k < 5; k++) {
        const nn_swept *swept = &c.sweep.key[k];
        assert_int_equal(swept->n, wanted[k].n);
        assert_string_equal(swept->value[swept->n - 1], wanted[k].last);
    }
    assert_string_equal(c.sweep.key[0].value[1], "2");
    assert_string_equal(c.sweep.key[3].value[1], "\"p,\\\"q\"");
    assert_int_equal(c.n_common, 2);
    assert_string_equal(c.common[1], "f='1,2'");
    end(&c);
}

static void low_and_high_make_a_range(void **state) {
    static const char *const set[] = {"a=1e-4..1e-1",     "b=16..256",    "c=0..0.5:linear",
                                      "d=-1..1.0:linear", "e=../data,..", "f=1..2..3,x"};
    nn_case c = {.n_common = 0};
    assert_int_equal(keys_of(&c, 6, set), NN_OK);
    const nn_swept *key = c.sweep.key;
    assert_true(key[0].range && !key[0].whole && !key[0].linear);
    assert_true(key[0].low == 1e-4 && key[0].high == 1e-1);
    assert_true(key[1].range && key[1].whole && key[1].low == 16 && key[1].high == 256);
    assert_true(key[2].range && key[2].linear && !key[2].whole && key[2].high == 0.5);
    assert_true(key[3].range && key[3].low == -1);
    assert_false(key[4].range || key[5].range);
    end(&c);
}

static void what_is_no_list_is_refused(void **state) {
    static const struct {
        const char *set[2], *said;
    } wrong[] = {{{"a=1,,2"}, "a value is empty"},
                 {{"a="}, "a value is empty"},
                 {{"a=1,"}, "a value is empty"},
                 {{"1,2"}, "KEY=VALUE is expected"},
                 {{"=1,2"}, "KEY=VALUE is expected"},
                 {{"a=1,2", "a=3,4"}, "swept already"},
                 {{"a=1", "b=2"}, "nothing is swept"},
                 {{"a=1..2,5"}, "a range stands alone"},
                 {{"a=5,1..2"}, "a range stands alone"},
                 {{"a=2..1"}, "the range is empty"},
                 {{"a=0..1"}, "LOW above 0"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        nn_case c = {.n_common = 0};
        assert_int_equal(keys_of(&c, 1 + (wrong[i].set[1] != NULL), wrong[i].set), NN_USAGE);
        if (!strstr(nn_error_message(), wrong[i].said)) fail_msg("%s", nn_error_message());
        end(&c);
    }
}

static nn_status trials_of(nn_case *c, int method, int trials, int n, const char *const *set) {
    c->request.method = method;
    c->request.trials = trials;
    assert_int_equal(keys_of(c, n, set), NN_OK);
    return nn_sweep_trials(&c->sweep, 1);
}

static void trials_fit_their_method(void **state) {
    static const char *const lists[] = {"a=1,2", "b=x,y,z"}, *const range[] = {"a=1..2"};
    static const struct {
        int method, trials;
        const char *const *set;
        const char *said;
    } wrong[] = {{NN_SWEEP_GRID, 3, lists, "--trials is for"},
                 {NN_SWEEP_GRID, 0, range, "a range has no grid"},
                 {NN_SWEEP_HALVING, 0, range, "a range has no grid"},
                 {NN_SWEEP_RANDOM, 0, lists, "wants --trials N"},
                 {NN_SWEEP_RANDOM, 10001, lists, "10000 at most"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        nn_case c = {.n_common = 0};
        assert_int_equal(trials_of(&c, wrong[i].method, wrong[i].trials, 1, wrong[i].set),
                         NN_USAGE);
        if (!strstr(nn_error_message(), wrong[i].said)) fail_msg("%s", nn_error_message());
        end(&c);
    }
    nn_case c = {.n_common = 0};
    assert_int_equal(trials_of(&c, NN_SWEEP_GRID, 0, 2, lists), NN_OK);
    assert_int_equal(c.sweep.n_trials, 6);
    assert_string_equal(nn_sweep_text(&c.sweep, 4, 0), "2"); /* the last key is the fastest */
    assert_string_equal(nn_sweep_text(&c.sweep, 4, 1), "y");
    end(&c);
}

/* 1000 draws of 1..1000: a third in each decade, of 1..4 each a quarter if drawn evenly. */
static void draws_are_spread_by_their_logarithm_or_evenly(void **state) {
    static const char *const set[] = {"a=1.0..1000", "b=1..4:linear", "c=1..1000"};
    nn_case c = {.n_common = 0};
    int decade[3] = {0}, four[5] = {0};
    assert_int_equal(trials_of(&c, NN_SWEEP_RANDOM, 1000, 3, set), NN_OK);
    for (int t = 0; t < 1000; t++) {
        double a = strtod(nn_sweep_text(&c.sweep, t, 0), NULL);
        long b = strtol(nn_sweep_text(&c.sweep, t, 1), NULL, 10);
        const char *whole = nn_sweep_text(&c.sweep, t, 2);
        assert_true(a >= 1 && a <= 1000 && b >= 1 && b <= 4);
        assert_true(whole[strspn(whole, "0123456789")] == '\0' && strcmp(whole, "0") != 0);
        decade[(int)fmin(2, log10(a))]++;
        four[b]++;
    }
    for (int i = 0; i < 3; i++) assert_in_range(decade[i], 280, 390); /* 3.7 standard deviations */
    for (int i = 1; i <= 4; i++) assert_in_range(four[i], 195, 305);
    end(&c);
}

static void rungs_end_with_all_epochs_and_one_trial(void **state) {
    static const char *const set[] = {"a=1,2"};
    static const struct {
        int trials, eta, first;
        int64_t epochs;
        int n;
        int64_t budget[4];
    } wanted[] = {{9, 3, 0, 30, 3, {3, 9, 0}},
                  {9, 3, 1, 30, 3, {1, 3, 0}},
                  {2, 3, 0, 30, 2, {10, 0}},
                  {1, 3, 0, 30, 1, {0}},
                  {9, 3, 0, 1, 1, {0}},
                  {27, 3, 20, 30, 2, {20, 0}},
                  {8, 2, 0, 100, 4, {12, 24, 48, 0}},
                  {9, 3, 30, 30, 1, {0}}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        nn_case c = {.n_common = 0};
        c.request.eta = wanted[i].eta;
        c.request.first = wanted[i].first;
        assert_int_equal(trials_of(&c, NN_SWEEP_HALVING, wanted[i].trials, 1, set), NN_OK);
        assert_int_equal(nn_sweep_rungs(&c.sweep, wanted[i].epochs), NN_OK);
        assert_int_equal(c.sweep.n_rungs, wanted[i].n);
        for (int r = 0; r < wanted[i].n; r++)
            assert_int_equal(c.sweep.budget[r], wanted[i].budget[r]);
        end(&c);
    }
}

static void the_best_that_did_not_fail_go_on(void **state) {
    static const char *const set[] = {"a=1,2"};
    static const double value[] = {0.5, 0.1, NAN, 0.3, 0.2, 0.4, 0.3};
    nn_case c = {.n_common = 0};
    int in[7];
    c.request.eta = 3;
    assert_int_equal(trials_of(&c, NN_SWEEP_HALVING, 7, 1, set), NN_OK);
    c.sweep.lower_is_better = true;
    for (int t = 0; t < 7; t++) {
        nn_trial *trial = &c.sweep.trial[t];
        trial->status = t == 1 ? NN_FAILED : NN_STOPPED; /* it had 0.1 before */
        trial->rungs = t != 1;
        trial->value[0] = value[t];
    }
    assert_int_equal(nn_sweep_in_rung(&c.sweep, 0, in), 7);
    assert_int_equal(nn_sweep_in_rung(&c.sweep, 1, in), 2); /* 7 / 3 */
    assert_true(in[0] == 3 && in[1] == 4);                  /* of equal ones the first */
    nn_sweep_sort(&c.sweep);
    static const int order[] = {4, 3, 6, 5, 0, 2, 1};
    assert_memory_equal(c.sweep.order, order, sizeof order);
    end(&c);
}

static void groups_are_even_and_every_rank_has_one(void **state) {
    nn_arena *arena = nn_arena_create();
    for (int ranks = 1; ranks <= 9; ranks++)
        for (int trials = 1; trials <= 9; trials++)
            for (int each = 0; each <= ranks; each++) {
                int size[9] = {0}, idle = 0;
                nn_groups g = {0};
                for (int rank = 0; rank < ranks; rank++) {
                    g = nn_groups_of(arena, ranks, rank, trials, each, 0);
                    if (g.mine < 0) idle++;
                    if (g.mine >= 0 && size[g.mine]++ == 0) assert_int_equal(g.lead[g.mine], rank);
                }
                assert_true(g.n >= 1 && g.n <= trials && g.n <= ranks && g.lead[0] == 0);
                for (int i = 0; i < g.n; i++)
                    assert_true(each ? size[i] == each
                                     : size[i] == g.most || size[i] == g.most - 1);
                if (!each) assert_int_equal(idle, 0);
                if (trials > g.n && !each) assert_int_equal(g.most, 1); /* alike for any order */
            }
    nn_groups g = nn_groups_of(arena, 8, 3, 2, 0, 2); /* two shards */
    assert_true(g.n == 2 && g.most == 2 && g.mine == -1 && g.lead[1] == 4);
    nn_arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comma_in_brackets_or_quotes_is_part_of_a_value),
        cmocka_unit_test(low_and_high_make_a_range),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(trials_fit_their_method),
        cmocka_unit_test(draws_are_spread_by_their_logarithm_or_evenly),
        cmocka_unit_test(rungs_end_with_all_epochs_and_one_trial),
        cmocka_unit_test(the_best_that_did_not_fail_go_on),
        cmocka_unit_test(groups_are_even_and_every_rank_has_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
