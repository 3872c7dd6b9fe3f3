/* What ids stand for: the vocabulary of a text, the names of classes. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* "/train/vocabulary" beside "/train/text", else "/vocabulary"; NULL: neither is there. */
static const char *find_path(nn_store *store, const char *name, const char *words,
                             nn_arena *arena) {
    const char *slash = strrchr(name, '/');
    int group = slash ? (int)(slash - name) : 0;
    const char *beside = nn_arena_format(arena, "%.*s/%s", group, name, words);
    const char *root = nn_arena_format(arena, "/%s", words);
    if (nn_store_is_words(store, beside)) return beside;
    return nn_store_is_words(store, root) ? root : NULL;
}

static nn_texts copy_words(char **words, int n, nn_arena *arena) {
    const char **copy = NN_NEW_ARRAY(arena, const char *, n);
    for (int i = 0; i < n; i++) copy[i] = nn_arena_text(arena, words[i]);
    return (nn_texts){n, copy};
}

nn_status nn_words_agree(const nn_texts *a, const nn_texts *b, const char *first, const char *file,
                         const char *what) {
    if (a->n == 0 || b->n == 0) return NN_OK;
    int i = 0;
    while (i < a->n && i < b->n && strcmp(a->value[i], b->value[i]) == 0) i++;
    if (i == a->n && i == b->n) return NN_OK;
    return nn_error(
        NN_BAD_DATA,
        "%s: its %s is not that of %s: %d is \"%s\" here and \"%s\" there (`nnmpi import "
        "text --vocabulary` gives texts the same)",
        file, what, first, i, i < b->n ? b->value[i] : "", i < a->n ? a->value[i] : "");
}

nn_status nn_words_find(nn_array *array, nn_store *store, const nn_wanted *wanted,
                        nn_arena *arena) {
    char **words;
    int n;
    if (!wanted->words || !nn_dtype_is_integer(array->type)) return NN_OK;
    const char *path = find_path(store, array->name, wanted->words, arena);
    if (!path) return NN_OK;
    NN_TRY(nn_store_read_words(store, path, &words, &n));
    nn_texts here = copy_words(words, n, arena);
    free(words);
    if (array->words.n == 0) array->words = here;
    return nn_words_agree(&array->words, &here, array->part[0].file, nn_store_file(store),
                          wanted->words);
}

nn_texts nn_words_broadcast(const nn_texts *words, nn_arena *arena, nn_comm *comm) {
    int64_t size[2] = {words->n, 0}; /* words; bytes with their zeros */
    for (int i = 0; i < words->n; i++) size[1] += (int64_t)strlen(words->value[i]) + 1;
    nn_comm_broadcast(comm, size, sizeof size, 0);
    if (size[0] == 0) return (nn_texts){0};
    char *block = nn_arena_alloc(arena, (size_t)size[1]), *at = block;
    if (nn_comm_rank(comm) == 0)
        for (int i = 0; i < words->n; i++) at = stpcpy(at, words->value[i]) + 1;
    nn_comm_broadcast(comm, block, size[1], 0);
    const char **value = NN_NEW_ARRAY(arena, const char *, size[0]);
    at = block;
    for (int64_t i = 0; i < size[0]; i++, at += strlen(at) + 1) value[i] = at;
    return (nn_texts){(int)size[0], value};
}
