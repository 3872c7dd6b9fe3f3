/* nnmpi schema: the tables of keys as a JSON Schema, for editors that know YAML. */
#include "cli.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/model.h"
#include "nnmpi/train.h"
#include "topics.h"

static json_t *reference(const char *name) {
    return json_pack("{s:o}", "$ref", json_sprintf("#/definitions/%s", name));
}

static json_t *of_type(const char *type) {
    return json_pack("{s:s}", "type", type);
}

static json_t *any_of(json_t *a, json_t *b) {
    return json_pack("{s:[o,o]}", "anyOf", a, b);
}

static json_t *list_of(json_t *item) {
    return json_pack("{s:s,s:o}", "type", "array", "items", item);
}

static json_t *one_or_list(json_t *item) {
    return any_of(json_deep_copy(item), list_of(item));
}

static json_t *words_of(const nn_key *key) {
    json_t *words = json_array();
    for (int i = 0; key->words && key->words[i]; i++)
        json_array_append_new(words, json_string(key->words[i]));
    return json_pack("{s:o}", "enum", words);
}

static json_t *or_words(const nn_key *key, json_t *schema) {
    return key->words ? any_of(schema, words_of(key)) : schema;
}

static json_t *number(const nn_key *key, const char *type) {
    json_t *schema = of_type(type);
    bool any = key->min == 0 && key->max == 0 && !key->exclusive_min;
    if (!any)
        json_object_set_new(schema, key->exclusive_min ? "exclusiveMinimum" : "minimum",
                            json_real(key->min));
    if (key->max != 0 || key->min < 0) json_object_set_new(schema, "maximum", json_real(key->max));
    return schema;
}

static json_t *map_of(const nn_key *keys, const nn_key *also, json_t *type);

/* One of a registry: its definition, or all of them where the list is of no registry. */
static json_t *kind_of(const nn_key *key) {
    for (int i = 0; i < nn_registry_count; i++)
        if (nn_registries[i].kinds == key->kinds) return reference(nn_registries[i].name);
    return json_object();
}

/* Values that the parser takes as they are. */
static json_t *node_of(const nn_key *key) {
    if (strcmp(key->name, "layers") == 0) return reference("composition");
    if (strcmp(key->name, "branches") == 0) return list_of(reference("composition"));
    return json_object();
}

static json_t *value_of(const nn_key *key) {
    switch (key->type) {
    case NN_KEY_BOOL: return of_type("boolean");
    case NN_KEY_INT: return number(key, "integer");
    case NN_KEY_REAL: return number(key, "number");
    case NN_KEY_CHOICE: return words_of(key);
    case NN_KEY_COUNT: return or_words(key, number(key, "integer"));
    case NN_KEY_INTS: return or_words(key, one_or_list(number(key, "integer")));
    case NN_KEY_REALS: return one_or_list(number(key, "number"));
    case NN_KEY_TEXT:
    case NN_KEY_PATH: return json_pack("{s:[s,s]}", "type", "string", "number");
    case NN_KEY_TEXTS:
    case NN_KEY_PATHS: return one_or_list(of_type("string"));
    case NN_KEY_DURATION:
    case NN_KEY_INTERVAL: return json_pack("{s:[s,s]}", "type", "number", "string");
    case NN_KEY_KIND: return kind_of(key);
    case NN_KEY_KINDS: return one_or_list(kind_of(key));
    case NN_KEY_MAP: return map_of(key->keys, NULL, NULL);
    case NN_KEY_NODE: return node_of(key);
    }
    return json_object();
}

static json_t *preset_of(const nn_key *key) {
    json_t *value = json_loads(key->preset, JSON_DECODE_ANY, NULL);
    return value ? value : json_string(key->preset);
}

/* A key that is null is absent. */
static json_t *or_null(json_t *schema) {
    json_t *type = json_object_get(schema, "type");
    if (json_is_string(type)) type = json_pack("[O]", type);
    if (type && json_is_array(type)) {
        json_array_append_new(type, json_string("null"));
        if (json_object_get(schema, "type") != type) json_object_set_new(schema, "type", type);
        return schema;
    }
    if (json_object_size(schema) <= 2 && !json_object_get(schema, "$ref") &&
        !json_object_get(schema, "anyOf") && !json_object_get(schema, "enum"))
        return schema; /* anything */
    json_t *words = json_object_get(schema, "enum"), *choices = json_object_get(schema, "anyOf");
    if (words)
        json_array_append_new(words, json_null());
    else if (choices)
        json_array_append_new(choices, json_pack("{s:s}", "type", "null"));
    else
        return any_of(schema, json_pack("{s:s}", "type", "null"));
    return schema;
}

