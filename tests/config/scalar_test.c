/* Numbers, durations, intervals: the whole text or nothing. */
#include "document.h"

#include "config/private.h"

static void integers_are_strict(void **state) {
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-7", -7},
                {"+7", 7},
                {"007", 7},
                {"1e3", 1000},
                {"1.5e1", 15},
                {"4.0", 4},
                {"-1E2", -100},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN}};
    int64_t value;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(nn_parse_int(good[i].text, &value));
        assert_true(value == good[i].value);
    }
    static const char *const bad[] = {"",
                                      " 1",
                                      "1 ",
                                      "1x",
                                      "0x10",
                                      "0o7",
                                      "1_000",
                                      "1.5",
                                      "1e-3",
                                      "1e",
                                      "--1",
                                      "+-1",
                                      "-",
                                      ".",
                                      "inf",
                                      "nan",
                                      "1e20",
                                      "1e400",
                                      "9223372036854775808",
                                      "1,000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (nn_parse_int(bad[i], &value)) fail_msg("\"%s\" is taken", bad[i]);
}

static void reals_are_strict_and_finite(void **state) {
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0},       {"-.5", -0.5}, {"5.", 5},        {"1e-4", 1e-4},
                {"+1E+2", 100}, {"1e-999", 0}, {"12345", 12345}, {"0.1", 0.1}};
    double value;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(nn_parse_real(good[i].text, &value));
        assert_true(value == good[i].value);
    }
    static const char *const bad[] = {"",    ".",    "e5",    "1e",       "1e+",   "inf", ".inf",
                                      "nan", ".nan", "1e999", "infinity", "0x1p3", "1 2", "1,5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (nn_parse_real(bad[i], &value)) fail_msg("\"%s\" is taken", bad[i]);
}

static void switches_are_true_or_false(void **state) {
    bool value;
    assert_true(nn_parse_bool("true", &value) && value);
    assert_true(nn_parse_bool("FALSE", &value) && !value);
    assert_false(nn_parse_bool("yes", &value));
    assert_false(nn_parse_bool("1", &value));
}

static void durations_are_seconds_or_units_from_large_to_small(void **state) {
    static const struct {
        const char *text;
        double value;
    } good[] = {{"90", 90},     {"90s", 90},    {"1h50m", 6600},
                {"1.5h", 5400}, {"2d", 172800}, {"1d 2h 3m 4s", 93784},
                {"10 m", 600},  {"0", 0},       {"1m.5s", 60.5}};
    double value;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!nn_parse_duration(good[i].text, &value)) fail_msg("\"%s\" is refused", good[i].text);
        assert_true(value == good[i].value);
    }
    static const char *const bad[] = {"",     "h",     "1x",  "50m1h", "1h1h",
                                      "1min", "1h-5m", "1h5", "soon"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (nn_parse_duration(bad[i], &value)) fail_msg("\"%s\" is taken", bad[i]);
}

static void intervals_are_epochs_steps_time_or_never(void **state) {
    static const struct {
        const char *text;
        int unit;
        double value;
    } good[] = {{"1 epoch", NN_EPOCHS, 1},     {"2 epochs", NN_EPOCHS, 2},
                {"1e3 steps", NN_STEPS, 1000}, {"100steps", NN_STEPS, 100},
                {"10m", NN_SECONDS, 600},      {"never", NN_NEVER, 0},
                {"1h30m", NN_SECONDS, 5400},   {"30 s", NN_SECONDS, 30}};
    nn_interval interval;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!nn_parse_interval(good[i].text, &interval))
            fail_msg("\"%s\" is refused", good[i].text);
        assert_int_equal(interval.unit, good[i].unit);
        assert_true(interval.value == good[i].value);
    }
    static const char *const bad[] = {"5",     "0 epochs", "-1 step", "0.5 epochs", "1.5 steps",
                                      "epoch", "1 day",    "",        "always",     "0m"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (nn_parse_interval(bad[i], &interval)) fail_msg("\"%s\" is taken", bad[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_strict),
        cmocka_unit_test(reals_are_strict_and_finite),
        cmocka_unit_test(switches_are_true_or_false),
        cmocka_unit_test(durations_are_seconds_or_units_from_large_to_small),
        cmocka_unit_test(intervals_are_epochs_steps_time_or_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
