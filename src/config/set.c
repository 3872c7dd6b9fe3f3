/* --set KEY=VALUE: a path through the tree, made where it is missing, and a value at its end. */
#include "private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* One step of a path: the key of a map or the index of a list. */
typedef struct nn_step_of_path {
    const char *word;
    bool index; /* it was written as [3] */
} nn_step_of_path;

typedef struct nn_setter {
    nn_document *document;
    const char *source; /* "--set KEY=VALUE" */
    nn_step_of_path step[NN_CONFIG_DEPTH];
    int n;
} nn_setter;

static bool complain(nn_setter *s, const char *hint, const char *message) {
    nn_complain_at(s->document, (nn_place){.source = s->source}, hint, "%s", message);
    return false;
}

static bool add_step(nn_setter *s, char *word, bool index) {
    if (*word == '\0') return complain(s, NULL, "a part of the key is empty");
    if (s->n == NN_CONFIG_DEPTH) return complain(s, NULL, "the key is more than 64 deep");
    s->step[s->n++] = (nn_step_of_path){word, index};
    return true;
}

/* "model.layers[0].units" or "model.layers.0.units"; cuts `key` into words. */
static bool cut_path(nn_setter *s, char *key) {
    for (char *c = key;;) {
        size_t length = strcspn(c, ".[");
        char end = c[length], *word = c;
        c += length;
        *c = '\0';
        if (!add_step(s, word, false)) return false;
        while (end == '[') {
            char *index = c + 1, *close = strchr(index, ']');
            if (!close) return complain(s, NULL, "a `]` is missing in the key");
            *close = '\0';
            if (!add_step(s, index, true)) return false;
            c = close + 1;
            end = *c;
            *c = '\0';
        }
        if (end == '\0') return true;
        if (end != '.') return complain(s, NULL, "after `]` a `.` is expected in the key");
        c++;
    }
}

/* ---- walking ---- */

static const char *path_to(nn_setter *s, const nn_node *node) {
    const char *path = nn_node_path(s->document, node);
    return *path ? path : "the configuration";
}

static void mark(nn_setter *s, nn_node *node) {
    node->source = s->source;
    node->line = node->column = node->value_column = 0;
    for (nn_node *child = node->first; child; child = child->next) mark(s, child);
}

static nn_node *new_child(nn_setter *s, nn_node *map, const char *key) {
    nn_node *child = nn_node_new(s->document, NN_NODE_SCALAR, "");
    child->key = key;
    mark(s, child);
    nn_node_append(map, child);
    return child;
}

/* A word such as `dense`, not a number or a switch: it may get options. */
static bool is_word(const nn_node *node) {
    bool truth;
    const char *c = node->text;
    if (!isalpha((unsigned char)*c) || nn_parse_bool(c, &truth)) return false;
    while (isalnum((unsigned char)*c) || *c == '_') c++;
    return *c == '\0';
}

/* Makes the scalar a map: an empty one, or {type: word}. */
static bool open_scalar(nn_setter *s, nn_node *node) {
    bool null = nn_node_is_null(node);
    if (!null && !is_word(node)) {
        nn_complain_at(s->document, (nn_place){.source = s->source}, NULL,
                       "%s is %s, not a map: nothing can be set in it", path_to(s, node),
                       nn_found(s->document, node));
        return false;
    }
    nn_node old = *node;
    nn_place place = nn_place_of_value(node);
    node->type = NN_NODE_MAP;
    node->text = NULL;
    node->quoted = false;
    mark(s, node);
    if (null) return true;
    nn_node *type = new_child(s, node, "type");
    type->text = old.text;
    type->quoted = old.quoted;
    type->source = place.source;
    type->line = place.line;
    type->column = type->value_column = place.column;
    return true;
}

static nn_node *step_into_list(nn_setter *s, nn_node *list, const char *word) {
    size_t digits = strspn(word, "0123456789");
    bool number = digits > 0 && digits < 9 && word[digits] == '\0';
    nn_node *item = number ? nn_node_at(list, atoi(word)) : NULL;
    if (!item)
        nn_complain_at(s->document, (nn_place){.source = s->source},
                       list->count ? NULL : "give the whole list as the value",
                       "%s is a list of %d: \"%s\" is not an index from 0 to %d", path_to(s, list),
                       list->count, nn_short_text(s->document, word), list->count - 1);
    return item;
}

static nn_node *step(nn_setter *s, nn_node *node, const nn_step_of_path *to) {
    if (node->type == NN_NODE_LIST) return step_into_list(s, node, to->word);
    if (to->index) {
        nn_complain_at(s->document, (nn_place){.source = s->source}, NULL,
                       "%s is not a list: it has no [%s]", path_to(s, node),
                       nn_short_text(s->document, to->word));
        return NULL;
    }
    if (node->type == NN_NODE_SCALAR && !open_scalar(s, node)) return NULL;
    nn_node *child = nn_node_child(node, to->word);
    return child ? child : new_child(s, node, to->word);
}

/* ---- the whole ---- */

static nn_node *read_value(nn_setter *s, const char *text) {
    bool empty;
    size_t length = strlen(text);
    if (!nn_text_guard(s->document, text, length, s->source)) return NULL;
    nn_node *value = nn_yaml_read(s->document, text, length, s->source, &empty);
    if (empty) value = nn_node_new(s->document, NN_NODE_SCALAR, "");
    return value;
}

void nn_document_set(nn_document *document, const char *argument) {
    nn_setter s = {.document = document};
    size_t shown = strcspn(argument, "\r\n");
    s.source = nn_arena_format(document->arena, "--set %.*s%s", shown < 100 ? (int)shown : 100,
                               argument, argument[shown] || shown > 100 ? "..." : "");
    char *key = nn_arena_text(document->arena, argument), *equals = strchr(key, '=');
    if (!equals || equals == key) {
        complain(&s, NULL, "KEY=VALUE is expected");
        return;
    }
    *equals = '\0';
    if (!nn_text_guard(document, key, strlen(key), s.source) || !cut_path(&s, key)) return;
    nn_node *value = read_value(&s, equals + 1), *node = document->root;
    for (int i = 0; value && node && i < s.n; i++) node = step(&s, node, &s.step[i]);
    if (!value || !node) return;
    nn_node_take(node, value);
    mark(&s, node);
}
