/* Two curves in characters: a cell has the colour of the curve with more dots in it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/braille.h"

#define POINTS 8 /* a column of dots each */

static const double x[POINTS] = {0, 1, 2, 3, 4, 5, 6, 7};

/* One line of four cells, its 4 rows of dots being y = 3, 2, 1, 0. */
static char *line_of(const double *validation, const double *train, bool color) {
    nn_series series[] = {{"validation", POINTS, x, validation, 0, 0},
                          {"train", POINTS, x, train, 1, 1}};
    nn_plot plot = {.title = "loss", .x_name = "epoch", .n_series = 2, .series = series};
    nn_terminal terminal = {.fd = -1, .color = color};
    nn_buffer text = {0};
    nn_plot_braille(&plot, &terminal, 9 + POINTS / 2, 3, &text);
    char *line = strchr(text.text, '\n') + 1; /* after the title */
    *strchr(line, '\n') = '\0';
    char *copy = strdup(line + 9);
    nn_buffer_free(&text);
    return copy;
}

static void the_curve_with_more_dots_gives_the_colour(void **state) {
    const double validation[] = {0, 0, 0, 0, 0, 0, 0, 0};
    const double train[] = {3, 3, 3, 1, NAN, NAN, 3, NAN};
    /* 2 dots of each; 2 and 4; 2 and 0; 2 and 1 */
    char *line = line_of(validation, train, true);
    assert_string_equal(line,
                        "\xe2\xa3\x89\033[33m\xe2\xa3\xb3\033[32m\xe2\xa3\x80\xe2\xa3\x81\033[0m");
    free(line);
}

static void curves_on_each_other_have_none(void **state) {
    const double same[] = {0, 0, 1, 1, 2, 2, 3, 3};
    char *line = line_of(same, same, true);
    assert_null(strchr(line, '\033'));
    free(line);
}

static void without_colour_the_dots_are_the_same(void **state) {
    const double validation[] = {0, 0, 0, 0, 0, 0, 0, 0};
    const double train[] = {3, 3, 3, 1, NAN, NAN, 3, NAN};
    char *line = line_of(validation, train, false);
    assert_string_equal(line, "\xe2\xa3\x89\xe2\xa3\xb3\xe2\xa3\x80\xe2\xa3\x81");
    free(line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_curve_with_more_dots_gives_the_colour),
        cmocka_unit_test(curves_on_each_other_have_none),
        cmocka_unit_test(without_colour_the_dots_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
