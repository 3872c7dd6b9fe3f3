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

/* ---- keys of the whole configuration ---- */

#define NN_ELSEWHERE 512

typedef struct nn_elsewhere {
    int n;
    const char *name[NN_ELSEWHERE], *path[NN_ELSEWHERE];
} nn_elsewhere;

static void add_elsewhere(nn_document *document, nn_elsewhere *all, const char *prefix,
                          const char *name) {
    const char *path = nn_arena_format(document->arena, "%s%s%s", prefix, *prefix ? "." : "", name);
    for (int i = 0; i < all->n; i++)
        if (strcmp(all->path[i], path) == 0) return;
    if (all->n == NN_ELSEWHERE) return;
    all->name[all->n] = name;
    all->path[all->n++] = path;
}

/* The keys of the thing that the document has there, or of the preset. */
static const nn_key *keys_inside(const nn_key *key, const nn_node *node) {
    if (key->type == NN_KEY_MAP) return key->keys;
    if (key->type != NN_KEY_KIND) return NULL;
    const nn_node *type = node && node->type == NN_NODE_MAP ? nn_node_child(node, "type") : node;
    const char *name = type && type->type == NN_NODE_SCALAR ? type->text : key->preset;
    for (int i = 0; name && key->kinds[i]; i++)
        if (strcmp(key->kinds[i]->name, name) == 0) return key->kinds[i]->keys;
    return NULL;
}

/* All but those of `map` itself. */
static void collect(nn_document *document, nn_elsewhere *all, const nn_key *keys,
                    const nn_node *node, const nn_node *map, const char *prefix) {
    for (; keys && keys->name; keys++) {
        const nn_node *child = nn_node_child(node, keys->name);
        const char *path =
            nn_arena_format(document->arena, "%s%s%s", prefix, *prefix ? "." : "", keys->name);
        if (!node || node != map) add_elsewhere(document, all, prefix, keys->name);
        collect(document, all, keys_inside(keys, child), child, map, path);
    }
}

static int depth_of(const char *path) {
    int depth = 0;
    for (; *path; path++) depth += *path == '.';
    return depth;
}

/* "did you mean data.train.inputs or data.test.inputs?", the nearest to the root; `near`: a name
 * like it will do. */
static const char *suggest_elsewhere(nn_document *document, const nn_node *map, const char *word,
                                     bool meant) {
    nn_elsewhere *all = NN_NEW(document->arena, nn_elsewhere);
    nn_buffer paths = {0};
    collect(document, all, document->keys, document->root, map, "");
    if (meant) word = nn_word_meant(word, all->name, all->n);
    int least = NN_CONFIG_DEPTH;
    for (int i = 0; word && i < all->n; i++) {
        int depth = depth_of(all->path[i]);
        if (strcmp(all->name[i], word) == 0 && depth < least) least = depth;
    }
    for (int i = 0; word && i < all->n; i++)
        if (strcmp(all->name[i], word) == 0 && depth_of(all->path[i]) == least)
            nn_buffer_add(&paths, "%s%s", paths.length ? " or " : "did you mean ", all->path[i]);
    const char *hint = paths.length ? nn_arena_format(document->arena, "%s?", paths.text) : NULL;
    nn_buffer_free(&paths);
    return hint;
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
    const char *hint = section ? suggest_elsewhere(document, map, word, false) : NULL;
    if (!hint) hint = nn_did_you_mean(document, word, words, n);
    if (!hint && section) hint = suggest_elsewhere(document, map, word, true);
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
