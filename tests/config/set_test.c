/* --set KEY=VALUE */
#include "document.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const base = "name: digits\n"
                                "m:\n"
                                "  layers: [dense, {type: dense, units: 3}]\n"
                                "  n: 5\n"
                                "e:\n"
                                "list: [1, 2]\n";

/* What `path` is after the set; valid until the next call. */
static const char *after(const char *set, const char *path) {
    static char text[64];
    nn_document *document = parse_set(base, set);
    const char *found = text_at(document, path);
    snprintf(text, sizeof text, "%s", found ? found : "(none)");
    nn_document_destroy(document);
    return text;
}

static void a_value_is_changed_or_made(void **state) {
    assert_string_equal(after("name=x", "name"), "x");
    assert_string_equal(after("m.n=7", "m.n"), "7");
    assert_string_equal(after("m.new=7", "m.new"), "7");
    assert_string_equal(after("a.b.c.d=7", "a.b.c.d"), "7");
    assert_string_equal(after("e.f=7", "e.f"), "7"); /* e was null */
    assert_string_equal(after("name=", "name"), "");
    assert_string_equal(after("name=a=b", "name"), "a=b");
}

static void list_indexes_are_written_two_ways(void **state) {
    assert_string_equal(after("list.1=9", "list.1"), "9");
    assert_string_equal(after("list[0]=9", "list.0"), "9");
    assert_string_equal(after("m.layers[1].units=9", "m.layers.1.units"), "9");
    assert_string_equal(after("m.layers.1.units=9", "m.layers.1.units"), "9");
}

static void the_value_is_yaml(void **state) {
    assert_string_equal(after("list=[7, 8, 9]", "list.2"), "9");
    assert_string_equal(after("m={a: {b: c}}", "m.a.b"), "c");
    assert_string_equal(after("m={a: 1}", "m.n"), "(none)"); /* the whole map is given */
    assert_string_equal(after("name='[x]'", "name"), "[x]");
    assert_string_equal(after("m.n=1 epoch", "m.n"), "1 epoch");
    assert_string_equal(after("m={<<: {a: 1}, b: 2}", "m.a"), "1");
    nn_document *document = parse_set(base, "name='5'");
    assert_true(nn_node_child(nn_document_root(document), "name")->quoted);
    nn_document_destroy(document);
}

static void a_bare_word_opens_into_a_map(void **state) {
    nn_document *document = parse_set(base, "m.layers[0].units=9");
    assert_string_equal(text_at(document, "m.layers.0.type"), "dense");
    assert_string_equal(text_at(document, "m.layers.0.units"), "9");
    nn_document_destroy(document);
}

static void sets_are_applied_in_order(void **state) {
    const char *const sets[] = {"a.b=1", "a.c=2", "a.b=3"};
    nn_document *document;
    assert_int_equal(nn_document_parse(&document, base, strlen(base), "t.yaml", sets, 3), NN_OK);
    assert_string_equal(text_at(document, "a.b"), "3");
    assert_string_equal(text_at(document, "a.c"), "2");
    nn_document_destroy(document);
}

static void what_is_set_behind_an_alias_changes_that_copy_only(void **state) {
    nn_document *document = parse_set("a: &x {u: 1}\nb: *x\nc: {<<: *x}\n", "b.u=2");
    assert_string_equal(text_at(document, "a.u"), "1");
    assert_string_equal(text_at(document, "b.u"), "2");
    assert_string_equal(text_at(document, "c.u"), "1");
    nn_document_destroy(document);
}

static void a_node_that_was_set_names_the_argument(void **state) {
    nn_document *document = parse_set(base, "m.k={a: 1}");
    nn_node *k = nn_node_child(nn_node_child(nn_document_root(document), "m"), "k");
    assert_string_equal(k->source, "--set m.k={a: 1}");
    assert_string_equal(k->first->source, "--set m.k={a: 1}");
    assert_int_equal(k->line, 0);
    nn_document_destroy(document);
}

