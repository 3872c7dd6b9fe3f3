/* A line of progress fits, whatever the terminal's width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "report/console.h"

static const nn_value values[] = {{"train_loss", 0.1234},
                                  {"train_accuracy", 0.9876},
                                  {"validation_loss", 0.2},
                                  {"validation_accuracy", 0.9}};

static nn_tick tick_of(int64_t epoch, int64_t epochs) {
    return (nn_tick){.epoch = epoch,
                     .epochs = epochs,
                     .epoch_step = 5,
                     .steps_per_epoch = 10,
                     .step = 25,
                     .n_values = 4,
                     .value = values,
                     .samples_per_second = 12345.6};
}

static void a_bar_is_never_wider_than_the_terminal(void **unused) {
    nn_tick tick = tick_of(3, 20000);
    for (int width = 1; width <= 200; width++)
        for (double part = -1; part <= 1; part += 0.125) {
            nn_buffer text = {0};
            nn_progress_line line = {&tick, part, 3700};
            nn_progress_bar_text(&line, width, &text);
            assert_true((int)strlen(text.text) <= width);
            assert_null(strpbrk(text.text, "\r\n\033"));
            nn_buffer_free(&text);
        }
}

static void a_wide_terminal_shows_everything(void **unused) {
    nn_tick tick = tick_of(3, 20);
    nn_buffer text = {0};
    nn_progress_bar_text(&(nn_progress_line){&tick, 0.5, 75}, 120, &text);
    assert_string_equal(text.text, "epoch  3/20 [==============>               ]  loss 0.1234  "
                                   "accuracy 0.9876  12,346 samples/s  1m15s left");
    nn_buffer_free(&text);
}

static void what_is_worth_most_stays_on_a_narrow_terminal(void **unused) {
    nn_tick tick = tick_of(3, 20);
    nn_buffer text = {0};
    nn_progress_bar_text(&(nn_progress_line){&tick, 0.5, 75}, 39, &text);
    assert_non_null(strstr(text.text, "epoch  3/20 ["));
    assert_non_null(strstr(text.text, "loss 0.1234"));
    assert_null(strstr(text.text, "samples"));
    nn_buffer_free(&text);
}

static void a_bar_fills_with_its_part(void **unused) {
    nn_tick tick = tick_of(1, 1);
    int last = -1;
    for (double part = 0; part <= 1; part += 0.25) {
        nn_buffer text = {0};
        nn_progress_bar_text(&(nn_progress_line){&tick, part, -1}, 60, &text);
        int filled = 0;
        for (const char *c = text.text; *c; c++) filled += *c == '=' || *c == '>';
        assert_true(filled > last);
        last = filled;
        nn_buffer_free(&text);
    }
}

static void an_epoch_is_told_whole_in_a_log_and_fits_on_a_terminal(void **unused) {
    nn_tick tick = tick_of(40, 40);
    nn_buffer text = {0}, brief = {0};
    nn_progress_epoch_text(&tick, 0, &text);
    assert_string_equal(text.text, "epoch 40/40  train_loss 0.1234  train_accuracy 0.9876  "
                                   "validation_loss 0.2000  validation_accuracy 0.9000  "
                                   "12,346 samples/s");
    nn_progress_epoch_text(&tick, 79, &brief);
    assert_string_equal(brief.text, "epoch 40/40  loss 0.1234  accuracy 0.9876  "
                                    "valid loss 0.2000  accuracy 0.9000");
    nn_buffer_free(&text);
    nn_buffer_free(&brief);
}

static void a_run_without_an_end_has_no_bar_and_no_total(void **unused) {
    nn_tick tick = tick_of(7, -1);
    nn_buffer text = {0};
    nn_progress_bar_text(&(nn_progress_line){&tick, -1, -1}, 79, &text);
    assert_string_equal(text.text, "epoch 7  loss 0.1234  accuracy 0.9876  12,346 samples/s");
    nn_buffer_free(&text);
}

static void values_keep_their_figures(void **unused) {
    assert_string_equal(nn_value_text(0), "0.0000");
    assert_string_equal(nn_value_text(0.12345), "0.1235");
    assert_string_equal(nn_value_text(0.00012345), "1.234e-04");
    assert_string_equal(nn_value_text(123456.78), "123456.8");
    assert_string_equal(nn_value_text(NAN), "nan");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_is_never_wider_than_the_terminal),
        cmocka_unit_test(a_wide_terminal_shows_everything),
        cmocka_unit_test(what_is_worth_most_stays_on_a_narrow_terminal),
        cmocka_unit_test(a_bar_fills_with_its_part),
        cmocka_unit_test(an_epoch_is_told_whole_in_a_log_and_fits_on_a_terminal),
        cmocka_unit_test(a_run_without_an_end_has_no_bar_and_no_total),
        cmocka_unit_test(values_keep_their_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
