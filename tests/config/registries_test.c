/* What every table of the program keeps to, so that help and errors can be made from it. */
#include "document.h"

#include "nnmpi/metric.h"
#include "nnmpi/reduce.h"
#include "nnmpi/schedule.h"
#include "nnmpi/train.h"

static const nn_kind *const *const registries[] = {
    nn_layer_kinds,    nn_composite_kinds, nn_activation_kinds, nn_initializer_kinds,
    nn_loss_kinds,     nn_metric_kinds,    nn_normalizer_kinds, nn_optimizer_kinds,
    nn_schedule_kinds, nn_reduce_kinds};
#define REGISTRIES (int)(sizeof registries / sizeof *registries)

static void check_keys(const nn_key *keys, const char *owner) {
    for (; keys && keys->name; keys++) {
        if (!keys->help || !*keys->help || strchr(keys->help, '\n'))
            fail_msg("%s.%s has no help of one line", owner, keys->name);
        if (keys->required && keys->preset)
            fail_msg("%s.%s is required and has a preset", owner, keys->name);
        if (keys->type == NN_KEY_CHOICE && !keys->words)
            fail_msg("%s.%s has no words to choose from", owner, keys->name);
        if ((keys->type == NN_KEY_KIND || keys->type == NN_KEY_KINDS) && !keys->kinds)
            fail_msg("%s.%s has no kinds", owner, keys->name);
        if (keys->max != 0 && keys->min > keys->max)
            fail_msg("%s.%s has an empty range", owner, keys->name);
        if (keys->type == NN_KEY_MAP) check_keys(keys->keys, keys->name);
    }
}

static void every_key_of_every_table_has_help_and_a_range_that_is_not_empty(void **state) {
    check_keys(nn_run_keys, "configuration");
    check_keys(nn_node_keys, "layer");
    for (int i = 0; i < REGISTRIES; i++)
        for (int k = 0; registries[i][k]; k++)
            check_keys(registries[i][k]->keys, registries[i][k]->name);
}

static void every_kind_tells_its_shapes_formula_and_source(void **state) {
    for (int i = 0; i < REGISTRIES; i++)
        for (int k = 0; registries[i][k]; k++) {
            const nn_kind *kind = registries[i][k];
            const char *const texts[] = {kind->help, kind->shapes, kind->formula, kind->source,
                                         kind->example};
            static const char *const names[] = {"help", "shapes", "formula", "source", "example"};
            for (int t = 0; t < 5; t++)
                if (!texts[t] || !*texts[t]) fail_msg("%s: no %s", kind->name, names[t]);
            if (strchr(kind->help, '\n') || strchr(kind->source, '\n'))
                fail_msg("%s: help and source are one line each", kind->name);
        }
}

/* A preset that does not parse is a panic, which ends this program. */
static void every_preset_of_every_table_binds(void **state) {
    nn_arena *arena = nn_arena_create();
    for (int i = 0; i < REGISTRIES; i++)
        for (int k = 0; registries[i][k]; k++)
            assert_ptr_equal(nn_kind_preset(arena, registries[i][k]).kind, registries[i][k]);
    nn_document *document = parse("name: x\n");
    nn_run_options run;
    nn_config_bind(document, NULL, nn_run_keys, NULL, &run);
    assert_int_equal(nn_config_complaints(document), 0);
    nn_document_destroy(document);
    nn_arena_destroy(arena);
}

static nn_document *parse_example(const char *example) {
    nn_buffer text = {0};
    nn_buffer_add(&text, "x:\n  ");
    for (const char *c = example; *c; c++) nn_buffer_add(&text, "%c%s", *c, *c == '\n' ? "  " : "");
    nn_document *document = parse(text.text);
    nn_buffer_free(&text);
    return document;
}

/* The example is the thing itself, or a key with it or with a list of such. */
static nn_node *thing_of(nn_document *document) {
    nn_node *node = nn_node_child(nn_document_root(document), "x");
    if (node->type == NN_NODE_MAP && !nn_node_child(node, "type")) node = node->first;
    return node->type == NN_NODE_LIST ? node->first : node;
}

static void every_example_of_every_kind_binds(void **state) {
    for (int i = 0; i < REGISTRIES; i++)
        for (int k = 0; registries[i][k]; k++) {
            const nn_kind *kind = registries[i][k];
            if (!kind->example) fail_msg("%s has no example", kind->name);
            nn_document *document = parse_example(kind->example);
            nn_typed typed = nn_config_bind_kind(document, thing_of(document), registries[i],
                                                 nn_node_keys, "thing");
            nn_error_clear();
            if (nn_config_verdict(document) != NN_OK)
                fail_msg("the example of %s:\n%s", kind->name, nn_error_message());
            assert_string_equal(typed.kind->name, kind->name);
            nn_document_destroy(document);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_every_table_has_help_and_a_range_that_is_not_empty),
        cmocka_unit_test(every_kind_tells_its_shapes_formula_and_source),
        cmocka_unit_test(every_preset_of_every_table_binds),
        cmocka_unit_test(every_example_of_every_kind_binds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
