/* YAML text to a tree: what is read, where it was, and what is refused. */
#include "document.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* ---- what is read ---- */

static void scalars_keep_their_text_and_whether_they_were_quoted(void **state) {
    nn_document *document =
        parse("a: 1e3\nb: \"1e3\"\nc: 'it''s'\nd:\ne: ~\nf: !!str 5\ng: |\n  x\n"
              "   y\nh: >\n  x\n  y\ni: p\n  q\n");
    static const struct {
        const char *path, *text;
        bool quoted;
    } expected[] = {{"a", "1e3", false},    {"b", "1e3", true},   {"c", "it's", true},
                    {"d", "", false},       {"e", "~", false},    {"f", "5", true},
                    {"g", "x\n y\n", true}, {"h", "x y\n", true}, {"i", "p q", false}};
    for (int i = 0; i < 9; i++) {
        nn_node *node = nn_node_child(nn_document_root(document), expected[i].path);
        assert_string_equal(node->text, expected[i].text);
        assert_int_equal(node->quoted, expected[i].quoted);
    }
    nn_document_destroy(document);
}

static void nodes_know_line_and_column_of_key_and_value(void **state) {
    nn_document *document = parse("# comment\nname: x\nm:\n  k:   [a,  b]\n  \xC3\xA9\xC3\xA9: v\n"
                                  "  l:\n    - p\n    - q: r\n  'z': \"y\"\n");
    nn_node *m = nn_node_child(nn_document_root(document), "m");
    nn_node *k = nn_node_child(m, "k"), *b = nn_node_at(k, 1), *e = k->next;
    nn_node *q = nn_node_at(nn_node_child(m, "l"), 1)->first;
    nn_node *quoted = nn_node_child(m, "z");
    assert_string_equal(k->source, "t.yaml");
    assert_int_equal(m->line, 3);
    assert_int_equal(m->value_column, 0); /* it is on the next line */
    assert_int_equal(k->line, 4);
    assert_int_equal(k->column, 3);
    assert_int_equal(k->value_column, 8);
    assert_int_equal(b->line, 4);
    assert_int_equal(b->column, 13);
    assert_int_equal(e->value_column, 7); /* columns are characters, not bytes */
    assert_int_equal(q->line, 8);
    assert_int_equal(q->column, 7);
    assert_int_equal(quoted->column, 3);
    assert_int_equal(quoted->value_column, 8);
    assert_string_equal(nn_node_path(document, q), "m.l[1].q");
    assert_string_equal(nn_node_path(document, nn_document_root(document)), "");
    nn_document_destroy(document);
}

static void crlf_and_a_byte_order_mark_change_nothing(void **state) {
    nn_document *document = parse("\xEF\xBB\xBF"
                                  "a: 1\r\nb:\r\n  c: 2\r\n");
    nn_node *c = nn_node_child(nn_node_child(nn_document_root(document), "b"), "c");
    assert_string_equal(c->text, "2");
    assert_int_equal(c->line, 3);
    assert_int_equal(c->column, 3);
    nn_document_destroy(document);
}

static void an_alias_is_a_deep_copy_at_its_own_place(void **state) {
    nn_document *document = parse("a: &x {u: [1, 2]}\nb: *x\nc: [*x]\nd: &s word\ne: *s\n");
    nn_node *root = nn_document_root(document);
    assert_string_equal(text_at(document, "b.u.1"), "2");
    assert_string_equal(text_at(document, "c.0.u.0"), "1");
    assert_string_equal(text_at(document, "e"), "word");
    nn_node *a = nn_node_child(root, "a"), *b = nn_node_child(root, "b");
    assert_ptr_not_equal(a->first, b->first);
    assert_ptr_equal(b->first->parent, b);
    assert_int_equal(b->line, 2);
    assert_int_equal(b->first->line, 1); /* below it: where it was written */
    nn_document_destroy(document);
}

