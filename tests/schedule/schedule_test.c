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
            nn_progress progress = {
                .step = step, .steps_per_epoch = PER_EPOCH, .total_steps = TOTAL};
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
                nn_progress progress = {.step = step, .steps_per_epoch = 1, .total_steps = total};
                double rate = nn_schedule_rate(&typed, 0.1, &progress);
                if (!(rate >= 0 && rate < 1))
                    fail_msg("%s, step %d of %d: %g", typed.kind->name, (int)step, (int)total,
                             rate);
                nn_document_destroy(document);
            }
}

static void no_schedule_is_the_base_rate(void **unused) {
    nn_progress progress = {.step = 7, .steps_per_epoch = PER_EPOCH, .total_steps = TOTAL};
    assert_true(nn_schedule_rate(NULL, 0.3, &progress) == 0.3);
    assert_true(nn_schedule_rate(&(nn_typed){0}, 0.3, &progress) == 0.3);
}

/* ---- plateau ---- */

/* The rates after each epoch, in steps of PER_EPOCH, must be 0.1 times these factors. */
static void rates_follow(const char *yaml, bool lower_is_better, int64_t epochs,
                         const double *values, const double *factors) {
    nn_document *document;
    nn_typed typed = oracle_typed(&document, yaml, nn_schedule_kinds);
    for (int64_t e = 0; e <= epochs; e++) {
        nn_progress progress = {.step = e * PER_EPOCH + 3,
                                .steps_per_epoch = PER_EPOCH,
                                .total_steps = TOTAL,
                                .watched = {e, 1, values, lower_is_better}};
        double is = nn_schedule_rate(&typed, 0.1, &progress);
        if (!(fabs(is - 0.1 * factors[e]) < 1e-15))
            fail_msg("%s after %d epochs: %.17g", yaml, (int)e, is);
    }
    nn_document_destroy(document);
}

/* factors[e]: what Keras 2.15's ReduceLROnPlateau makes of the first e values, by hand. */
static void plateau_reduces_as_in_keras(void **unused) {
    rates_follow("{type: plateau, patience: 2, factor: 0.5, min_delta: 0.1}", true, 9,
                 (double[]){1, 0.95, 0.92, 0.5, 0.6, 0.55, 0.7, 0.8, 0.3},
                 (double[]){1, 1, 1, .5, .5, .5, .25, .25, .125, .125});
    rates_follow("{type: plateau, patience: 1, factor: 0.5, cooldown: 2, min_delta: 0}", true, 8,
                 (double[]){1, 2, 2, 2, 2, 2, 2, 2},
                 (double[]){1, 1, .5, .5, .25, .25, .125, .125, .0625});
    rates_follow("{type: plateau, patience: 1, factor: 0.5, final: 0.03, min_delta: 0}", true, 4,
                 (double[]){1, 1, 1, 1}, (double[]){1, 1, .5, .3, .3});
    rates_follow("{type: plateau, patience: 1, factor: 0.5, min_delta: 0}", false, 4,
                 (double[]){0.5, 0.6, 0.4, 0.7}, (double[]){1, 1, 1, .5, .5});
    rates_follow("{type: plateau, patience: 2, factor: 0.5}", true, 4, (double[]){NAN, NAN, 3, 2},
                 (double[]){1, 1, .5, .5, .5});
}

/* Three epochs of warm-up: what their ends bring is not looked at. */
static void plateau_begins_after_the_warmup(void **unused) {
    rates_follow("{type: plateau, patience: 1, factor: 0.5, warmup_epochs: 3}", true, 6,
                 (double[]){1, 2, 3, 4, 3, 5},
                 (double[]){4.0 / 30, 14.0 / 30, 24.0 / 30, 1, 1, 1, .5});
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
        cmocka_unit_test(plateau_reduces_as_in_keras),
        cmocka_unit_test(plateau_begins_after_the_warmup),
        cmocka_unit_test(every_table_begins_with_the_warmup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
