/* The value of one key, by its type: one function a type, in the table at the end. */
#include "private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef bool nn_filler(nn_document *document, const nn_key *key, nn_node *node, void *at);

/* Scalars that are numbers were written without quotes. */
static bool is_bare(const nn_node *node) {
    return node->type == NN_NODE_SCALAR && !node->quoted;
}

/* What the table itself gives is always allowed, so that a preset may lie outside the range. */
static bool is_preset(const nn_key *key, const nn_node *node) {
    return key->preset && strcmp(node->text, key->preset) == 0;
}

static bool in_range(const nn_key *key, const nn_node *node, double value) {
    double min, max;
    if (!nn_key_has_range(key, &min, &max) || is_preset(key, node)) return true;
    return (key->exclusive_min ? value > min : value >= min) && value <= max;
}

/* -1 for the first of the words, -2 for the next ...; 0: none of them. */
static int word_code(const nn_key *key, const nn_node *node) {
    for (int i = 0; node->type == NN_NODE_SCALAR && key->words && key->words[i]; i++)
        if (strcmp(node->text, key->words[i]) == 0) return -1 - i;
    return 0;
}

static bool fill_bool(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    return (is_bare(node) && nn_parse_bool(node->text, at)) ||
           nn_expected(document, key, node, NULL);
}

static bool fill_int(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    int64_t *value = at;
    return (is_bare(node) && nn_parse_int(node->text, value) &&
            in_range(key, node, (double)*value)) ||
           nn_expected(document, key, node, NULL);
}

static bool fill_real(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    double *value = at;
    return (is_bare(node) && ((is_preset(key, node) && nn_parse_special(node->text, value)) ||
                              (nn_parse_real(node->text, value) && in_range(key, node, *value)))) ||
           nn_expected(document, key, node, NULL);
}

static bool fill_text(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    if (node->type != NN_NODE_SCALAR || nn_node_is_null(node))
        return nn_expected(document, key, node, NULL);
    *(const char **)at = node->text;
    return true;
}

/* Of "../../data": the folder above it, "../data" is left; the folder has no links in it. False:
 * nothing is left to do. */
static bool step(const char **path, const char *folder, size_t *length) {
    size_t word = strcspn(*path, "/");
    bool above = word == 2 && strncmp(*path, "..", 2) == 0;
    if (!above && word != 0 && !(word == 1 && **path == '.')) return false;
    if (!**path || (above && *length >= 2 && strncmp(folder + *length - 2, "..", 2) == 0))
        return false;
    while (above && *length && folder[--*length] != '/') {
    }
    *path += word + strspn(*path + word, "/");
    return true;
}

static const char *join(nn_arena *arena, const char *folder, const char *path) {
    size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
    while (step(&path, folder, &length)) {
    }
    if (*path) return nn_arena_format(arena, "%.*s/%s", (int)length, folder, path);
    return length ? nn_arena_format(arena, "%.*s", (int)length, folder) : "/";
}

/* ~/data is $HOME/data, as the shell has it where it looks; ~user is no more than a name. */
static bool expand_home(nn_document *document, nn_node *node) {
    if (node->text[0] != '~' || (node->text[1] && node->text[1] != '/')) return true;
    const char *home = getenv("HOME");
    if (!home || home[0] != '/') return false;
    node->text = nn_arena_format(document->arena, "%s%s", home, node->text + 1);
    return true;
}

static bool fill_path(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    if (node->type != NN_NODE_SCALAR || node->text[0] == '\0' || nn_node_is_null(node))
        return nn_expected(document, key, node, NULL);
    if (!expand_home(document, node))
        return nn_expected(document, key, node, "~ is $HOME, which is not set");
    const char *path = node->text;
    if (path[0] != '/' && document->folder) {
        node->text = join(document->arena, document->folder, path);
        if (!nn_text_is_plain(node->text, false)) node->quoted = true;
    }
    *(const char **)at = node->text;
    return true;
}

static bool fill_choice(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    int code = word_code(key, node);
    if (code == 0) return nn_expected(document, key, node, NULL);
    *(int *)at = -1 - code;
    return true;
}

static bool fill_count(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    int code = word_code(key, node);
    if (code == 0) return fill_int(document, key, node, at);
    *(int64_t *)at = code;
    return true;
}

static bool fill_duration(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    double *seconds = at;
    int code = word_code(key, node);
    if (code) *seconds = code;
    return code ||
           (node->type == NN_NODE_SCALAR && nn_parse_duration(node->text, seconds) &&
            *seconds >= 0 && in_range(key, node, *seconds)) ||
           nn_expected(document, key, node, NULL);
}

static bool fill_interval(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    return (node->type == NN_NODE_SCALAR && nn_parse_interval(node->text, at)) ||
           nn_expected(document, key, node, NULL);
}