static void an_anchor_may_be_given_again(void **state) {
    nn_document *document = parse("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
    assert_string_equal(text_at(document, "b"), "1");
    assert_string_equal(text_at(document, "d"), "2");
    nn_document_destroy(document);
}

static void merge_brings_keys_and_own_keys_win(void **state) {
    nn_document *document = parse("templates:\n  - &a {type: dense, units: 3}\n"
                                  "  - &b {units: 4, bias: no}\nx:\n  <<: *a\n  units: 7\n"
                                  "y: {<<: [*a, *b], own: 1}\nz:\n  units: 9\n  <<: {<<: *b}\n");
    assert_string_equal(text_at(document, "x.type"), "dense");
    assert_string_equal(text_at(document, "x.units"), "7");
    assert_string_equal(text_at(document, "y.units"), "3"); /* the earlier map */
    assert_string_equal(text_at(document, "y.bias"), "no");
    assert_string_equal(text_at(document, "z.units"), "9");
    assert_string_equal(text_at(document, "z.bias"), "no");
    nn_node *root = nn_document_root(document), *x = nn_node_child(root, "x");
    assert_null(nn_node_child(x, "<<"));
    assert_int_equal(x->count, 2);
    assert_ptr_equal(x->first->parent, x);
    assert_null(nn_node_child(root, "templates"));
    nn_document_destroy(document);
}

static void a_quoted_merge_key_is_an_ordinary_key(void **state) {
    nn_document *document = parse("a: {\"<<\": 1}\n");
    assert_string_equal(text_at(document, "a.<<"), "1");
    nn_document_destroy(document);
}

static void an_inner_key_templates_stays(void **state) {
    nn_document *document = parse("a: {templates: 1}\n");
    assert_string_equal(text_at(document, "a.templates"), "1");
    nn_document_destroy(document);
}

static void sixty_four_levels_are_read(void **state) {
    char text[200] = "a: ";
    for (int i = 0; i < 63; i++) text[3 + i] = '[', text[66 + i] = ']';
    nn_document *document = parse(text);
    nn_document_destroy(document);
    memmove(text + 4, text + 3, 126);
    text[3] = '[', text[130] = ']';
    assert_string_equal(message_of(text),
                        "t.yaml:1:67: lists and maps are nested more than 64 deep\n"
                        "a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
                        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]...\n"
                        "                                                                  ^");
}

/* ---- what is refused: text, message with its line and column ---- */

typedef struct refused {
    const char *text, *message;
} refused;

static void check_refused(const refused *cases, size_t n) {
    for (size_t i = 0; i < n; i++) assert_string_equal(message_of(cases[i].text), cases[i].message);
}
#define CHECK_REFUSED(cases) check_refused(cases, sizeof(cases) / sizeof *(cases))

static void what_is_not_yaml_names_line_and_column(void **state) {
    static const refused cases[] = {
        {"a: 1\nb: @x\n", "t.yaml:2:4: this is not YAML: plain scalar cannot start with '@'\n"
                          "b: @x\n   ^\n  a text that begins so needs quotes"},
        {"a: b: c\n", "t.yaml:1:5: this is not YAML: invalid nested block mapping on the same "
                      "line\na: b: c\n    ^\n  a text with `: ` in it needs quotes"},
        {"a: 1\n b: 2\n",
         "t.yaml:1:4: this is not YAML: invalid multiline plain key\na: 1\n   ^\n"
         "  is the line after it indented too far, or a `:` missing in this line?"},
        {"a: 1\nb: [1, {x: 2}\nc: 3\n",
         "t.yaml:3:1: this is not YAML: wrongly indented flow sequence\nc: 3\n^\n"
         "  is a `]` or a `}` missing before this?"},
        {"a: 1\nb: [1, {x: 2}\n\n",
         "t.yaml:2:4: this is not YAML: flow sequence without a closing bracket\n"
         "b: [1, {x: 2}\n   ^\n  what opens here is never closed"},
        {"\xC3\xA9: [\xE6\x97\xA5, \"x\n",
         "t.yaml:1:9: this is not YAML: double-quoted scalar without closing quote\n"
         "\xC3\xA9: [\xE6\x97\xA5, \"x\n        ^\n  the quote that opens here is never closed"},
        {"a:\n  b: |\n  text\n",
         "t.yaml:3:1: the text after | or > is indented more than its key\n  text\n^"},
        {"%YAML 3.0\n---\na: 1\n",
         "t.yaml:1:1: this is not YAML: it cannot be parsed\n%YAML 3.0\n^"}};
    CHECK_REFUSED(cases);
}