static void add_keys(const nn_key *keys, json_t *properties, json_t *required) {
    for (const nn_key *key = keys; key && key->name; key++) {
        if (json_object_get(properties, key->name)) continue; /* a layer's `type` */
        json_t *value = value_of(key);
        json_object_set_new(value, "description", json_string(key->help));
        if (key->preset) json_object_set_new(value, "default", preset_of(key));
        if (!key->required) value = or_null(value);
        json_t *reference = json_object_get(value, "$ref"); /* draft 7 reads nothing beside it */
        if (reference) value = json_pack("{s:[o],s:s}", "allOf", value, "description", key->help);
        json_object_set_new(properties, key->name, value);
        if (key->required) json_array_append_new(required, json_string(key->name));
    }
}

static json_t *map_of(const nn_key *keys, const nn_key *also, json_t *type) {
    json_t *properties = json_object(), *required = json_array();
    if (type) {
        json_object_set_new(properties, "type", type);
        json_array_append_new(required, json_string("type"));
    }
    add_keys(keys, properties, required);
    add_keys(also, properties, required);
    return json_pack("{s:s,s:o,s:o,s:b}", "type", "object", "properties", properties, "required",
                     required, "additionalProperties", 0);
}

static bool needs_options(const nn_kind *kind) {
    for (const nn_key *key = kind->keys; key && key->name; key++)
        if (key->required) return true;
    return false;
}

/* A bare word, or a map with `type` and the options of that kind. */
static json_t *registry_of(const nn_registry *registry) {
    json_t *choices = json_array(), *words = json_array();
    bool layers = registry->kinds == nn_layer_kinds || registry->kinds == nn_composite_kinds;
    for (int i = 0; registry->kinds[i]; i++) {
        const nn_kind *kind = registry->kinds[i];
        json_t *type = json_pack("{s:s}", "const", kind->name);
        json_t *map = map_of(kind->keys, layers ? nn_node_keys : NULL, type);
        json_object_set_new(map, "description", json_string(kind->help));
        json_array_append_new(choices, map);
        if (!needs_options(kind)) json_array_append_new(words, json_string(kind->name));
    }
    if (json_array_size(words) > 0)
        json_array_insert_new(choices, 0, json_pack("{s:O}", "enum", words));
    json_decref(words);
    return json_pack("{s:o}", "anyOf", choices);
}

static json_t *schema(void) {
    json_t *definitions = json_object();
    for (int i = 0; i < nn_registry_count; i++)
        json_object_set_new(definitions, nn_registries[i].name, registry_of(&nn_registries[i]));
    json_object_set_new(definitions, "composition",
                        list_of(any_of(reference("layers"), reference("compositions"))));
    json_t *root = map_of(nn_run_keys, NULL, NULL);
    json_object_set_new(json_object_get(root, "properties"), "templates",
                        json_pack("{s:s}", "description", "holds anchors; nothing reads it"));
    json_object_set_new(root, "$schema", json_string("http://json-schema.org/draft-07/schema#"));
    json_object_set_new(root, "title", json_string("nnmpi " NNMPI_VERSION ": a training"));
    json_object_set_new(root, "definitions", definitions);
    return root;
}

static nn_status run(const nn_words *arguments) {
    if (!nn_cli_speaks()) return NN_OK;
    json_t *root = schema();
    bool written = json_dumpf(root, stdout, JSON_INDENT(1) | JSON_SORT_KEYS) == 0;
    printf("\n");
    json_decref(root);
    return written ? NN_OK : nn_error(NN_IO, "the schema could not be written");
}

const nn_command nn_command_schema = {
    .name = "schema",
    .arguments = "",
    .help = "a JSON Schema of the configuration, for editors",
    .details =
        "Made of the tables that the parser reads. An editor with a YAML language server "
        "completes\n"
        "and checks configurations that begin with\n"
        "  # yaml-language-server: $schema=nnmpi.schema.json\n"
        "after `nnmpi schema > nnmpi.schema.json`. What only the program can know, such as shapes\n"
        "that do not fit, is left to `nnmpi check`.\n",
    .run = run,
};
