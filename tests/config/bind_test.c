/* Binding: a map of the tree to a structure, by a table. */
#include "document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static options bind(nn_document *document) {
    options o;
    memset(&o, 0x5A, sizeof o); /* what nobody fills shows */
    nn_config_bind(document, nn_document_root(document), options_keys, NULL, &o);
    nn_error_clear();
    if (nn_config_verdict(document) != NN_OK) fail_msg("it does not bind:\n%s", nn_error_message());
    return o;
}

static void what_is_not_written_gets_its_preset(void **state) {
    nn_document *document = parse("name: x\n");
    options o = bind(document);
    assert_true(o.flag);
    assert_int_equal(o.count, 5);
    assert_true(o.rate == 0.5);
    assert_true(o.any == 0);
    assert_true(isnan(o.at_least));
    assert_string_equal(o.name, "x");
    assert_null(o.file);
    assert_int_equal(o.precision, 0);
    assert_int_equal(o.batch, 32);
    assert_int_equal(o.shape.n, 0);
    assert_int_equal(o.words.n, 2);
    assert_string_equal(o.words.value[1], "jsonl");
    assert_true(o.time == -1);
    assert_int_equal(o.every.unit, NN_EPOCHS);
    assert_true(o.every.value == 1);
    assert_ptr_equal(o.optimizer.kind, optimizer_kinds[0]);
    assert_true(((sgd_options *)o.optimizer.options)->learning_rate == 0.01);
    assert_int_equal(o.metrics.n, 0);
    assert_false(o.stopping.present);
    assert_int_equal(o.stopping.patience, 10);
    assert_int_equal(o.section.depth, 3);
    assert_true(*(double *)o.section.filler.options == -0.05);
    assert_null(o.layers);
    nn_document_destroy(document);
}

static void null_is_the_same_as_absent(void **state) {
    nn_document *document = parse("count: ~\nrate:\nname: null\noptimizer: ~\nstopping: ~\n"
                                  "section:\nlayers:\nwords: ~\n");
    options o = bind(document);
    assert_int_equal(o.count, 5);
    assert_true(o.rate == 0.5);
    assert_null(o.name);
    assert_ptr_equal(o.optimizer.kind, optimizer_kinds[0]);
    assert_false(o.stopping.present);
    assert_int_equal(o.section.depth, 3);
    assert_null(o.layers);
    assert_int_equal(o.words.n, 2);
    assert_string_equal(text_at(document, "count"), "5"); /* and the tree shows it */
    nn_document_destroy(document);
}

static void every_type_takes_what_it_should(void **state) {
    nn_document *document =
        parse("flag: false\ncount: 1e2\nrate: .25\nany: -1e-3\nat_least: 0.9\nname: 007\n"
              "precision: float64\nbatch: auto\nshape: [3, 4.0]\nweights: 0.5\nwords: csv\n"
              "time: 1h50m\nevery: 100 steps\noptimizer: {type: adam, momentum: 0.9}\n"
              "metrics: [uniform, {type: uniform, minval: 2}]\nstopping: {min_delta: 1}\n"
              "layers: [a, b]\n");
    options o = bind(document);
    assert_false(o.flag);
    assert_int_equal(o.count, 100);
    assert_true(o.rate == 0.25 && o.any == -1e-3 && o.at_least == 0.9);
    assert_string_equal(o.name, "007");
    assert_int_equal(o.precision, 1);
    assert_int_equal(o.batch, -2);
    assert_int_equal(o.shape.n, 2);
    assert_int_equal(o.shape.value[1], 4);
    assert_int_equal(o.weights.n, 1);
    assert_true(o.weights.value[0] == 0.5);
    assert_int_equal(o.words.n, 1);
    assert_true(o.time == 6600);
    assert_int_equal(o.every.unit, NN_STEPS);
    assert_ptr_equal(o.optimizer.kind, optimizer_kinds[1]);
    assert_true(((sgd_options *)o.optimizer.options)->momentum == 0.9);
    assert_true(((sgd_options *)o.optimizer.options)->learning_rate == 0.01);
    assert_int_equal(o.metrics.n, 2);
    assert_true(*(double *)o.metrics.value[0].options == -0.05);
    assert_true(*(double *)o.metrics.value[1].options == 2);
    assert_true(o.stopping.present);
    assert_int_equal(o.stopping.patience, 10);
    assert_int_equal(o.layers->count, 2);
    nn_document_destroy(document);
}