static void a_tab_indent_is_told_at_its_line(void **state) {
    static const refused cases[] = {
        {"a:\n\tb: 1\n", "t.yaml:2:1: a tab indents this line\n b: 1\n^\n  indent with spaces"},
        {"a:\n  b: 1\n\tc: 2\n",
         "t.yaml:3:1: a tab indents this line\n c: 2\n^\n  indent with spaces"},
        {"a:\n  \tb: 1\n",
         "t.yaml:2:3: a tab indents this line\n   b: 1\n  ^\n  indent with spaces"}};
    CHECK_REFUSED(cases);
}

static void a_tab_that_is_text_is_no_indent(void **state) {
    nn_document *document = parse("a: |\n  x\n  \ty\nb: \"p\tq\"\nc: 1\t# comment\n");
    assert_string_equal(text_at(document, "a"), "x\n\ty\n");
    assert_string_equal(text_at(document, "b"), "p\tq");
    nn_document_destroy(document);
}

static void a_root_that_is_no_map_is_refused(void **state) {
    static const refused cases[] = {
        {"", "t.yaml:1:1: the file is empty: a map of keys and values is expected\n\n^\n"
             "  such as `name: digits`"},
        {"# only this\n", "t.yaml:1:1: the file is empty: a map of keys and values is expected\n"
                          "# only this\n^\n  such as `name: digits`"},
        {"~\n", "t.yaml:1:1: the file is empty: a map of keys and values is expected\n~\n^\n"
                "  such as `name: digits`"},
        {"\n- a\n", "t.yaml:2:1: a map of keys and values is expected, found a list\n- a\n^\n"
                    "  such as `name: digits`"},
        {"word\n", "t.yaml:1:1: a map of keys and values is expected, found \"word\"\nword\n^\n"
                   "  such as `name: digits`"}};
    CHECK_REFUSED(cases);
}

static void keys_that_are_no_words_and_tags_are_refused(void **state) {
    static const refused cases[] = {
        {"? [a]\n: b\n", "t.yaml:1:3: a key must be a word, not a list, a map or an alias\n"
                         "? [a]\n  ^"},
        {": b\n", "t.yaml:1:1: a key is missing before the `:`\n: b\n^"},
        {"a: !local b\n", "t.yaml:1:11: tags such as !name mean nothing here\na: !local b\n"
                          "          ^"},
        {"---\na: 1\n---\nb: 2\n",
         "t.yaml:3:1: a second document begins here: a configuration is one\n---\n^"}};
    CHECK_REFUSED(cases);
}

static void a_duplicate_key_names_both_lines(void **state) {
    static const refused cases[] = {
        {"count: 1\nname: x\ncount: 2\n",
         "t.yaml:3:1: duplicate key \"count\": it is already in line 1\ncount: 2\n^"},
        {"optimizer:\n  type: sgd\n  type: adam\n",
         "t.yaml:3:3: duplicate key \"type\": it is already in line 2\n  type: adam\n  ^"},
        {"a: {<<: {x: 1},\n  <<: {y: 1}}\n",
         "t.yaml:2:3: duplicate key \"<<\": it is already in line 1\n  <<: {y: 1}}\n  ^\n"
         "  give `<<` one list: <<: [*a, *b]"},
        {"a: {<<: 5}\n",
         "t.yaml:1:9: `<<` takes a map or a list of maps, found \"5\"\na: {<<: 5}\n        ^"}};
    CHECK_REFUSED(cases);
}

static void an_alias_without_its_anchor_is_told_with_the_nearest(void **state) {
    static const refused cases[] = {
        {"a: &base 1\nb: *bsae\n",
         "t.yaml:2:4: no anchor &bsae before this alias\nb: *bsae\n   ^\n  did you mean \"base\"?"},
        {"a: *later\nb: &later 1\n",
         "t.yaml:1:4: no anchor &later before this alias\na: *later\n   ^"},
        {"a: &x [1, *x]\n",
         "t.yaml:1:11: the alias is inside the value that it stands for\na: &x [1, *x]\n"
         "          ^"}};
    CHECK_REFUSED(cases);
}

