/* Options -> the config of a Keras object, by the table of keys. */
#include <string.h>

#include "keras.h"

static json_t *word_or_int(const nn_key *key, int64_t value) {
    int words = 0;
    while (key->words && key->words[words]) words++;
    if (value < 0 && -value <= words) return json_string(key->words[-value - 1]);
    return json_integer(value);
}

/* One number stands for all axes, in Keras too; none is one that was not given. */
static json_t *ints(const nn_key *key, const nn_ints *list) {
    if (list->n == 0) return json_null();
    if (list->n == 1) return word_or_int(key, list->value[0]);
    json_t *array = json_array();
    for (int i = 0; i < list->n; i++) json_array_append_new(array, json_integer(list->value[i]));
    return array;
}

static json_t *reals(const nn_reals *list) {
    json_t *array = json_array();
    for (int i = 0; i < list->n; i++) json_array_append_new(array, json_real(list->value[i]));
    return array;
}

static json_t *texts(const nn_texts *list) {
    json_t *array = json_array();
    for (int i = 0; i < list->n; i++) json_array_append_new(array, json_string(list->value[i]));
    return array;
}

/* A layer inside a layer: of bidirectional. */
static json_t *inner_layer(const nn_typed *chosen) {
    const char *class = nn_layer_ops_of(chosen->kind)->keras_class;
    if (!class) class = chosen->kind->name;
    json_t *config = nn_keras_config(chosen->kind->keys, chosen->options, class);
    json_object_set_new(config, "name", json_string(chosen->kind->name));
    return json_pack("{s:s, s:o}", "class_name", class, "config", config);
}

/* An initializer and a layer are objects; an activation is a word, one that no Keras knows if it
 * has none. */
static json_t *typed(const nn_typed *chosen) {
    if (!chosen->kind) return json_null();
    if (nn_initializer_of(chosen->kind)) return nn_keras_initializer(chosen);
    if (!nn_activation_of(chosen->kind)) return inner_layer(chosen);
    const char *word = nn_keras_activation(chosen);
    return word ? json_string(word) : json_sprintf("nnmpi>%s", chosen->kind->name);
}

static json_t *value_of(const nn_key *key, const void *at, const char *class) {
    switch (key->type) {
    case NN_KEY_BOOL: return json_boolean(*(const bool *)at);
    case NN_KEY_INT: return json_integer(*(const int64_t *)at);
    case NN_KEY_COUNT: return word_or_int(key, *(const int64_t *)at);
    case NN_KEY_REAL:
    case NN_KEY_DURATION: return json_real(*(const double *)at);
    case NN_KEY_TEXT:
    case NN_KEY_PATH: return *(char *const *)at ? json_string(*(char *const *)at) : json_null();
    case NN_KEY_CHOICE: return json_string(key->words[*(const int *)at]);
    case NN_KEY_INTS: return ints(key, at);
    case NN_KEY_REALS: return reals(at);
    case NN_KEY_TEXTS:
    case NN_KEY_PATHS: return texts(at);
    case NN_KEY_KIND: return typed(at);
    case NN_KEY_MAP: return nn_keras_config(key->keys, at, class);
    case NN_KEY_INTERVAL:
    case NN_KEY_KINDS:
    case NN_KEY_NODE: return NULL; /* no option of a layer */
    }
    return NULL;
}

json_t *nn_keras_config(const nn_key *keys, const void *options, const char *class) {
    json_t *config = json_object();
    for (const nn_key *key = keys; key && key->name; key++) {
        const char *name = nn_keras_key(class, key->name);
        json_t *value = name ? value_of(key, (const char *)options + key->offset, class) : NULL;
        if (value) json_object_set_new(config, name, value);
    }
    return config;
}

static bool has_presets(const nn_typed *chosen) {
    if (!chosen->kind->keys) return true;
    nn_arena *arena = nn_arena_create();
    nn_typed preset = nn_kind_preset(arena, chosen->kind);
    json_t *a = nn_keras_config(chosen->kind->keys, chosen->options, ""),
           *b = nn_keras_config(chosen->kind->keys, preset.options, "");
    bool same = json_equal(a, b);
    json_decref(a);
    json_decref(b);
    nn_arena_destroy(arena);
    return same;
}

const char *nn_keras_activation(const nn_typed *activation) {
    const nn_activation *f = nn_activation_of(activation->kind);
    if (!f) return "linear";
    return f->keras_name && has_presets(activation) ? f->keras_name : NULL;
}

json_t *nn_keras_initializer(const nn_typed *initializer) {
    const nn_kind *kind = initializer->kind;
    const char *class = nn_initializer_of(kind)->keras_class;
    if (!class) class = kind->name;
    json_t *plain = nn_keras_plain_initializer(class);
    if (plain) return plain;
    return json_pack("{s:s, s:o}", "class_name", class, "config",
                     nn_keras_config(kind->keys, initializer->options, class));
}