static void words_stand_for_negative_numbers(void **state) {
    nn_document *document = parse("batch: all\nshape: infer\ntime: none\nevery: never\n");
    options o = bind(document);
    assert_int_equal(o.batch, -1);
    assert_int_equal(o.shape.n, 1);
    assert_int_equal(o.shape.value[0], -1);
    assert_true(o.time == -1);
    assert_int_equal(o.every.unit, NN_NEVER);
    nn_document_destroy(document);
}

/* ---- errors: text and the whole message ---- */

typedef struct refused {
    const char *text, *message;
} refused;

static void check_refused(const refused *cases, size_t n) {
    for (size_t i = 0; i < n; i++) assert_string_equal(message_of(cases[i].text), cases[i].message);
}
#define CHECK_REFUSED(cases) check_refused(cases, sizeof(cases) / sizeof *(cases))

static void unknown_keys_are_told_with_the_nearest(void **state) {
    static const refused cases[] = {
        {"nmae: x\n", "t.yaml:1:1: unknown key \"nmae\"\nnmae: x\n^\n  did you mean \"name\"?"},
        {"section:\n  dept: 1\n", "t.yaml:2:3: unknown key \"dept\" in section\n  dept: 1\n  ^\n"
                                  "  did you mean \"depth\"?"},
        {"section: {zzz: 1}\n", "t.yaml:1:11: unknown key \"zzz\" in section\n"
                                "section: {zzz: 1}\n          ^\n  its keys are depth, filler"},
        {"optimizer: {type: sgd, momentun: 1}\n",
         "t.yaml:1:24: unknown key \"momentun\" in optimizer (sgd)\n"
         "optimizer: {type: sgd, momentun: 1}\n                       ^\n"
         "  did you mean \"momentum\"?"},
        {"depth: 1\n", "t.yaml:1:1: unknown key \"depth\"\ndepth: 1\n^\n"
                       "  did you mean section.depth?"},
        {"momentum: 1\n", "t.yaml:1:1: unknown key \"momentum\"\nmomentum: 1\n^\n"
                          "  did you mean optimizer.momentum?"},
        {"quite_another: x\n", "t.yaml:1:1: unknown key \"quite_another\"\nquite_another: x\n^\n"
                               "  `nnmpi help config` lists its keys"}};
    CHECK_REFUSED(cases);
}

