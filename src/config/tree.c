/* The tree: making, finding, naming its nodes. */
#include "private.h"

#include <stdio.h>
#include <string.h>

nn_node *nn_node_new(nn_document *document, nn_node_type type, const char *text) {
    nn_node *node = NN_NEW(document->arena, nn_node);
    node->type = type;
    node->text = text;
    return node;
}

void nn_node_append(nn_node *parent, nn_node *child) {
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
    child->parent = parent;
    child->next = NULL;
}

void nn_node_remove(nn_node *parent, nn_node *child) {
    nn_node *before = NULL;
    for (nn_node *node = parent->first; node != child; node = node->next) before = node;
    if (before)
        before->next = child->next;
    else
        parent->first = child->next;
    if (parent->last == child) parent->last = before;
    parent->count--;
    child->parent = child->next = NULL;
}

void nn_node_take(nn_node *node, const nn_node *value) {
    node->type = value->type;
    node->text = value->text;
    node->quoted = value->quoted;
    node->first = value->first;
    node->last = value->last;
    node->count = value->count;
    for (nn_node *child = node->first; child; child = child->next) child->parent = node;
}

bool nn_node_is_null(const nn_node *node) {
    if (node->type != NN_NODE_SCALAR || node->quoted) return false;
    static const char *const null[] = {"", "~", "null", "Null", "NULL"};
    for (int i = 0; i < 5; i++)
        if (strcmp(node->text, null[i]) == 0) return true;
    return false;
}

void nn_node_set_default(nn_node *node) {
    node->is_default = true;
    node->source = NULL;
    node->line = node->column = node->value_column = 0;
    for (nn_node *child = node->first; child; child = child->next) nn_node_set_default(child);
}

nn_node *nn_node_child(const nn_node *map, const char *key) {
    if (!map || map->type != NN_NODE_MAP) return NULL;
    for (nn_node *child = map->first; child; child = child->next)
        if (strcmp(child->key, key) == 0) return child;
    return NULL;
}

nn_node *nn_node_at(const nn_node *list, int index) {
    if (!list || list->type != NN_NODE_LIST || index < 0) return NULL;
    nn_node *child = list->first;
    while (child && index--) child = child->next;
    return child;
}

static bool equal_children(const nn_node *a, const nn_node *b) {
    const nn_node *other = b->first;
    for (const nn_node *child = a->first; child; child = child->next) {
        if (a->type == NN_NODE_MAP) other = nn_node_child(b, child->key);
        if (!nn_node_equal(child, other)) return false;
        if (a->type == NN_NODE_LIST) other = other->next;
    }
    return true;
}

/* 1 and 1.0 are one number. */
static bool equal_scalars(const nn_node *a, const nn_node *b) {
    double x, y;
    if (strcmp(a->text, b->text) == 0) return true;
    return !a->quoted && !b->quoted && nn_parse_real(a->text, &x) && nn_parse_real(b->text, &y) &&
           x == y;
}

bool nn_node_equal(const nn_node *a, const nn_node *b) {
    if (!a || !b) return a == b;
    if (a->type != b->type || a->count != b->count) return false;
    return a->type == NN_NODE_SCALAR ? equal_scalars(a, b) : equal_children(a, b);
}

static void add_path(const nn_node *node, nn_buffer *path) {
    if (!node->parent) return;
    add_path(node->parent, path);
    if (node->parent->type == NN_NODE_MAP) {
        nn_buffer_add(path, "%s%s", path->length ? "." : "", node->key);
        return;
    }
    int index = 0;
    for (const nn_node *child = node->parent->first; child != node; child = child->next) index++;
    nn_buffer_add(path, "[%d]", index);
}

const char *nn_node_path(nn_document *document, const nn_node *node) {
    nn_buffer path = {0};
    add_path(node, &path);
    const char *text = nn_arena_text(document->arena, path.text ? path.text : "");
    nn_buffer_free(&path);
    return text;
}
