/* Complaints: their form, their order, how many are shown. */
#include "document.h"

#include <stdio.h>

static const char *verdict(nn_document *document) {
    nn_error_clear();
    assert_int_equal(nn_config_verdict(document), NN_BAD_CONFIG);
    return nn_error_message();
}

static void no_complaint_is_no_error(void **state) {
    nn_document *document = parse("a: 1\n");
    nn_error_clear();
    assert_int_equal(nn_config_verdict(document), NN_OK);
    assert_string_equal(nn_error_message(), "");
    nn_document_destroy(document);
}

static void a_complaint_shows_the_line_a_caret_and_the_hint(void **state) {
    nn_document *document = parse("a: 1\nb:\n    epoch: 20 # c\n");
    nn_node *epoch = nn_node_child(nn_node_child(nn_document_root(document), "b"), "epoch");
    nn_config_complain(document, epoch, "did you mean \"epochs\"?", "unknown key \"%s\" in %s",
                       "epoch", "b");
    assert_string_equal(verdict(document), "t.yaml:3:5: unknown key \"epoch\" in b\n"
                                           "    epoch: 20 # c\n"
                                           "    ^\n"
                                           "  did you mean \"epochs\"?");
    nn_document_destroy(document);
}

static void complaints_come_in_order_of_line_and_column_then_sets(void **state) {
    nn_document *document = parse_set("a: 1\nb: [x, y]\nc: 3\n", "d=4");
    nn_node *root = nn_document_root(document), *b = nn_node_child(root, "b");
    nn_config_complain(document, nn_node_child(root, "d"), NULL, "five");
    nn_config_complain(document, nn_node_child(root, "c"), NULL, "four");
    nn_config_complain(document, nn_node_at(b, 1), NULL, "three");
    nn_config_complain(document, nn_node_at(b, 0), NULL, "two");
    nn_config_complain(document, nn_node_child(root, "a"), NULL, "one");
    assert_string_equal(verdict(document), "t.yaml:1:1: one\na: 1\n^\n"
                                           "t.yaml:2:5: two\nb: [x, y]\n    ^\n"
                                           "t.yaml:2:8: three\nb: [x, y]\n       ^\n"
                                           "t.yaml:3:1: four\nc: 3\n^\n"
                                           "--set d=4: five");
    nn_document_destroy(document);
}

static void twenty_are_shown_the_first_by_line_and_the_rest_counted(void **state) {
    nn_buffer text = {0}, expected = {0};
    for (int i = 1; i <= 27; i++) nn_buffer_add(&text, "k%d: 1\n", i);
    nn_document *document = parse(text.text);
    nn_node *nodes[27], *node = nn_document_root(document)->first;
    for (int i = 0; i < 27; i++, node = node->next) nodes[i] = node;
    for (int i = 26; i >= 0; i--) nn_config_complain(document, nodes[i], NULL, "bad");
    for (int i = 1; i <= 20; i++) nn_buffer_add(&expected, "t.yaml:%d:1: bad\nk%d: 1\n^\n", i, i);
    nn_buffer_add(&expected, "and 7 more");
    assert_int_equal(nn_config_complaints(document), 27);
    assert_string_equal(verdict(document), expected.text);
    nn_buffer_free(&text);
    nn_buffer_free(&expected);
    nn_document_destroy(document);
}

static void the_same_complaint_is_shown_once_and_counted_twice(void **state) {
    nn_document *document = parse("a: 1\n");
    nn_config_complain(document, nn_document_root(document)->first, NULL, "bad");
    nn_config_complain(document, nn_document_root(document)->first, NULL, "bad");
    assert_int_equal(nn_config_complaints(document), 2);
    assert_string_equal(verdict(document), "t.yaml:1:1: bad\na: 1\n^");
    nn_document_destroy(document);
}

static void of_a_long_line_the_part_around_the_column_is_shown(void **state) {
    nn_buffer text = {0};
    for (int i = 0; i < 40; i++) nn_buffer_add(&text, "%sk%02d: 123", i ? ", " : "{", i);
    nn_buffer_add(&text, "}\n");
    nn_document *document = parse(text.text);
    nn_config_complain(document, nn_node_child(nn_document_root(document), "k20"), NULL, "bad");
    assert_string_equal(verdict(document), "t.yaml:1:202: bad\n"
                                           "...5: 123, k16: 123, k17: 123, k18: 123, k19: 123, "
                                           "k20: 123, k21: 123, k22: 123, k23: 123, "
                                           "k24: 123...\n"
                                           "                                                   ^");
    nn_buffer_free(&text);
    nn_document_destroy(document);
}

static void a_long_message_is_cut_and_nothing_breaks(void **state) {
    nn_buffer text = {0};
    nn_buffer_add(&text, "count: \"");
    for (int i = 0; i < 3000; i++) nn_buffer_add(&text, "\xE2\x98\xBA");
    nn_buffer_add(&text, "\"\n");
    const char *message = message_of(text.text);
    assert_memory_equal(message,
                        "t.yaml:1:8: count: expected an integer from 1 to 1000, found "
                        "\"\xE2\x98\xBA",
                        65);
    assert_non_null(strstr(message, "\xE2\x98\xBA...\"\n"));
    assert_true(strlen(message) < 600);
    nn_buffer_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_complaint_is_no_error),
        cmocka_unit_test(a_complaint_shows_the_line_a_caret_and_the_hint),
        cmocka_unit_test(complaints_come_in_order_of_line_and_column_then_sets),
        cmocka_unit_test(twenty_are_shown_the_first_by_line_and_the_rest_counted),
        cmocka_unit_test(the_same_complaint_is_shown_once_and_counted_twice),
        cmocka_unit_test(of_a_long_line_the_part_around_the_column_is_shown),
        cmocka_unit_test(a_long_message_is_cut_and_nothing_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
