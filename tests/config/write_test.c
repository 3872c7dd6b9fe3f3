/* The tree as YAML, and back. */
#include "document.h"

#include <stdio.h>
#include <stdlib.h>

static void check_round_trip(nn_document *document) {
    nn_buffer text = {0};
    nn_document_write(document, &text);
    nn_document *again = parse(text.text);
    if (!same_tree(nn_document_root(document), nn_document_root(again)))
        fail_msg("another tree is read from\n%s", text.text);
    nn_document_destroy(again);
    nn_buffer_free(&text);
}

static void what_is_written_reads_back_as_the_same_tree(void **state) {
    static const char *const texts[] = {
        "{}\n",
        "a: 1\nb: [1, 2, 3]\nc: {d: {e: f}}\ng: []\nh: {}\ni:\nj: ~\nk: ''\n",
        "a: '5'\nb: \"true\"\nc: 'null'\nd: '~'\ne: ''\nf: ' x '\ng: \"a: b # c\"\n",
        "a: \"line\\nbreak\\ttab \\\\ \\\" \\x01 \\u0085 \\u2028 \\uFEFF \xE2\x98\xBA\"\n",
        "a: |\n  block\n    more\nb: >-\n  folded\n  text\n\n  para\nc: p\n  q\n\n  r\n",
        "l:\n  - - 1\n    - [2, 3]\n    - - - 4\n  - a: b\n    c:\n      - d: e\n  - {}\n  - []\n"
        "  -\n",
        "a: -x\nb: ?x\nc: ':x'\nd: a#b\ne: http://x/y?z=1&w\nf: --\ng: a,b\nh: [a b, 'a,b', "
        "\"[\"]\n",
        "a: '*x'\nb: '&x'\nc: '!x'\nd: '@x'\ne: '%x'\nf: '|'\ng: '>'\nh: '---'\ni: '...'\n",
        "a: /x y/z.h5\nb: ./x[1].h5\nc: ~/x\nd: '~'\ne: 1e-3\nf: .5\ng: 0x10\nh: <<\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        nn_document *document = parse(texts[i]);
        check_round_trip(document);
        nn_document_destroy(document);
    }
}

static void odd_keys_are_quoted(void **state) {
    nn_document *document =
        parse("'key with: colon': 1\n\"\\ttab\": 2\n'<<': 3\n'- x': 4\n'[a]': 6\n'5': 7\n");
    check_round_trip(document);
    nn_document_destroy(document);
}

static void aliases_and_merges_are_written_out(void **state) {
    nn_document *document = parse("templates: [&a {x: [1, 2]}]\nb: *a\nc: {<<: *a, y: 3}\n");
    nn_buffer text = {0};
    nn_document_write(document, &text);
    assert_string_equal(text.text, "b:\n  x: [1, 2]\nc:\n  y: 3\n  x: [1, 2]\n");
    nn_buffer_free(&text);
    nn_document_destroy(document);
}

static void defaults_and_absolute_paths_are_written(void **state) {
    nn_document *document;
    const char *const set = "rate=2";
    const char *text =
        "file: d/x.h5\nlayers:\n  - relu\n  - {type: dense, units: 3}\nsection: {depth: 1}\n";
    assert_int_equal(nn_document_parse(&document, text, strlen(text), "/c.yaml", &set, 1), NN_OK);
    options o;
    nn_config_bind(document, nn_document_root(document), options_keys, NULL, &o);
    nn_node *dense = nn_node_at(o.layers, 1);
    nn_config_bind_kind(document, dense, layer_kinds, NULL, "layer");
    assert_int_equal(nn_config_complaints(document), 0);
    nn_buffer written = {0};
    nn_document_write(document, &written);
    assert_string_equal(written.text, "file: /d/x.h5\n"
                                      "layers:\n"
                                      "  - relu\n"
                                      "  - type: dense\n"
                                      "    units: 3\n"
                                      "    kernel_initializer:\n"
                                      "      type: uniform\n"
                                      "      minval: -0.5\n"
                                      "section:\n"
                                      "  depth: 1\n"
                                      "  filler:\n"
                                      "    type: uniform\n"
                                      "    minval: -0.05\n"
                                      "rate: 2\n"
                                      "flag: true\n"
                                      "count: 5\n"
                                      "at_least: nan\n"
                                      "precision: float32\n"
                                      "batch: 32\n"
                                      "words: [csv, jsonl]\n"
                                      "time: none\n"
                                      "every: 1 epoch\n"
                                      "optimizer:\n"
                                      "  type: sgd\n"
                                      "  learning_rate: 0.01\n"
                                      "  momentum: 0\n");
    check_round_trip(document);
    nn_buffer_free(&written);
    nn_document_destroy(document);
}

