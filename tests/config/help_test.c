/* Help from the tables. */
#include "document.h"

static char *help_of_keys(const nn_key *keys, const char *path) {
    static nn_buffer out;
    nn_buffer_free(&out);
    nn_config_help_keys(keys, path, &out);
    return out.text;
}

static char *help_of_kind(const nn_kind *kind, const char *what) {
    static nn_buffer out;
    nn_buffer_free(&out);
    nn_config_help_kind(kind, what, &out);
    return out.text;
}

static void a_key_tells_its_type_range_default_and_help(void **state) {
    const nn_key *key = nn_config_find_key(options_keys, "count");
    nn_key alone[2] = {*key, {0}};
    assert_string_equal(help_of_keys(alone, "count"),
                        "count\n\n"
                        "  count                   an integer from 1 to 1000; default 5\n"
                        "                          a number of things\n");
}

static void nested_tables_are_listed_below_their_key(void **state) {
    const char *help = help_of_keys(options_keys, "all");
    assert_non_null(strstr(help, "\n  stopping                when to stop\n"
                                 "    patience              an integer >= 1; default 10\n"
                                 "                          epochs\n"));
    assert_non_null(strstr(help, "\n  metrics                 one or a list of uniform, zeros\n"));
    assert_non_null(strstr(help, "\n  at_least                a number\n")); /* nan: none */
}

static void no_line_is_longer_than_a_terminal(void **state) {
    static const nn_key wide[] = {{.name = "a_name_that_is_longer_than_its_column",
                                   .type = NN_KEY_INTERVAL,
                                   .preset = "1 epoch",
                                   .help =
                                       "a help of many words that goes on and on and on and does "
                                       "not end before the end of the line, nor of the next"},
                                  {0}};
    static const nn_kind kind = {
        .name = "kind",
        .help = "one more help of many words that goes on and on and on, until it "
                "has gone on for long enough",
        .keys = wide,
        .details = "short line\n\n  a line of details that is indented and much too long for a "
                   "terminal of eighty columns\n"};
    const char *line = help_of_kind(&kind, "thing");
    assert_non_null(strstr(line, "\n\n  short line\n\n    a line of details that"));
    assert_non_null(strstr(line, "\n    "));
    while (*line) {
        size_t length = strcspn(line, "\n");
        assert_true(length < 80);
        assert_true(length == 0 || line[length - 1] != ' ');
        line += length + (line[length] == '\n');
    }
}

static void a_kind_tells_its_details_options_and_example(void **state) {
    assert_string_equal(help_of_kind(optimizer_kinds[0], "optimizer"),
                        "sgd, optimizer: gradient descent\n\n"
                        "shapes:\n"
                        "  keeps v, like W\n\n"
                        "formula:\n"
                        "  v <- mu v + g\n"
                        "  W <- W - alpha v\n\n"
                        "source:\n"
                        "  Robbins and Monro, 1951\n\n"
                        "  Nothing else.\n\n"
                        "options:\n"
                        "  learning_rate           a number > 0; default 0.01\n"
                        "                          the step alpha\n"
                        "  momentum                a number from 0 to 1; default 0\n"
                        "                          of the velocity\n\n"
                        "example:\n"
                        "  {type: sgd}\n");
    assert_string_equal(help_of_kind(layer_kinds[1], "layer"), "flatten, layer: one axis\n");
}

static const char *section(const nn_kind *const *kinds) {
    return kinds == optimizer_kinds ? "optimizers" : NULL;
}

static void a_page_says_the_same_as_a_section(void **state) {
    nn_buffer out = {0};
    nn_config_markdown_kind(optimizer_kinds[0], "optimizer", section, &out);
    assert_string_equal(out.text,
                        "### <a id=\"optimizer-sgd\"></a>sgd\n\n"
                        "gradient descent\n\n"
                        "```text\n"
                        "keeps v, like W\n\n"
                        "v <- mu v + g\n"
                        "W <- W - alpha v\n"
                        "```\n\n"
                        "Nothing else.\n\n"
                        "Source: Robbins and Monro, 1951\n\n"
                        "| option | value | default | |\n"
                        "|---|---|---|---|\n"
                        "| `learning_rate` | a number \\> 0 | `0.01` | the step alpha |\n"
                        "| `momentum` | a number from 0 to 1 | `0` | of the velocity |\n\n"
                        "```yaml\n"
                        "{type: sgd}\n"
                        "```\n\n");
    nn_buffer_free(&out);
}

static void a_table_links_to_the_section_of_what_it_chooses_from(void **state) {
    static const nn_key keys[] = {{.name = "how",
                                   .type = NN_KEY_KIND,
                                   .kinds = optimizer_kinds,
                                   .preset = "sgd",
                                   .help = "|W| of `a <b>` *"},
                                  {.name = "what",
                                   .type = NN_KEY_KINDS,
                                   .kinds = layer_kinds,
                                   .required = true,
                                   .help = "a list"},
                                  {0}};
    nn_buffer out = {0};
    nn_config_markdown_keys(keys, section, &out);
    assert_non_null(strstr(out.text, "| `how` | one of the [optimizers](#optimizers) | `sgd` | "
                                     "\\|W\\| of `a <b>` \\* |\n"));
    assert_non_null(strstr(out.text, "| `what` | one or a list of `dense`, `flatten` | required | "
                                     "a list |\n"));
    nn_buffer_free(&out);
}

static void keys_are_found_by_dotted_paths(void **state) {
    static const char *const good[][2] = {{"count", "count"},
                                          {"stopping", "stopping"},
                                          {"stopping.patience", "patience"},
                                          {"optimizer.momentum", "momentum"},
                                          {"optimizer.adam.momentum", "momentum"},
                                          {"metrics[0].minval", "minval"},
                                          {"section.filler.minval", "minval"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const nn_key *key = nn_config_find_key(options_keys, good[i][0]);
        assert_non_null(key);
        assert_string_equal(key->name, good[i][1]);
    }
    static const char *const bad[] = {
        "",           "coun",   "counts",     "count.x",        "stopping.",
        "stopping.x", ".count", "optimizer.", "optimizer.adam", "layers.x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(nn_config_find_key(options_keys, bad[i]));
}

static void the_version_of_libfyaml_is_known(void **state) {
    assert_memory_equal(nn_config_version(), "libfyaml 0.", 11);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_tells_its_type_range_default_and_help),
        cmocka_unit_test(nested_tables_are_listed_below_their_key),
        cmocka_unit_test(no_line_is_longer_than_a_terminal),
        cmocka_unit_test(a_kind_tells_its_details_options_and_example),
        cmocka_unit_test(a_page_says_the_same_as_a_section),
        cmocka_unit_test(a_table_links_to_the_section_of_what_it_chooses_from),
        cmocka_unit_test(keys_are_found_by_dotted_paths),
        cmocka_unit_test(the_version_of_libfyaml_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
