/* A key that is unknown where it stands, but not in another section. */
#include "private.h"

#include <string.h>

#define NN_KEYS_MOST 512

/* Every key of the configuration, of things of a registry those that were chosen. */
struct nn_key_list {
    int n;
    struct {
        const char *path;
        int depth;
        const nn_node *map; /* where it belongs; NULL: the document has no such section */
    } place[NN_KEYS_MOST];
    const char *name[NN_KEYS_MOST];
};

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

static void collect(nn_document *document, nn_key_list *list, const nn_key *keys,
                    const nn_node *map, const char *prefix, int depth) {
    for (; keys && keys->name && list->n < NN_KEYS_MOST; keys++) {
        const nn_node *child = nn_node_child(map, keys->name);
        const char *path =
            nn_arena_format(document->arena, "%s%s%s", prefix, *prefix ? "." : "", keys->name);
        list->place[list->n].path = path;
        list->place[list->n].depth = depth;
        list->place[list->n].map = map;
        list->name[list->n++] = keys->name;
        collect(document, list, keys_inside(keys, child), child, path, depth + 1);
    }
}

/* Made once: a document may have many keys that nobody knows. */
static const nn_key_list *keys_of(nn_document *document) {
    if (!document->all_keys) {
        document->all_keys = NN_NEW(document->arena, nn_key_list);
        collect(document, document->all_keys, document->keys, document->root, "", 0);
    }
    return document->all_keys;
}

const char *nn_elsewhere(nn_document *document, const nn_node *map, const char *word, bool meant) {
    const nn_key_list *list = keys_of(document);
    nn_buffer paths = {0};
    if (meant) word = nn_word_meant(word, list->name, list->n);
    int least = NN_CONFIG_DEPTH;
    for (int pass = 0; word && pass < 2; pass++)
        for (int i = 0; i < list->n; i++) {
            int depth = list->place[i].depth;
            if (list->place[i].map == map || strcmp(list->name[i], word) != 0) continue;
            if (pass == 0 && depth < least) least = depth;
            if (pass == 1 && depth == least)
                nn_buffer_add(&paths, "%s%s", paths.length ? " or " : "did you mean ",
                              list->place[i].path);
        }
    const char *hint = paths.length ? nn_arena_format(document->arena, "%s?", paths.text) : NULL;
    nn_buffer_free(&paths);
    return hint;
}