static void a_wrong_value_says_what_is_expected_and_what_was_found(void **state) {
    static const refused cases[] = {
        {"rate: fast\n",
         "t.yaml:1:7: rate: expected a number > 0, found \"fast\"\nrate: fast\n      ^"},
        {"rate: 0\n", "t.yaml:1:7: rate: expected a number > 0, found \"0\"\nrate: 0\n      ^"},
        {"rate: -1\n", "t.yaml:1:7: rate: expected a number > 0, found \"-1\"\nrate: -1\n      ^"},
        {"rate: .inf\n",
         "t.yaml:1:7: rate: expected a number > 0, found \".inf\"\nrate: .inf\n      ^"},
        {"any: nan\n", "t.yaml:1:6: any: expected a number, found \"nan\"\nany: nan\n     ^"},
        {"any: '5'\n", "t.yaml:1:6: any: expected a number, found the text \"5\"\nany: '5'\n"
                       "     ^\n  take the quotes away"},
        {"any: [1]\n", "t.yaml:1:6: any: expected a number, found a list\nany: [1]\n     ^"},
        {"any:\n  x: 1\n", "t.yaml:1:1: any: expected a number, found a map\nany:\n^"},
        {"count: 1.5\n",
         "t.yaml:1:8: count: expected an integer from 1 to 1000, found \"1.5\"\ncount: 1.5\n"
         "       ^"},
        {"count: 1001\n",
         "t.yaml:1:8: count: expected an integer from 1 to 1000, found \"1001\"\ncount: 1001\n"
         "       ^"},
        {"count: 0x10\n",
         "t.yaml:1:8: count: expected an integer from 1 to 1000, found \"0x10\"\ncount: 0x10\n"
         "       ^"},
        {"flag: tru\n", "t.yaml:1:7: flag: expected true or false, found \"tru\"\nflag: tru\n"
                        "      ^\n  did you mean \"true\"?"},
        {"flag: yes\n",
         "t.yaml:1:7: flag: expected true or false, found \"yes\"\nflag: yes\n      ^"},
        {"name: [a]\n", "t.yaml:1:7: name: expected a text, found a list\nname: [a]\n      ^"},
        {"file: ''\n", "t.yaml:1:7: file: expected a path, found \"\"\nfile: ''\n      ^"},
        {"precision: flaot64\n",
         "t.yaml:1:12: precision: expected one of float32, float64, found \"flaot64\"\n"
         "precision: flaot64\n           ^\n  did you mean \"float64\"?"},
        {"batch: 0\n", "t.yaml:1:8: batch: expected an integer >= 1, or all, auto, found \"0\"\n"
                       "batch: 0\n       ^"},
        {"batch: al\n", "t.yaml:1:8: batch: expected an integer >= 1, or all, auto, found \"al\"\n"
                        "batch: al\n       ^\n  did you mean \"all\"?"},
        {"shape: [2, x]\n", "t.yaml:1:12: shape: expected an integer or a list of integers >= 1, "
                            "or infer, found \"x\"\nshape: [2, x]\n           ^"},
        {"shape: [1,1,1,1,1,1,1,1,1]\n",
         "t.yaml:1:8: shape: expected an integer or a list of integers >= 1, or infer, found a "
         "list\nshape: [1,1,1,1,1,1,1,1,1]\n       ^\n  at most 8 of them"},
        {"weights: [0.5, 2]\n", "t.yaml:1:16: weights: expected a number or a list of numbers "
                                "from 0 to 1, found \"2\"\nweights: [0.5, 2]\n               ^"},
        {"time: soon\n", "t.yaml:1:7: time: expected a duration such as 90s or 1h50m, or none, "
                         "found \"soon\"\ntime: soon\n      ^"},
        {"every: 5\n", "t.yaml:1:8: every: expected an interval such as 1 epoch, 100 steps, 10m "
                       "or never, found \"5\"\nevery: 5\n       ^\n"
                       "  write `5 epochs` or `5 steps`"},
        {"stopping: 5\n", "t.yaml:1:11: stopping: expected a map of keys and values, found \"5\"\n"
                          "stopping: 5\n          ^\n  its keys are patience, min_delta"}};
    CHECK_REFUSED(cases);
}

static void an_unknown_kind_is_told_with_the_nearest_and_the_list(void **state) {
    static const refused cases[] = {
        {"optimizer: sdg\n", "t.yaml:1:12: unknown optimizer \"sdg\"\noptimizer: sdg\n"
                             "           ^\n  did you mean \"sgd\"? there are sgd, adam"},
        {"optimizer:\n  type: rocket\n", "t.yaml:2:9: unknown optimizer \"rocket\"\n"
                                         "  type: rocket\n        ^\n  there are sgd, adam"},
        {"optimizer: {momentum: 1}\n",
         "t.yaml:1:1: optimizer: the key \"type\" is missing\noptimizer: {momentum: 1}\n^"},
        {"optimizer:\n  sgd: {momentum: 1}\n",
         "t.yaml:1:1: optimizer: the key \"type\" is missing\noptimizer:\n^\n"
         "  write {type: sgd, ...}"},
        {"optimizer: [sgd]\n", "t.yaml:1:12: optimizer: expected a name or a map with `type`, "
                               "found a list\noptimizer: [sgd]\n           ^"},
        {"metrics: [zeros, zero]\n",
         "t.yaml:1:18: unknown metric \"zero\"\nmetrics: [zeros, zero]\n                 ^\n"
         "  did you mean \"zeros\"? there are uniform, zeros"}};
    CHECK_REFUSED(cases);
}

static void an_error_inside_an_alias_is_told_once_where_it_was_written(void **state) {
    assert_string_equal(message_of("templates: [&a {type: sgd, momentum: 3}]\noptimizer: *a\n"
                                   "metrics: [&b {type: uniform, minval: x}, *b, *b]\n"),
                        "t.yaml:1:38: momentum: expected a number from 0 to 1, found \"3\"\n"
                        "templates: [&a {type: sgd, momentum: 3}]\n"
                        "                                     ^\n"
                        "t.yaml:3:38: minval: expected a number, found \"x\"\n"
                        "metrics: [&b {type: uniform, minval: x}, *b, *b]\n"
                        "                                     ^");
}