/* Written, read and bound again it means the same: presets do not become the user's words, and are
 * accepted though they lie outside the range (nan). */
static void a_resolved_configuration_binds_to_itself(void **state) {
    nn_document *document = parse("name: x\noptimizer: adam\nfile: 'odd: name'\n");
    nn_buffer once = {0}, twice = {0};
    options o;
    nn_config_bind(document, nn_document_root(document), options_keys, NULL, &o);
    nn_document_write(document, &once);
    nn_document *again = parse(once.text);
    nn_config_bind(again, nn_document_root(again), options_keys, NULL, &o);
    assert_int_equal(nn_config_complaints(again), 0);
    assert_false(o.stopping.present);
    nn_document_write(again, &twice);
    assert_string_equal(once.text, twice.text);
    nn_buffer_free(&once);
    nn_buffer_free(&twice);
    nn_document_destroy(document);
    nn_document_destroy(again);
}

static void a_path_in_an_odd_folder_is_quoted(void **state) {
    static const char *const folders[] = {"/nowhere/a #b", "/nowhere/a: b", "/nowhere/[x], {y}"};
    for (int i = 0; i < 3; i++) {
        char config[64], file[64];
        snprintf(config, sizeof config, "%s/c.yaml", folders[i]);
        snprintf(file, sizeof file, "%s/x.h5", folders[i]);
        nn_document *document;
        const char *text = "files: [x.h5]\n";
        assert_int_equal(nn_document_parse(&document, text, strlen(text), config, NULL, 0), NN_OK);
        options o;
        nn_config_bind(document, nn_document_root(document), options_keys, NULL, &o);
        nn_buffer written = {0};
        nn_document_write(document, &written);
        nn_document *again = parse(written.text);
        assert_string_equal(text_at(again, "files.0"), file);
        check_round_trip(document);
        nn_buffer_free(&written);
        nn_document_destroy(document);
        nn_document_destroy(again);
    }
}

static void nodes_of_presets_are_marked(void **state) {
    nn_document *document = parse("section:\n  depth: 1\n");
    options o;
    nn_config_bind(document, nn_document_root(document), options_keys, NULL, &o);
    nn_node *section = nn_node_child(nn_document_root(document), "section");
    assert_false(section->is_default);
    assert_false(nn_node_child(section, "depth")->is_default);
    nn_node *filler = nn_node_child(section, "filler");
    assert_true(filler->is_default);
    assert_true(nn_node_child(filler, "minval")->is_default);
    assert_true(nn_node_child(filler, "type")->is_default);
    nn_error_clear(); /* and a complaint about one is told at what it belongs to */
    nn_config_complain(document, nn_node_child(filler, "minval"), NULL, "too small");
    nn_config_verdict(document);
    assert_string_equal(nn_error_message(), "t.yaml:1:1: too small\nsection:\n^");
    nn_document_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_as_the_same_tree),
        cmocka_unit_test(odd_keys_are_quoted),
        cmocka_unit_test(aliases_and_merges_are_written_out),
        cmocka_unit_test(defaults_and_absolute_paths_are_written),
        cmocka_unit_test(a_resolved_configuration_binds_to_itself),
        cmocka_unit_test(a_path_in_an_odd_folder_is_quoted),
        cmocka_unit_test(nodes_of_presets_are_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
