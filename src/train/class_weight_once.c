#include "class_weight.h"

#include <math.h>
#include <string.h>

/* The list as a map whose keys are the positions, so that one table reads both. */
static nn_node *map_of_list(nn_arena *arena, const nn_node *list) {
    nn_node *map = NN_NEW(arena, nn_node);
    *map = *list;
    map->type = NN_NODE_MAP;
    map->first = map->last = NULL;
    int i = 0;
    for (const nn_node *item = list->first; item; item = item->next) {
        nn_node *copy = NN_NEW(arena, nn_node);
        *copy = *item;
        copy->key = nn_arena_format(arena, "%d", i++);
        copy->next = NULL;
        copy->parent = map;
        *(map->last ? &map->last->next : &map->first) = copy;
        map->last = copy;
    }
    return map;
}

static const nn_key *table_of(nn_arena *arena, int64_t classes) {
    nn_key *keys = NN_NEW_ARRAY(arena, nn_key, classes + 1);
    for (int64_t c = 0; c < classes; c++)
        keys[c] = (nn_key){.name = nn_arena_format(arena, "%lld", (long long)c),
                           .type = NN_KEY_REAL,
                           .offset = (size_t)c * sizeof(double),
                           .max = HUGE_VAL};
    return keys;
}

void nn_class_weight_read(nn_document *document, nn_node *node, int64_t classes, double *weight,
                          bool *balanced) {
    nn_arena *arena = nn_document_arena(document);
    *balanced = node->type == NN_NODE_SCALAR && strcmp(node->text, "balanced") == 0;
    for (int64_t c = 0; c < classes; c++) weight[c] = 1;
    if (*balanced) return;
    if (node->type == NN_NODE_SCALAR ||
        (node->type == NN_NODE_LIST && node->count != (int)classes)) {
        nn_config_complain(document, node, NULL,
                           "class_weight: balanced, a map {class: weight} or a list of %lld "
                           "weights is expected",
                           (long long)classes);
        return;
    }
    nn_node *map = node->type == NN_NODE_LIST ? map_of_list(arena, node) : node;
    double *given = NN_NEW_ARRAY(arena, double, classes);
    const nn_key *keys = table_of(arena, classes);
    nn_config_bind(document, map, keys, NULL, given);
    for (int64_t c = 0; c < classes; c++)
        if (nn_node_child(map, keys[c].name)) weight[c] = given[c];
}

void nn_class_weight_balance(int64_t classes, const int64_t *count, double *weight) {
    double n = 0, k = 0;
    for (int64_t c = 0; c < classes; c++) n += (double)count[c], k += count[c] > 0;
    for (int64_t c = 0; c < classes; c++) weight[c] = count[c] ? n / (k * (double)count[c]) : 1;
}