/* ---- things of a registry ---- */

static const nn_key common_keys[] = {{.name = "name", .type = NN_KEY_TEXT, .help = "a name"}, {0}};

static void a_bare_word_is_the_kind_with_its_presets(void **state) {
    nn_document *document = parse("layers: [flatten, {type: dense, units: 3, name: d}]\n");
    nn_node *list = nn_node_child(nn_document_root(document), "layers");
    nn_typed flat =
        nn_config_bind_kind(document, nn_node_at(list, 0), layer_kinds, common_keys, "layer");
    nn_typed dense =
        nn_config_bind_kind(document, nn_node_at(list, 1), layer_kinds, common_keys, "layer");
    assert_int_equal(nn_config_complaints(document), 0);
    assert_string_equal(flat.kind->name, "flatten");
    assert_null(flat.options);
    assert_ptr_equal(flat.node, nn_node_at(list, 0));
    dense_options *o = dense.options;
    assert_int_equal(o->units, 3);
    assert_string_equal(o->kernel.kind->name, "uniform");
    assert_true(*(double *)o->kernel.options == -0.5); /* a preset inside a preset */
    nn_document_destroy(document);
}

static void a_bare_word_with_presets_becomes_a_map_that_shows_them(void **state) {
    nn_document *document = parse("optimizer: sgd\nmetrics: [zeros]\n");
    bind(document);
    assert_string_equal(text_at(document, "optimizer.type"), "sgd");
    assert_string_equal(text_at(document, "optimizer.learning_rate"), "0.01");
    assert_string_equal(text_at(document, "metrics.0"), "zeros"); /* it has none to show */
    nn_document_destroy(document);
}

static void a_complaint_leaves_the_kind_empty(void **state) {
    nn_document *document = parse("layers: [dense, {type: dense, units: 0}, denes]\n");
    nn_node *list = nn_node_child(nn_document_root(document), "layers");
    for (int i = 0; i < 3; i++)
        assert_null(
            nn_config_bind_kind(document, nn_node_at(list, i), layer_kinds, NULL, "layer").kind);
    nn_error_clear();
    assert_int_equal(nn_config_verdict(document), NN_BAD_CONFIG);
    assert_string_equal(nn_error_message(),
                        "t.yaml:1:10: missing key \"units\" in layers[0] (dense)\n"
                        "layers: [dense, {type: dense, units: 0}, denes]\n         ^\n  outputs\n"
                        "t.yaml:1:38: units: expected an integer >= 1, found \"0\"\n"
                        "layers: [dense, {type: dense, units: 0}, denes]\n"
                        "                                     ^\n"
                        "t.yaml:1:42: unknown layer \"denes\"\n"
                        "layers: [dense, {type: dense, units: 0}, denes]\n"
                        "                                         ^\n"
                        "  did you mean \"dense\"? there are dense, flatten");
    nn_document_destroy(document);
}

static void an_unknown_key_is_told_once_by_two_tables(void **state) {
    nn_document *document = parse("layers: [{type: dense, units: 1, nmae: x}]\n");
    nn_node *node = nn_node_at(nn_node_child(nn_document_root(document), "layers"), 0);
    const char *name;
    nn_config_bind_kind(document, node, layer_kinds, common_keys, "layer");
    assert_int_equal(nn_config_complaints(document), 1);
    static const nn_key also[] = {{.name = "type", .type = NN_KEY_TEXT, .help = ""}, {0}};
    nn_config_bind(document, node, common_keys, also, &name);
    assert_int_equal(nn_config_complaints(document), 1);
    nn_document_destroy(document);
}

static void a_preset_needs_no_document(void **state) {
    nn_arena *arena = nn_arena_create();
    nn_typed preset = nn_kind_preset(arena, optimizer_kinds[1]);
    assert_ptr_equal(preset.kind, optimizer_kinds[1]);
    assert_true(((sgd_options *)preset.options)->learning_rate == 0.01);
    preset = nn_kind_preset(arena, layer_kinds[0]);
    dense_options *o = preset.options;
    assert_int_equal(o->units, 0); /* required, so there is none */
    assert_true(*(double *)o->kernel.options == -0.5);
    assert_null(nn_kind_preset(arena, layer_kinds[1]).options);
    nn_arena_destroy(arena);
}