static void bytes_that_are_no_text_are_told_by_place(void **state) {
    assert_string_equal(message_of_bytes("a: 1\nb: x\0y\n", 12),
                        "t.yaml:2:5: a NUL byte (hexadecimal 00) at byte 10\nb: x?y\n    ^\n"
                        "  a configuration is YAML text in UTF-8");
    static const refused cases[] = {
        {"a: \xC3\xA9\xFFz\n", "t.yaml:1:5: a byte that is not UTF-8 (hexadecimal ff) at byte 6\n"
                               "a: \xC3\xA9?z\n    ^\n  a configuration is YAML text in UTF-8"},
        {"a: \xC0\xAF\n", "t.yaml:1:4: a byte that is not UTF-8 (hexadecimal c0) at byte 4\n"
                          "a: ??\n   ^\n  a configuration is YAML text in UTF-8"},
        {"a: \xED\xA0\x80\n", "t.yaml:1:4: a byte that is not UTF-8 (hexadecimal ed) at byte 4\n"
                              "a: ???\n   ^\n  a configuration is YAML text in UTF-8"},
        {"a: \x1B[31m\n", "t.yaml:1:4: a control character (hexadecimal 1b) at byte 4\na: ?[31m\n"
                          "   ^\n  a configuration is YAML text in UTF-8"}};
    CHECK_REFUSED(cases);
}

/* ---- hostile files ---- */

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void an_alias_bomb_is_told_within_a_second(void **state) {
    nn_buffer text = {0};
    nn_buffer_add(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
        nn_buffer_add(&text, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++) nn_buffer_add(&text, "%s*a%d", k ? ", " : "", i - 1);
        nn_buffer_add(&text, "]\n");
    }
    double start = now();
    const char *message = message_of(text.text);
    assert_true(now() - start < 1);
    assert_memory_equal(message, "t.yaml:5:", 9);
    assert_non_null(strstr(message, ": more than 100,000 values, with aliases unfolded\n"
                                    "a4: &a4 [*a3, *a3,"));
    nn_buffer_free(&text);
}

