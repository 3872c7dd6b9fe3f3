/* Binding: a map of the tree -> a structure, by a table of keys. */
#include "private.h"

#include <string.h>

static int count_keys(const nn_key *keys) {
    int n = 0;
    while (keys && keys[n].name) n++;
    return n;
}

static const nn_key *find_key(const nn_key *keys, const char *name) {
    for (; keys && keys->name; keys++)
        if (strcmp(keys->name, name) == 0) return keys;
    return NULL;
}

/* " in training.optimizer (sgd)" */
static const char *whereabouts(nn_document *document, const nn_node *map) {
    const char *path = nn_node_path(document, map);
    if (!*path) return "";
    const nn_node *type = nn_node_child(map, "type");
    if (!type || type->type != NN_NODE_SCALAR)
        return nn_arena_format(document->arena, " in %s", path);
    return nn_arena_format(document->arena, " in %s (%s)", path,
                           nn_short_text(document, type->text));
}

/* Where all keys are told: of a kind by its name, of a section by its path. */
static const char *help_on(nn_document *document, const nn_node *map) {
    const nn_node *type = nn_node_child(map, "type");
    const char *path = nn_node_path(document, map);
    if (type && type->type == NN_NODE_SCALAR) path = nn_short_text(document, type->text);
    return nn_arena_format(document->arena, "`nnmpi help %s` lists its keys",
                           *path ? path : "config");
}

static const char *suggest_key(nn_document *document, const nn_node *map, const char *word,
                               const nn_key *keys, const nn_key *also) {
    int n = 0, most = count_keys(keys) + count_keys(also);
    if (document->complaints > NN_HINTED) return NULL;
    const char **words = NN_NEW_ARRAY(document->arena, const char *, most);
    for (const nn_key *key = keys; key && key->name; key++) words[n++] = key->name;
    for (const nn_key *key = also; key && key->name; key++) words[n++] = key->name;
    bool section = !nn_node_child(map, "type"); /* not a layer, an optimizer ... */
    const char *own = nn_word_meant(word, words, n);
    if (own) return nn_arena_format(document->arena, "did you mean \"%s\"?", own);
    const char *hint = section ? nn_elsewhere(document, map, word, false) : NULL;
    if (!hint) hint = nn_did_you_mean(document, word, words, n);
    if (!hint && section) hint = nn_elsewhere(document, map, word, true);
    if (hint || n == 0) return hint;
    if (n > 8) return help_on(document, map);
    nn_buffer list = {0};
    for (int i = 0; i < n; i++) nn_buffer_add(&list, "%s%s", i ? ", " : "", words[i]);
    hint = nn_arena_format(document->arena, "its keys are %s", list.text);
    nn_buffer_free(&list);
    return hint;
}

static bool refuse_unknown(nn_document *document, nn_node *map, const nn_key *keys,
                           const nn_key *also, bool typed) {
    const char *where = NULL;
    bool good = true;
    for (nn_node *child = map->first; child; child = child->next) {
        bool type = typed && strcmp(child->key, "type") == 0;
        if (type || find_key(keys, child->key) || find_key(also, child->key)) continue;
        good = false;
        if (child->known) continue; /* complained of before */
        child->known = true;
        if (!where) where = whereabouts(document, map);
        nn_config_complain(document, child, suggest_key(document, map, child->key, keys, also),
                           "unknown key \"%s\"%s", nn_short_text(document, child->key), where);
    }
    return good;
}

nn_node *nn_node_of_preset(nn_document *document, const char *preset) {
    bool empty = false;
    nn_node *node = strpbrk(preset, "{}[]\"'#&*!|>%@`,:?") || *preset == '\0'
                        ? nn_yaml_read(document, preset, strlen(preset), "preset", &empty)
                        : nn_node_new(document, NN_NODE_SCALAR, preset);
    if (!node) nn_panic("the preset \"%s\" does not parse", preset);
    nn_node_set_default(node);
    return node;
}

/* The node of a key that the user did not write: the preset, put into the tree. `null` is what the
 * user wrote if it was `key: null`. */
static nn_node *default_node(nn_document *document, nn_node *map, nn_node *null,
                             const nn_key *key) {
    nn_node *node = key->preset ? nn_node_of_preset(document, key->preset)
                                : nn_node_new(document, NN_NODE_MAP, NULL);
    if (null) {
        nn_node_take(null, node);
        node = null;
        node->is_default = true;
    } else {
        nn_node_set_default(node);
        node->key = key->name;
        if (map) nn_node_append(map, node);
    }
    node->known = true;
    return node;
}

static void *present_at(const nn_key *key, void *at) {
    bool wanted = key->type == NN_KEY_MAP && key->present && key->present != (size_t)-1;
    return wanted ? (char *)at + key->present : NULL;
}

static bool bind_preset(nn_document *document, nn_node *map, nn_node *null, const nn_key *key,
                        void *at) {
    int before = document->complaints;
    bool good = nn_bind_value(document, key, default_node(document, map, null, key), at);
    if (document->complaints != before)
        nn_panic("the preset \"%s\" of %s is wrong: %s", key->preset, key->name,
                 document->kept[0].message);
    return good;
}

/* A map that the user did not write. If the structure tells so, its presets stay out of the tree:
 * written there they would read as written by the user. */
static bool bind_absent_map(nn_document *document, nn_node *map, nn_node *null, const nn_key *key,
                            void *at) {
    if (!map || present_at(key, at))
        return nn_bind_table(document, NULL, key->keys, NULL, false, at);
    return nn_bind_value(document, key, default_node(document, map, null, key), at);
}

static bool bind_absent(nn_document *document, nn_node *map, nn_node *null, const nn_key *key,
                        void *at) {
    if (key->preset) return bind_preset(document, map, null, key, at);
    if (key->required && map) {
        nn_config_complain(document, null ? null : map, key->help, "missing key \"%s\"%s",
                           key->name, whereabouts(document, map));
        return false;
    }
    if (key->type == NN_KEY_MAP) return bind_absent_map(document, map, null, key, at);
    memset(at, 0, nn_key_value_size(key));
    return true;
}

static bool bind_key(nn_document *document, nn_node *map, const nn_key *key, void *structure) {
    void *at = (char *)structure + key->offset;
    nn_node *node = nn_node_child(map, key->name);
    if (node) node->known = true;
    bool *present = present_at(key, at);
    bool written = node && !nn_node_is_null(node);
    bool good;
    if (!written)
        good = bind_absent(document, map, node, key, at);
    else {
        if (nn_key_value_size(key)) memset(at, 0, nn_key_value_size(key));
        good = nn_bind_value(document, key, node, at);
    }
    if (present) *present = written && !node->is_default;
    return good;
}

bool nn_bind_table(nn_document *document, nn_node *node, const nn_key *keys, const nn_key *also,
                   bool typed, void *structure) {
    bool good = true;
    if (node) good = refuse_unknown(document, node, keys, also, typed);
    for (const nn_key *key = keys; key && key->name; key++)
        good = bind_key(document, node, key, structure) && good;
    return good;
}

void nn_config_bind(nn_document *document, nn_node *node, const nn_key *keys, const nn_key *also,
                    void *structure) {
    if (node && node->type != NN_NODE_MAP) {
        nn_complain_at(document, nn_place_of_value(node), NULL,
                       "a map of keys and values is expected, found %s", nn_found(document, node));
        node = NULL;
    }
    if (node && node == document->root) document->keys = keys;
    nn_bind_table(document, node, keys, also, false, structure);
}
