/* Merge keys `<<` and duplicate keys: both need the keys of a map in order, so that a map of a
 * hundred thousand keys takes no longer than sorting them. */
#include "private.h"

#include <stdlib.h>
#include <string.h>

const char nn_merge_key[] = "<<";

typedef struct nn_entry {
    nn_node *node;
    int order; /* as written; what `<<` brings comes last */
    bool own;  /* not brought by `<<` */
    bool kept;
} nn_entry;

static int by_key(const void *a, const void *b) {
    const nn_entry *x = a, *y = b;
    int order = strcmp(x->node->key, y->node->key);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static int by_order(const void *a, const void *b) {
    const nn_entry *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

static int gather(nn_entry *entry, int n, nn_node *map, bool own) {
    for (nn_node *child = map->first; child; child = child->next)
        if (child->key != nn_merge_key) {
            if (entry) entry[n] = (nn_entry){child, n, own, true};
            n++;
        }
    return n;
}

/* All that `<<` brings: a map's keys, or those of a list of maps, earlier ones first. */
static int gather_merged(nn_document *document, nn_entry *entry, int n, nn_node *merge) {
    if (merge->type == NN_NODE_MAP) return gather(entry, n, merge, false);
    bool good = merge->type == NN_NODE_LIST;
    for (nn_node *map = merge->first; good && map; map = map->next)
        if ((good = map->type == NN_NODE_MAP)) n = gather(entry, n, map, false);
    if (!good && !entry)
        nn_complain_at(document, nn_place_of_value(merge), NULL,
                       "`<<` takes a map or a list of maps, found %s", nn_found(document, merge));
    return n;
}

/* The merge key of the map, or NULL. */
static nn_node *find_merge(nn_document *document, const nn_node *map) {
    nn_node *merge = NULL;
    for (nn_node *child = map->first; child; child = child->next) {
        if (child->key != nn_merge_key) continue;
        if (merge)
            nn_complain_at(document, nn_place_of(child), "give `<<` one list: <<: [*a, *b]",
                           "duplicate key \"<<\": it is already in line %d", merge->line);
        else
            merge = child;
    }
    return merge;
}

static void drop_duplicates(nn_document *document, nn_entry *entry, int n) {
    for (int i = 1, first = 0; i < n; i++) {
        if (strcmp(entry[i].node->key, entry[first].node->key) != 0) {
            first = i;
            continue;
        }
        entry[i].kept = false; /* own keys win, then those of the earlier map */
        if (!entry[i].own) continue;
        const nn_node *node = entry[i].node, *other = entry[first].node;
        const char *key = nn_short_text(document, node->key);
        if (other->line)
            nn_complain_at(document, nn_place_of(node), NULL,
                           "duplicate key \"%s\": it is already in line %d", key, other->line);
        else
            nn_complain_at(document, nn_place_of(node), NULL, "duplicate key \"%s\"", key);
    }
}

void nn_map_settle(nn_document *document, nn_node *map) {
    nn_node *merge = find_merge(document, map);
    if (!merge && map->count < 2) return;
    int n = gather(NULL, 0, map, true);
    if (merge) n = gather_merged(document, NULL, n, merge);
    nn_entry *entry = calloc((size_t)n + 1, sizeof *entry);
    nn_assert(entry);
    int own = gather(entry, 0, map, true);
    if (merge) gather_merged(document, entry, own, merge);
    qsort(entry, (size_t)n, sizeof *entry, by_key);
    drop_duplicates(document, entry, n);
    qsort(entry, (size_t)n, sizeof *entry, by_order);
    map->first = map->last = NULL;
    map->count = 0;
    for (int i = 0; i < n; i++)
        if (entry[i].kept) nn_node_append(map, entry[i].node);
    free(entry);
}