/* ---- lists; a single value is a list of one ---- */

static nn_node *first_item(nn_node *node) {
    return node->type == NN_NODE_LIST ? node->first : node;
}

static int item_count(const nn_node *node) {
    return node->type == NN_NODE_LIST ? node->count : 1;
}

/* Fills items of `size` bytes by the function for one of them. */
static bool fill_items(nn_document *document, const nn_key *key, nn_node *node, nn_filler *fill,
                       void *items, size_t size) {
    bool good = true;
    char *at = items;
    for (nn_node *item = first_item(node); item; item = item->next, at += size) {
        good = fill(document, key, item, at) && good;
        if (node->type != NN_NODE_LIST) break;
    }
    return good;
}

static bool fill_ints(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    nn_ints *ints = at;
    int code = word_code(key, node);
    ints->n = item_count(node);
    if (code) {
        ints->value[0] = code;
        return true;
    }
    if (ints->n > NN_MAX_INTS) return nn_expected(document, key, node, "at most 8 of them");
    return fill_items(document, key, node, fill_int, ints->value, sizeof ints->value[0]);
}

static bool fill_reals(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    int n = item_count(node);
    double *value = NN_NEW_ARRAY(document->arena, double, n);
    *(nn_reals *)at = (nn_reals){n, value};
    return fill_items(document, key, node, fill_real, value, sizeof *value);
}

static bool fill_texts_by(nn_filler *fill, nn_document *document, const nn_key *key, nn_node *node,
                          void *at) {
    int n = item_count(node);
    const char **value = NN_NEW_ARRAY(document->arena, const char *, n);
    *(nn_texts *)at = (nn_texts){n, value};
    return fill_items(document, key, node, fill, value, sizeof *value);
}

static bool fill_texts(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    return fill_texts_by(fill_text, document, key, node, at);
}

static bool fill_paths(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    return fill_texts_by(fill_path, document, key, node, at);
}

/* ---- things of a registry, maps ---- */

static bool fill_kind(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    return nn_bind_kind(document, node, key->kinds, NULL, key->name, at);
}

static bool fill_one_kind(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    size_t length = strlen(key->name); /* one of `metrics` is a metric */
    char *what = nn_arena_text(document->arena, key->name);
    if (length > 1 && what[length - 1] == 's') what[length - 1] = '\0';
    return nn_bind_kind(document, node, key->kinds, NULL, what, at);
}

static bool fill_kinds(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    int n = item_count(node);
    nn_typed *value = NN_NEW_ARRAY(document->arena, nn_typed, n);
    *(nn_typed_list *)at = (nn_typed_list){n, value};
    return fill_items(document, key, node, fill_one_kind, value, sizeof *value);
}

static bool fill_map(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    if (node->type != NN_NODE_MAP) return nn_expected(document, key, node, NULL);
    return nn_bind_table(document, node, key->keys, NULL, false, at);
}

static bool fill_node(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    *(nn_node **)at = node;
    return true;
}

static const struct {
    nn_filler *fill;
    size_t size;
} types[] = {[NN_KEY_BOOL] = {fill_bool, sizeof(bool)},
             [NN_KEY_INT] = {fill_int, sizeof(int64_t)},
             [NN_KEY_REAL] = {fill_real, sizeof(double)},
             [NN_KEY_TEXT] = {fill_text, sizeof(const char *)},
             [NN_KEY_PATH] = {fill_path, sizeof(const char *)},
             [NN_KEY_CHOICE] = {fill_choice, sizeof(int)},
             [NN_KEY_COUNT] = {fill_count, sizeof(int64_t)},
             [NN_KEY_INTS] = {fill_ints, sizeof(nn_ints)},
             [NN_KEY_REALS] = {fill_reals, sizeof(nn_reals)},
             [NN_KEY_TEXTS] = {fill_texts, sizeof(nn_texts)},
             [NN_KEY_PATHS] = {fill_paths, sizeof(nn_texts)},
             [NN_KEY_DURATION] = {fill_duration, sizeof(double)},
             [NN_KEY_INTERVAL] = {fill_interval, sizeof(nn_interval)},
             [NN_KEY_KIND] = {fill_kind, sizeof(nn_typed)},
             [NN_KEY_KINDS] = {fill_kinds, sizeof(nn_typed_list)},
             [NN_KEY_MAP] = {fill_map, 0},
             [NN_KEY_NODE] = {fill_node, sizeof(nn_node *)}};

bool nn_bind_value(nn_document *document, const nn_key *key, nn_node *node, void *at) {
    return types[key->type].fill(document, key, node, at);
}

size_t nn_key_value_size(const nn_key *key) {
    return types[key->type].size;
}
