/* The usual names of data sets, when the user gives none. */
#include <stdio.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/text.h"

static const char *const groups_of[NN_SPLITS] = {
    [NN_TRAIN] = "/train", [NN_VALIDATION] = "/validation /val /valid", [NN_TEST] = "/test"};

/* The next of the words in `at`, which moves on; NULL at the end. */
static const char *next_word(const char **at, nn_arena *arena) {
    *at += strspn(*at, " ");
    int length = (int)strcspn(*at, " ");
    if (length == 0) return NULL;
    const char *word = nn_arena_format(arena, "%.*s", length, *at);
    *at += length;
    return word;
}

static const char *find_in_group(nn_store *store, const char *group, const char *usual,
                                 nn_arena *arena) {
    for (const char *word; (word = next_word(&usual, arena));) {
        const char *path = nn_arena_format(arena, "%s/%s", group, word);
        if (nn_store_has(store, path) && !nn_store_is_group(store, path)) return path;
    }
    return NULL;
}

#define NN_SHOWN 12

typedef struct nn_shown {
    nn_buffer text;
    int n;
} nn_shown;

static nn_status show(void *context, nn_store *store, const char *path, bool is_group) {
    nn_shown *shown = context;
    if (!is_group && shown->n++ < NN_SHOWN)
        nn_buffer_add(&shown->text, "%s%s", shown->n > 1 ? ", " : "", path);
    return NN_OK;
}

/* "a, b or c" */
static const char *list_words(const char *words, nn_arena *arena) {
    const char *at = words, *text = next_word(&at, arena);
    for (const char *word = next_word(&at, arena), *after; word; word = after) {
        after = next_word(&at, arena);
        text = nn_arena_format(arena, "%s%s%s", text, after ? ", " : " or ", word);
    }
    return text;
}

/* "FILE: there is no data set called x or y in /train; there are /a, /b" */
static const char *say_missing(nn_store *store, const char *usual, const char *groups,
                               nn_arena *arena) {
    nn_shown shown = {0};
    if (nn_store_walk(store, "/", show, &shown) != NN_OK) nn_error_clear();
    const char *more = shown.n > NN_SHOWN ? ", ..." : "";
    const char *text =
        nn_arena_format(arena, "%s: there is no data set called %s in %s; there %s %s%s",
                        nn_store_file(store), list_words(usual, arena), list_words(groups, arena),
                        shown.n == 1 ? "is" : "are", shown.n ? shown.text.text : "none", more);
    nn_buffer_free(&shown.text);
    return text;
}

/* Groups to look in, nearest first, separated by blanks; the root is "/". */
static const char *groups_for(const nn_wanted *wanted, nn_arena *arena) {
    const char *groups = groups_of[wanted->split], *beside = wanted->beside;
    const char *slash = beside ? strrchr(beside, '/') : NULL;
    const char *group = slash ? nn_arena_format(arena, "%.*s", (int)(slash - beside), beside) : "";
    bool at_root = wanted->root && beside && !*group;
    bool another = *group && strcmp(group, groups) != 0;
    return nn_arena_format(arena, "%s%s%s%s",
                           another   ? group
                           : at_root ? "/"
                                     : "",
                           another || at_root ? " " : "", groups,
                           wanted->root && !at_root ? " /" : "");
}

/* A name that may not be there: it, or its last word at the root; else NULL. */
static const char *find_hinted(nn_store *store, const char *name) {
    if (nn_store_has(store, name)) return name;
    const char *slash = strrchr(name, '/');
    return slash && slash != name && nn_store_has(store, slash) ? slash : NULL;
}

const char *nn_source_advice(const nn_source *source, nn_split split, const char *what) {
    static char text[80];
    const char *advice = source->advice[strcmp(what, "targets") == 0 ? 2 : 1];
    snprintf(text, sizeof text, "data.%s.%s can name another", nn_split_name[split], what);
    return advice ? advice : text;
}

nn_status nn_name_find(nn_store *store, const nn_wanted *wanted, nn_arena *arena, const char **name,
                       const char **missing) {
    *name = wanted->name && wanted->hint ? find_hinted(store, wanted->name) : wanted->name;
    *missing = NULL;
    if (*name) return NN_OK;
    const char *groups = groups_for(wanted, arena), *at = groups;
    for (const char *group; !*name && (group = next_word(&at, arena));)
        *name = find_in_group(store, strcmp(group, "/") ? group : "", wanted->usual, arena);
    if (*name) return NN_OK;
    if (nn_store_failed(store)) return NN_BAD_DATA;
    *missing = say_missing(store, wanted->usual, groups, arena);
    return wanted->optional ? NN_OK
                            : nn_error(NN_NO_INPUT, "%s\n  (%s)", *missing,
                                       nn_source_advice(wanted->source, wanted->split, "inputs"));
}

static const char *find_usual(nn_store *store, nn_wanted wanted, nn_arena *arena) {
    const char *name, *missing;
    wanted.optional = true;
    return nn_name_find(store, &wanted, arena, &name, &missing) == NN_OK ? name : NULL;
}

const char *nn_usual_inputs(nn_store *store, nn_split split, bool root, nn_arena *arena) {
    return find_usual(store, (nn_wanted){.usual = NN_USUAL_INPUTS, .split = split, .root = root},
                      arena);
}

const char *nn_usual_targets(nn_store *store, nn_split split, const char *inputs, nn_arena *arena) {
    return find_usual(store,
                      (nn_wanted){.usual = NN_USUAL_TARGETS,
                                  .split = split,
                                  .root = strrchr(inputs, '/') == inputs,
                                  .beside = inputs},
                      arena);
}