static void without_a_node_presets_only_are_bound(void **state) {
    nn_document *document = parse("name: x\n");
    options o;
    memset(&o, 0x5A, sizeof o);
    nn_config_bind(document, NULL, options_keys, NULL, &o);
    assert_int_equal(o.count, 5);
    assert_null(o.name);
    assert_ptr_equal(o.optimizer.kind, optimizer_kinds[0]);
    assert_int_equal(nn_document_root(document)->count, 1); /* the tree is as it was */
    dense_options dense;
    nn_config_bind(document, NULL, layer_kinds[0]->keys, NULL, &dense);
    assert_int_equal(nn_config_complaints(document), 0); /* also of required keys */
    nn_document_destroy(document);
}

static void binding_again_gives_the_same(void **state) {
    nn_document *document = parse("file: x.h5\noptimizer: sgd\nstopping: {patience: 3}\n");
    options a = bind(document), b = bind(document);
    assert_string_equal(a.file, b.file);
    assert_true(b.stopping.present);
    assert_false(nn_node_child(nn_document_root(document), "section") == NULL);
    assert_ptr_equal(a.optimizer.kind, b.optimizer.kind);
    nn_document_destroy(document);
}

/* ---- required keys ---- */

static const nn_key needy_inner[] = {
    {.name = "loss", .type = NN_KEY_TEXT, .required = true, .help = "what is made small"}, {0}};
static const nn_key needy[] = {
    {.name = "data", .type = NN_KEY_MAP, .required = true, .keys = needy_inner, .help = "the data"},
    {.name = "training", .type = NN_KEY_MAP, .offset = 8, .keys = needy_inner, .help = "how"},
    {0}};

static void missing_keys_are_told_at_what_they_belong_to(void **state) {
    nn_document *document = parse("# c\ntraining:\n");
    const char *structure[2];
    nn_config_bind(document, nn_document_root(document), needy, NULL, structure);
    nn_error_clear();
    nn_config_verdict(document);
    assert_string_equal(nn_error_message(), "t.yaml:2:1: missing key \"data\"\ntraining:\n^\n"
                                            "  the data\n"
                                            "t.yaml:2:1: missing key \"loss\" in training\n"
                                            "training:\n^\n  what is made small");
    nn_document_destroy(document);
}

static void a_bound_against_overflow_is_told_only_to_who_passes_it(void **state) {
    static const nn_key keys[] = {
        {.name = "n", .type = NN_KEY_INT, .min = 1, .max = 1e12, .help = "many"}, {0}};
    static const char *const cases[][2] = {
        {"n: 0\n", "t.yaml:1:4: n: expected an integer >= 1, found \"0\"\nn: 0\n   ^"},
        {"n: 2e12\n", "t.yaml:1:4: n: expected an integer >= 1, found \"2e12\"\nn: 2e12\n   ^\n"
                      "  at most 1000000000000"}};
    for (int i = 0; i < 2; i++) {
        nn_document *document = parse(cases[i][0]);
        int64_t n;
        nn_config_bind(document, nn_document_root(document), keys, NULL, &n);
        nn_error_clear();
        nn_config_verdict(document);
        assert_string_equal(nn_error_message(), cases[i][1]);
        nn_document_destroy(document);
    }
}

/* ---- paths ---- */

static const char *path_of(const char *config, const char *text) {
    static char path[600];
    nn_document *document;
    nn_buffer yaml = {0};
    nn_buffer_add(&yaml, "file: %s\n", text);
    assert_int_equal(nn_document_parse(&document, yaml.text, yaml.length, config, NULL, 0), NN_OK);
    strcpy(path, bind(document).file);
    nn_document_destroy(document);
    nn_buffer_free(&yaml);
    return path;
}

