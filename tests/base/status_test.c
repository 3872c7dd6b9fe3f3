/* Messages are kept once, and are text. */
#include "nnmpi/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void first_message_is_kept(void **state) {
    assert_int_equal(nn_error(NN_BAD_DATA, "one %d", 1), NN_BAD_DATA);
    assert_int_equal(nn_error(NN_IO, "two"), NN_IO);
    assert_string_equal(nn_error_message(), "one 1");
    nn_error_clear();
    assert_string_equal(nn_error_message(), "");
}

/* The name of a data set may hold escape sequences: to the terminal they are text. */
static void controls_do_not_reach_the_terminal(void **state) {
    nn_error(NN_BAD_DATA,
             "a\tb\nc \x1b]0;title\a \x7f \xc2\x9b"
             "31m \xc3\xa4 %s",
             "\r");
    assert_string_equal(nn_error_message(), "a\tb\nc ?]0;title? ? ??31m \xc3\xa4 ?");
    nn_error_clear();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_message_is_kept),
        cmocka_unit_test(controls_do_not_reach_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
