/* What a word may have meant: a slip of the finger, an abbreviation, the name that another library
 * has for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "nnmpi/text.h"

static const char *const losses[] = {"mean_squared_error",       "mean_absolute_error", "huber",
                                     "categorical_crossentropy", "binary_crossentropy", "focal"};
static const int n_losses = sizeof losses / sizeof *losses;

static void expect(const char *word, const char *meant) {
    const char *found = nn_nearest_word(word, losses, n_losses);
    if (!meant) {
        if (found) fail_msg("%s for %s", found, word);
        return;
    }
    if (!found) fail_msg("nothing for %s", word);
    assert_string_equal(found, meant);
}

static void a_slip_is_corrected(void **unused) {
    expect("hubre", "huber");
    expect("Focal", "focal");
    expect("mean_square_error", "mean_squared_error");
}

static void initials_are_the_words_they_stand_for(void **unused) {
    expect("mse", "mean_squared_error");
    expect("MAE", "mean_absolute_error");
    expect("MSELoss", "mean_squared_error");
}

static void names_of_other_libraries_have_letters_in_common(void **unused) {
    expect("crossentropy", "categorical_crossentropy");
    expect("CrossEntropyLoss", "categorical_crossentropy");
    expect("BinaryCrossentropy", "binary_crossentropy");
    expect("absolute", "mean_absolute_error");
}

static void expect_of(const char *word, const char *meant, const char *other) {
    const char *words[] = {other, meant ? meant : other};
    const char *found = nn_nearest_word(word, words, 2);
    if (!meant && found) fail_msg("%s for %s", found, word);
    if (meant && (!found || strcmp(found, meant) != 0))
        fail_msg("%s for %s", found ? found : "nothing", word);
}

static void what_keras_and_pytorch_call_otherwise_is_known(void **unused) {
    expect_of("Linear", "dense", "linear");
    expect_of("BCELoss", "binary_crossentropy", "focal");
    expect_of("MaxPooling2D", "max_pool2d", "max_pool1d");
    expect_of("GlobalAveragePooling2D", "global_avg_pool", "avg_pool2d");
    expect_of("ReduceLROnPlateau", "plateau", "step");
    expect_of("lr", "learning_rate", "log");
    expect_of("validation_split", "split", "validation");
    expect_of("input_shape", NULL, "inputs");
    expect_of("linear", "linear", "dense"); /* lower case: ours */
}

static void a_short_word_is_not_any_other_short_word(void **unused) {
    expect_of("mem", NULL, "set");
    expect_of("format", NULL, "force");
    expect_of("adma", "adam", "lamb");
}

static void nothing_is_made_up(void **unused) {
    expect("rocket", NULL);
    expect("squared_hinges_of_doors", NULL); /* some letters are common to many words */
    expect("x", NULL);
    expect("", NULL);
    expect("_", NULL);
    expect("quite_another_thing_that_is_longer_than_sixty_three_letters_in_all_0123456789", NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_is_corrected),
        cmocka_unit_test(initials_are_the_words_they_stand_for),
        cmocka_unit_test(names_of_other_libraries_have_letters_in_common),
        cmocka_unit_test(what_keras_and_pytorch_call_otherwise_is_known),
        cmocka_unit_test(a_short_word_is_not_any_other_short_word),
        cmocka_unit_test(nothing_is_made_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