static void a_wrong_argument_is_told(void **state) {
    static const char *const cases[][2] = {
        {"name", "--set name: KEY=VALUE is expected"},
        {"=5", "--set =5: KEY=VALUE is expected"},
        {"a..b=1", "--set a..b=1: a part of the key is empty"},
        {"a.=1", "--set a.=1: a part of the key is empty"},
        {"list[1=1", "--set list[1=1: a `]` is missing in the key"},
        {"list[1]x=1", "--set list[1]x=1: after `]` a `.` is expected in the key"},
        {"list[2]=1", "--set list[2]=1: list is a list of 2: \"2\" is not an index from 0 to 1"},
        {"list[-1]=1", "--set list[-1]=1: list is a list of 2: \"-1\" is not an index from 0 to 1"},
        {"list.x=1", "--set list.x=1: list is a list of 2: \"x\" is not an index from 0 to 1"},
        {"list[99999999999]=1", "--set list[99999999999]=1: list is a list of 2: \"99999999999\" "
                                "is not an index from 0 to 1"},
        {"m[0]=1", "--set m[0]=1: m is not a list: it has no [0]"},
        {"m.n.x=1", "--set m.n.x=1: m.n is \"5\", not a map: nothing can be set in it"},
        {"name=[1", "--set name=[1: this is not YAML: flow sequence without a closing bracket\n"
                    "  what opens here is never closed"},
        {"name=*x", "--set name=*x: no anchor &x before this alias"},
        {"m={a: 1, a: 2}", "--set m={a: 1, a: 2}: duplicate key \"a\""},
        {"name=\xFF", "--set name=\xFF: a byte that is not UTF-8 (hexadecimal ff) at byte 1\n"
                      "  a configuration is YAML text in UTF-8"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(message_of_set(base, cases[i][0]), cases[i][1]);
}

static void a_very_deep_key_is_refused(void **state) {
    nn_buffer set = {0};
    for (int i = 0; i < 100000; i++) nn_buffer_add(&set, "a.");
    nn_buffer_add(&set, "a=1");
    const char *message = message_of_set(base, set.text);
    assert_non_null(strstr(message, "...: the key is more than 64 deep"));
    assert_true(strlen(message) < 200);
    nn_buffer_free(&set);
}

static void a_value_that_does_not_bind_names_the_argument(void **state) {
    assert_string_equal(message_of_set("count: 1\n", "count=many"),
                        "--set count=many: count: expected an integer from 1 to 1000, found "
                        "\"many\"");
    assert_string_equal(message_of_set("count: 1\n", "optimizer={type: sgd, momentun: 1}"),
                        "--set optimizer={type: sgd, momentun: 1}: unknown key \"momentun\" in "
                        "optimizer (sgd)\n  did you mean \"momentum\"?");
    assert_string_equal(message_of_set("count: 1\noptimizer: sdg\n", "optimizer.momentum=1"),
                        "t.yaml:2:12: unknown optimizer \"sdg\"\noptimizer: sdg\n           ^\n"
                        "  did you mean \"sgd\"? there are sgd, adam");
}

static void relative_paths_start_at_the_folder_of_the_file(void **state) {
    nn_document *document;
    const char *const set = "file=d/x";
    options o;
    assert_int_equal(nn_document_parse(&document, "a: 1", 4, "/c.yaml", &set, 1), NN_OK);
    nn_config_bind(document, nn_document_root(document), options_keys, NULL, &o);
    assert_string_equal(o.file, "/d/x");
    nn_document_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_changed_or_made),
        cmocka_unit_test(list_indexes_are_written_two_ways),
        cmocka_unit_test(the_value_is_yaml),
        cmocka_unit_test(a_bare_word_opens_into_a_map),
        cmocka_unit_test(sets_are_applied_in_order),
        cmocka_unit_test(what_is_set_behind_an_alias_changes_that_copy_only),
        cmocka_unit_test(a_node_that_was_set_names_the_argument),
        cmocka_unit_test(a_wrong_argument_is_told),
        cmocka_unit_test(a_very_deep_key_is_refused),
        cmocka_unit_test(a_value_that_does_not_bind_names_the_argument),
        cmocka_unit_test(relative_paths_start_at_the_folder_of_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
