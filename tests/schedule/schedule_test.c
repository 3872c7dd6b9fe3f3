/* Learning-rate schedules: known points of each, and what holds for all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "../common/oracle.h"
#include "nnmpi/schedule.h"

#define PER_EPOCH 10
#define TOTAL 1000

static double rate_at(const char *yaml, int64_t step) {
    nn_document *document;
    nn_typed typed = oracle_typed(&document, yaml, nn_schedule_kinds);
    nn_progress progress = {.step = step, .steps_per_epoch = PER_EPOCH, .total_steps = TOTAL};
    double rate = nn_schedule_rate(&typed, 0.1, &progress);
    nn_document_destroy(document);
    return rate;
}

static void near_to(const char *yaml, int64_t step, double should) {
    double is = rate_at(yaml, step);
    if (!(fabs(is - should) <= 1e-14))
        fail_msg("%s at step %d: %.17g instead of %.17g", yaml, (int)step, is, should);
}

static void known_points_are_met(void **unused) {
    near_to("constant", 999, 0.1);
    near_to("{type: cosine, final: 0.02}", 0, 0.1);
    near_to("{type: cosine, final: 0.02}", 500, 0.06);
    near_to("{type: cosine, final: 0.02}", 1000, 0.02);
    near_to("{type: cosine}", 250, 0.1 * (1 + sqrt(0.5)) / 2);
    near_to("{type: step, epochs: 30, factor: 0.5}", 299, 0.1);
    near_to("{type: step, epochs: 30, factor: 0.5}", 300, 0.05);
    near_to("{type: step, epochs: 30, factor: 0.5}", 600, 0.025);
    near_to("{type: piecewise, epochs: [3, 5], factors: [0.5, 0.2]}", 29, 0.1);
    near_to("{type: piecewise, epochs: [3, 5], factors: [0.5, 0.2]}", 30, 0.05);
    near_to("{type: piecewise, epochs: [3, 5], factors: [0.5, 0.2]}", 50, 0.02);
    near_to("{type: piecewise, epochs: [3, 5], factors: 0.1}", 50, 0.001);
    near_to("{type: exponential, factor: 0.5}", 20, 0.025);
    near_to("{type: exponential, factor: 0.25}", 5, 0.05);
    near_to("{type: exponential, factor: 0.25, staircase: true}", 9, 0.1);
    near_to("{type: exponential, factor: 0.25, epochs: 2, staircase: true}", 20, 0.025);
    near_to("{type: polynomial}", 250, 0.075);
    near_to("{type: polynomial, power: 2, final: 0.02}", 500, 0.04);
    near_to("{type: cosine_restarts, epochs: 10, growth: 2, peak: 0.5, final: 0}", 50, 0.05);
    near_to("{type: cosine_restarts, epochs: 10, growth: 2, peak: 0.5, final: 0}", 100, 0.05);
    near_to("{type: cosine_restarts, epochs: 10, growth: 2, peak: 0.5, final: 0}", 200, 0.025);
    near_to("{type: cosine_restarts, epochs: 10, growth: 2, peak: 0.5, final: 0}", 300, 0.025);
    near_to("{type: cosine_restarts, epochs: 10, growth: 1}", 350, 0.05);
    near_to("{type: one_cycle}", 0, 0.004);
    near_to("{type: one_cycle}", 150, 0.052);
    near_to("{type: one_cycle}", 300, 0.1);
    near_to("{type: one_cycle}", 1000, 4e-7);
    near_to("{type: inverse_sqrt, scale_steps: 100}", 300, 0.05);
    near_to("{type: inverse_sqrt}", 3, 0.05);
}

static void inverse_sqrt_after_its_warmup_is_that_of_the_paper(void **unused) {
    for (int64_t step = 40; step < TOTAL; step += 60)
        near_to("{type: inverse_sqrt, warmup_steps: 40}", step, 0.1 * sqrt(40.0 / (double)step));
}

static void every_warmup_rises_linearly_to_the_full_rate(void **unused) {
    for (int k = 0; nn_schedule_kinds[k]; k++) {
        nn_document *document;
        nn_typed typed = oracle_typed(&document, nn_schedule_kinds[k]->example, nn_schedule_kinds);
        *(nn_warmup *)typed.options = (nn_warmup){.epochs = 1.5, .steps = 5}; /* 20 steps */
        for (int64_t step = 0; step < 20; step++) {
            nn_progress progress = {step, PER_EPOCH, TOTAL};
            double rate = nn_schedule_rate(&typed, 0.1, &progress);
            assert_true(fabs(rate - 0.1 * (double)(step + 1) / 20) < 1e-15);
        }
        nn_document_destroy(document);
    }
}

static void every_rate_is_finite_and_not_negative_at_any_progress(void **unused) {
    for (int k = 0; nn_schedule_kinds[k]; k++)
        for (int64_t total = 0; total <= 50; total += 5)
            for (int64_t step = 0; step <= 60; step += 3) {
                nn_document *document;
                nn_typed typed =
                    oracle_typed(&document, nn_schedule_kinds[k]->example, nn_schedule_kinds);
                nn_progress progress = {step, 1, total};
                double rate = nn_schedule_rate(&typed, 0.1, &progress);
                if (!(rate >= 0 && rate < 1))
                    fail_msg("%s, step %d of %d: %g", typed.kind->name, (int)step, (int)total,
                             rate);
                nn_document_destroy(document);
            }
}

static void no_schedule_is_the_base_rate(void **unused) {
    nn_progress progress = {7, PER_EPOCH, TOTAL};
    assert_true(nn_schedule_rate(NULL, 0.3, &progress) == 0.3);
    assert_true(nn_schedule_rate(&(nn_typed){0}, 0.3, &progress) == 0.3);
}

static void every_table_begins_with_the_warmup(void **unused) {
    for (int k = 0; nn_schedule_kinds[k]; k++) {
        assert_string_equal(nn_schedule_kinds[k]->keys[0].name, "warmup_epochs");
        assert_int_equal(nn_schedule_kinds[k]->keys[0].offset, offsetof(nn_warmup, epochs));
        assert_string_equal(nn_schedule_kinds[k]->keys[1].name, "warmup_steps");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_points_are_met),
        cmocka_unit_test(inverse_sqrt_after_its_warmup_is_that_of_the_paper),
        cmocka_unit_test(every_warmup_rises_linearly_to_the_full_rate),
        cmocka_unit_test(every_rate_is_finite_and_not_negative_at_any_progress),
        cmocka_unit_test(no_schedule_is_the_base_rate),
        cmocka_unit_test(every_table_begins_with_the_warmup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
