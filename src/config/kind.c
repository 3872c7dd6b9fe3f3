/* One thing of a registry: a bare word, or a map with `type` and its options. */
#include "private.h"

#include <string.h>

#define NN_KINDS_LISTED 24 /* so many are named in a hint; there are more layers */

static const nn_kind *find_kind(const nn_kind *const *kinds, const char *name) {
    for (; *kinds; kinds++)
        if (strcmp((*kinds)->name, name) == 0) return *kinds;
    return NULL;
}

static const char *suggest_kind(nn_document *document, const nn_kind *const *kinds,
                                const char *what, const char *word) {
    int n = 0;
    while (kinds[n]) n++;
    const char **words = NN_NEW_ARRAY(document->arena, const char *, n);
    for (int i = 0; i < n; i++) words[i] = kinds[i]->name;
    const char *nearest = nn_nearest_word(word, words, n);
    nn_buffer hint = {0};
    if (nearest) nn_buffer_add(&hint, "did you mean \"%s\"?", nearest);
    if (n > NN_KINDS_LISTED && !nearest)
        nn_buffer_add(&hint, "`nnmpi help %ss` lists all", what);
    else if (n <= NN_KINDS_LISTED) {
        nn_buffer_add(&hint, "%sthere %s", nearest ? " " : "", n == 1 ? "is" : "are");
        for (int i = 0; i < n; i++) nn_buffer_add(&hint, "%s%s", i ? ", " : " ", words[i]);
    }
    const char *text = hint.text ? nn_arena_text(document->arena, hint.text) : NULL;
    nn_buffer_free(&hint);
    return text;
}

static bool refuse(nn_document *document, const nn_node *node, const char *hint, const char *what) {
    nn_complain_at(document, nn_place_of_value(node), hint,
                   "%s: expected a name or a map with `type`, found %s", what,
                   nn_found(document, node));
    return false;
}

/* `dense: {units: 3}`, the way other programs write it. */
static bool refuse_untyped(nn_document *document, const nn_node *node, const nn_kind *const *kinds,
                           const char *what) {
    const char *hint = NULL;
    for (const nn_node *child = node->first; child && !hint; child = child->next)
        if (find_kind(kinds, child->key))
            hint = nn_arena_format(document->arena, "write {type: %s, ...}", child->key);
    nn_config_complain(document, node, hint, "%s: the key \"type\" is missing", what);
    return false;
}

/* The node that names the kind; NULL after a complaint. */
static nn_node *name_of(nn_document *document, nn_node *node, const nn_kind *const *kinds,
                        const char *what) {
    nn_node *name = node;
    if (node->type == NN_NODE_MAP) {
        name = nn_node_child(node, "type");
        if (!name) {
            refuse_untyped(document, node, kinds, what);
            return NULL;
        }
        name->known = true;
    }
    if (name->type == NN_NODE_SCALAR && !nn_node_is_null(name)) return name;
    refuse(document, name, NULL, what);
    return NULL;
}

/* `dense` becomes {type: dense}, so that its presets have a place in the tree. */
static void open_word(nn_document *document, nn_node *node) {
    nn_node *type = nn_node_new(document, NN_NODE_SCALAR, node->text);
    nn_place place = nn_place_of_value(node);
    type->quoted = node->quoted;
    type->key = "type";
    type->source = node->source;
    if (node->source) type->line = place.line, type->column = type->value_column = place.column;
    type->is_default = node->is_default;
    type->known = true;
    node->type = NN_NODE_MAP;
    node->text = NULL;
    node->quoted = false;
    nn_node_append(node, type);
}

static void close_word(nn_node *node) {
    nn_node *type = node->first;
    node->type = NN_NODE_SCALAR;
    node->text = type->text;
    node->quoted = type->quoted;
    node->first = node->last = NULL;
    node->count = 0;
}

bool nn_bind_kind(nn_document *document, nn_node *node, const nn_kind *const *kinds,
                  const nn_key *also, const char *what, nn_typed *typed) {
    *typed = (nn_typed){.node = node};
    node->known = true;
    nn_node *name = name_of(document, node, kinds, what);
    if (!name) return false;
    const nn_kind *kind = find_kind(kinds, name->text);
    if (!kind) {
        nn_complain_at(document, nn_place_of_value(name),
                       suggest_kind(document, kinds, what, name->text), "unknown %s \"%s\"", what,
                       nn_short_text(document, name->text));
        return false;
    }
    bool word = node->type == NN_NODE_SCALAR;
    if (word) open_word(document, node);
    if (kind->options_size) typed->options = nn_arena_alloc(document->arena, kind->options_size);
    bool good = nn_bind_table(document, node, kind->keys, also, true, typed->options);
    if (word && node->count == 1) close_word(node);
    if (good) typed->kind = kind;
    return good;
}

nn_typed nn_config_bind_kind(nn_document *document, nn_node *node, const nn_kind *const *kinds,
                             const nn_key *also, const char *what) {
    nn_typed typed = {0};
    if (node) nn_bind_kind(document, node, kinds, also, what, &typed);
    return typed;
}

nn_typed nn_kind_preset(nn_arena *arena, const nn_kind *kind) {
    nn_document document = {.arena = arena, .file = "presets"};
    nn_typed typed = {.kind = kind};
    if (kind->options_size) typed.options = nn_arena_alloc(arena, kind->options_size);
    nn_bind_table(&document, NULL, kind->keys, NULL, true, typed.options);
    return typed;
}
