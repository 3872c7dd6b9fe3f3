/* The tree of a file: one line an object, one line of numbers below a data set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"

static const char *dims_text(int rank, const int64_t *dim, char *text, size_t size) {
    size_t used = (size_t)snprintf(text, size, "(");
    for (int i = 0; i < rank && used < size; i++)
        used +=
            (size_t)snprintf(text + used, size - used, i ? ", %lld" : "%lld", (long long)dim[i]);
    if (used < size) snprintf(text + used, size - used, ")");
    return text;
}

const char *nn_details_text(const nn_store_details *d) {
    static char text[512];
    char dims[400];
    snprintf(text, sizeof text, "%s %s", d->type,
             d->empty ? "(empty)" : dims_text(d->rank, d->dim, dims, sizeof dims));
    return text;
}

/* ---- numbers ---- */

static void print_classes(const nn_statistics *s) {
    int64_t least = INT64_MAX, most = 0, present = 0;
    for (int64_t c = 0; c < s->classes; c++) {
        if (s->count[c] == 0) continue;
        present++;
        least = s->count[c] < least ? s->count[c] : least;
        most = s->count[c] > most ? s->count[c] : most;
    }
    printf("; %s different", nn_text_count(present));
    if (least == most)
        printf(", each %s times", nn_text_count(most));
    else
        printf(", each %s to %s times", nn_text_count(least), nn_text_count(most));
}

static void print_bad(const nn_statistics *s) {
    if (s->nan) printf("; %s NaN", nn_text_count(s->nan));
    if (s->infinite) printf("; %s infinite", nn_text_count(s->infinite));
    if (s->nan || s->infinite) printf(" (the first in row %lld)", (long long)s->first_bad);
}

static void print_statistics(const nn_seen *seen, int indent) {
    const nn_statistics *s = &seen->statistics;
    if (!seen->known || s->n + (double)s->nan + (double)s->infinite == 0) return;
    printf("%*s", indent, "");
    if (s->n > 0)
        printf("%.6g to %.6g, mean %.5g, std %.5g", s->low, s->high, s->mean,
               nn_statistics_deviation(s));
    if (s->one_hot)
        printf("; one-hot, %lld classes", (long long)seen->details.dim[1]);
    else if (s->classes > 0 && s->n > 1)
        print_classes(s);
    print_bad(s);
    printf("\n");
}

/* ---- objects ---- */

static int depth_of(const char *path) {
    int depth = 0;
    for (; *path; path++) depth += *path == '/';
    return depth;
}

static void print_attribute(void *indent, const char *name, const char *value) {
    char begin[61];
    size_t length = strcspn(value, "\n");
    bool cut = length > 60 || value[length];
    if (length > 60) length = nn_utf8_cut(value, 60);
    snprintf(begin, sizeof begin, "%.*s", (int)length, value);
    printf("%*s@%s%s%s%s\n", *(int *)indent, "", nn_plain(name), *value ? " = " : "",
           nn_plain(begin), cut ? " ..." : "");
}

static void print_data_set(const nn_store_details *d, const char *name, int indent) {
    char chunk[400];
    int64_t bytes = 0;
    printf("%*s%-*s  %s", indent, "", 22 - indent, nn_plain(name), nn_details_text(d));
    if (d->chunk_rank)
        printf(", chunks %s", dims_text(d->chunk_rank, d->chunk, chunk, sizeof chunk));
    if (*d->filters) printf(", %s", nn_plain(d->filters));
    if (__builtin_mul_overflow(d->elements, d->element_bytes, &bytes)) bytes = INT64_MAX;
    printf(", %s", nn_text_bytes((double)bytes));
    if (*d->filters) printf(" stored in %s", nn_text_bytes((double)d->stored_bytes));
    printf("\n");
}

static nn_seen *add(nn_tree *tree, const char *path) {
    if (tree->n == tree->room) {
        tree->room = 2 * tree->room + 16;
        tree->seen = realloc(tree->seen, (size_t)tree->room * sizeof *tree->seen);
        if (!tree->seen) nn_panic("out of memory");
    }
    nn_seen *seen = &tree->seen[tree->n++];
    *seen = (nn_seen){.path = nn_arena_text(tree->arena, path)};
    return seen;
}

static nn_status visit(void *context, nn_store *store, const char *path, bool is_group) {
    nn_tree *tree = context;
    int indent = 2 * (depth_of(path) - 1), deeper = indent + 2;
    const char *name = strrchr(path, '/');
    if (is_group) {
        printf("%*s%s\n", indent, "", nn_plain(name));
    } else {
        nn_seen *seen = add(tree, path);
        NN_TRY(nn_store_detail(store, path, &seen->details));
        print_data_set(&seen->details, name, indent);
        if (tree->options->statistics) {
            NN_TRY(nn_statistics_read(store, path, &seen->details, &seen->statistics));
            seen->known = seen->details.numbers;
            print_statistics(seen, indent + 2);
        }
    }
    nn_store_attributes(store, path, print_attribute, &deeper);
    return NN_OK;
}

nn_status nn_tree_print(nn_tree *tree, nn_store *store, const char *group) {
    int indent = 0;
    nn_store_attributes(store, group, print_attribute, &indent);
    return nn_store_walk(store, group, visit, tree);
}

const nn_seen *nn_tree_find(const nn_tree *tree, const char *path) {
    for (int i = 0; path && i < tree->n; i++)
        if (strcmp(tree->seen[i].path, path) == 0) return &tree->seen[i];
    return NULL;
}

void nn_tree_free(nn_tree *tree) {
    for (int i = 0; i < tree->n; i++) nn_statistics_free(&tree->seen[i].statistics);
    free(tree->seen);
}