static void aliases_may_not_nest_too_deep_either(void **state) {
    nn_buffer text = {0};
    nn_buffer_add(&text, "a0: &a0 [x]\n");
    for (int i = 1; i < 80; i++) nn_buffer_add(&text, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    const char *message = message_of(text.text);
    assert_memory_equal(message, "t.yaml:64:", 10);
    assert_non_null(strstr(message, "nested more than 64 deep, with aliases unfolded"));
    nn_buffer_free(&text);
}

static void a_text_of_two_mebibytes_is_refused(void **state) {
    size_t length = (size_t)2 << 20;
    char *text = malloc(length + 1);
    memset(text, 'x', length);
    memcpy(text, "a: ", 3);
    text[length] = '\0';
    assert_string_equal(message_of(text),
                        "t.yaml: 2.1 MB is too much: a configuration has at most 1 MiB");
    free(text);
}

static void ninety_thousand_unknown_keys_take_no_quadratic_time(void **state) {
    nn_buffer text = {0};
    for (int i = 0; i < 90000; i++) nn_buffer_add(&text, "k%d: 1\n", i);
    double start = now();
    const char *message = message_of(text.text);
    assert_true(now() - start < 5);
    assert_non_null(strstr(message, "\nand 89980 more"));
    nn_buffer_free(&text);
}

/* ---- files ---- */

static void a_file_is_read_whole(void **state) {
    char name[] = "/tmp/nnmpi_config_XXXXXX";
    int file = mkstemp(name);
    assert_int_equal(write(file, "a: 1\n", 5), 5);
    char *text;
    size_t length;
    assert_int_equal(nn_document_read_file(name, &text, &length), NN_OK);
    assert_int_equal(length, 5);
    assert_string_equal(text, "a: 1\n");
    free(text);
    assert_int_equal(ftruncate(file, (2 << 20)), 0);
    nn_error_clear();
    assert_int_equal(nn_document_read_file(name, &text, &length), NN_BAD_CONFIG);
    assert_non_null(strstr(nn_error_message(), "at most 1 MiB"));
    assert_null(text);
    close(file);
    unlink(name);
}

static void a_missing_file_and_a_folder_are_no_input(void **state) {
    char *text;
    size_t length;
    nn_error_clear();
    assert_int_equal(nn_document_read_file("/nowhere/x.yaml", &text, &length), NN_NO_INPUT);
    assert_string_equal(nn_error_message(),
                        "/nowhere/x.yaml: there is no such file, nor a folder /nowhere");
    nn_error_clear();
    assert_int_equal(nn_document_read_file("/tmp", &text, &length), NN_NO_INPUT);
    assert_string_equal(nn_error_message(),
                        "/tmp: a configuration file is expected, this is a folder");
}

static void of_a_missing_file_the_nearest_beside_it_is_named(void **state) {
    char folder[] = "/tmp/nnmpi_config_XXXXXX", name[64], wanted[256], *text;
    size_t length;
    assert_non_null(mkdtemp(folder));
    snprintf(name, sizeof name, "%s/digits.yaml", folder);
    close(open(name, O_CREAT | O_WRONLY, 0600));
    snprintf(name, sizeof name, "%s/lost.yaml", folder);
    assert_int_equal(symlink("/nowhere", name), 0);
    snprintf(name, sizeof name, "%s/folder.yaml", folder);
    assert_int_equal(mkdir(name, 0700), 0);
    snprintf(name, sizeof name, "%s/digits.yaml", folder);
    const char *const given[] = {"digits.yml", "digit.yaml", "rocket.yaml",
                                 "lost.yaml",  "folde.yaml", "abc.yaml"};
    for (int i = 0; i < 6; i++) {
        char other[64];
        snprintf(other, sizeof other, "%s/%s", folder, given[i]);
        snprintf(wanted, sizeof wanted, "%s: there is no such file%s%s%s", other,
                 i < 2 ? "; did you mean " : "", i < 2 ? name : "", i < 2 ? "?" : "");
        nn_error_clear();
        assert_int_equal(nn_document_read_file(other, &text, &length), NN_NO_INPUT);
        assert_string_equal(nn_error_message(), wanted);
    }
    unlink(name);
    snprintf(name, sizeof name, "%s/lost.yaml", folder);
    unlink(name);
    snprintf(name, sizeof name, "%s/folder.yaml", folder);
    rmdir(name);
    assert_int_equal(rmdir(folder), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_missing_file_the_nearest_beside_it_is_named),
        cmocka_unit_test(scalars_keep_their_text_and_whether_they_were_quoted),
        cmocka_unit_test(nodes_know_line_and_column_of_key_and_value),
        cmocka_unit_test(crlf_and_a_byte_order_mark_change_nothing),
        cmocka_unit_test(an_alias_is_a_deep_copy_at_its_own_place),
        cmocka_unit_test(an_anchor_may_be_given_again),
        cmocka_unit_test(merge_brings_keys_and_own_keys_win),
        cmocka_unit_test(a_quoted_merge_key_is_an_ordinary_key),
        cmocka_unit_test(an_inner_key_templates_stays),
        cmocka_unit_test(sixty_four_levels_are_read),
        cmocka_unit_test(what_is_not_yaml_names_line_and_column),
        cmocka_unit_test(a_tab_indent_is_told_at_its_line),
        cmocka_unit_test(a_tab_that_is_text_is_no_indent),
        cmocka_unit_test(a_root_that_is_no_map_is_refused),
        cmocka_unit_test(keys_that_are_no_words_and_tags_are_refused),
        cmocka_unit_test(a_duplicate_key_names_both_lines),
        cmocka_unit_test(an_alias_without_its_anchor_is_told_with_the_nearest),
        cmocka_unit_test(bytes_that_are_no_text_are_told_by_place),
        cmocka_unit_test(an_alias_bomb_is_told_within_a_second),
        cmocka_unit_test(aliases_may_not_nest_too_deep_either),
        cmocka_unit_test(a_text_of_two_mebibytes_is_refused),
        cmocka_unit_test(ninety_thousand_unknown_keys_take_no_quadratic_time),
        cmocka_unit_test(a_file_is_read_whole),
        cmocka_unit_test(a_missing_file_and_a_folder_are_no_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