static void relative_paths_start_at_the_folder_of_the_file(void **state) {
    char folder[] = "/tmp/nnmpi_config_XXXXXX", name[64], target[64];
    assert_non_null(mkdtemp(folder));
    snprintf(name, sizeof name, "%s/c.yaml", folder);
    snprintf(target, sizeof target, "%s/data/x.h5", folder);
    assert_string_equal(path_of(name, "data/x.h5"), target);
    assert_string_equal(path_of(name, "./data/x.h5"), target);
    assert_string_equal(path_of(name, "."), folder);
    assert_string_equal(path_of(name, "/abs/x.h5"), "/abs/x.h5");
    assert_string_equal(path_of("/x.yaml", "y"), "/y");
    assert_string_equal(path_of(name, "../y"), "/tmp/y"); /* the folders above it by their names */
    assert_string_equal(path_of(name, "./..//y/../z"), "/tmp/y/../z");
    assert_string_equal(path_of(name, ".."), "/tmp");
    assert_string_equal(path_of(name, "../.."), "/");
    assert_string_equal(path_of(name, "../../../y"), "/y");
    assert_string_equal(path_of("/x.yaml", "."), "/");
    assert_string_equal(path_of("/nowhere/../x.yaml", "../y"), "/nowhere/../../y");
    assert_string_equal(path_of("/nowhere/at/all/x.yaml", "y"), "/nowhere/at/all/y");
    snprintf(target, sizeof target, "%s/~/x", folder);
    assert_string_equal(path_of(name, "./~/x"), target);
    assert_int_equal(setenv("HOME", "/home/somebody", 1), 0);
    assert_string_equal(path_of(name, "~/x"), "/home/somebody/x");
    assert_string_equal(path_of(name, "'~'"), "/home/somebody");
    snprintf(target, sizeof target, "%s/~other/x", folder);
    assert_string_equal(path_of(name, "~other/x"), target); /* a name like any other */
    snprintf(target, sizeof target, "%s/link", folder);
    assert_int_equal(symlink("/etc", target), 0); /* a link to the folder is followed */
    snprintf(name, sizeof name, "%s/link/c.yaml", folder);
    assert_string_equal(path_of(name, "y"), "/etc/y");
    snprintf(name, sizeof name, "%s/c.yaml", folder); /* a link to the file is not */
    assert_int_equal(symlink("/etc/passwd", name), 0);
    snprintf(target, sizeof target, "%s/y", folder);
    assert_string_equal(path_of(name, "y"), target);
    unlink(name);
    snprintf(target, sizeof target, "%s/link", folder);
    unlink(target);
    rmdir(folder);
}

static void lists_of_paths_are_made_absolute_too(void **state) {
    nn_document *document;
    const char *text = "files: [a, 'b c', /d]\n";
    assert_int_equal(nn_document_parse(&document, text, strlen(text), "/x.yaml", NULL, 0), NN_OK);
    options o = bind(document);
    assert_int_equal(o.files.n, 3);
    assert_string_equal(o.files.value[0], "/a");
    assert_string_equal(o.files.value[1], "/b c");
    assert_string_equal(o.files.value[2], "/d");
    nn_document_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_written_gets_its_preset),
        cmocka_unit_test(null_is_the_same_as_absent),
        cmocka_unit_test(every_type_takes_what_it_should),
        cmocka_unit_test(words_stand_for_negative_numbers),
        cmocka_unit_test(unknown_keys_are_told_with_the_nearest),
        cmocka_unit_test(a_wrong_value_says_what_is_expected_and_what_was_found),
        cmocka_unit_test(an_unknown_kind_is_told_with_the_nearest_and_the_list),
        cmocka_unit_test(an_error_inside_an_alias_is_told_once_where_it_was_written),
        cmocka_unit_test(a_bare_word_is_the_kind_with_its_presets),
        cmocka_unit_test(a_bare_word_with_presets_becomes_a_map_that_shows_them),
        cmocka_unit_test(a_complaint_leaves_the_kind_empty),
        cmocka_unit_test(an_unknown_key_is_told_once_by_two_tables),
        cmocka_unit_test(a_preset_needs_no_document),
        cmocka_unit_test(without_a_node_presets_only_are_bound),
        cmocka_unit_test(binding_again_gives_the_same),
        cmocka_unit_test(missing_keys_are_told_at_what_they_belong_to),
        cmocka_unit_test(a_bound_against_overflow_is_told_only_to_who_passes_it),
        cmocka_unit_test(relative_paths_start_at_the_folder_of_the_file),
        cmocka_unit_test(lists_of_paths_are_made_absolute_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
