/* A sorted array: names that are numbers by value, before all others, which are by their bytes. */
#include "categories.h"

#include <stdlib.h>
#include <string.h>

#include "nnmpi/status.h"

static int compare(const char *a, const char *b) {
    char *end_a, *end_b;
    double x = strtod(a, &end_a), y = strtod(b, &end_b);
    bool number_a = *a && !*end_a, number_b = *b && !*end_b;
    if (number_a != number_b) return number_a ? -1 : 1;
    if (number_a && x != y) return x < y ? -1 : 1;
    return strcmp(a, b);
}

/* The place of the first name that is not before it. */
static int place_of(const nn_categories *c, const char *name) {
    int low = 0, high = c->n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (compare(c->category[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int nn_categories_find(const nn_categories *c, const char *name) {
    int place = place_of(c, name);
    return place < c->n && strcmp(c->category[place].name, name) == 0 ? place : -1;
}

void nn_categories_add(nn_categories *c, const char *name, int64_t count) {
    if (c->too_many) return;
    int place = place_of(c, name);
    if (place < c->n && strcmp(c->category[place].name, name) == 0) {
        c->category[place].count += count;
        return;
    }
    if (c->n == NN_CATEGORIES_MAX) {
        c->too_many = true;
        return;
    }
    if (c->n == c->room) {
        c->room = 2 * c->room + 16;
        c->category = realloc(c->category, (size_t)c->room * sizeof *c->category);
        if (!c->category) nn_panic("out of memory");
    }
    nn_category *at = c->category + place;
    memmove(at + 1, at, (size_t)(c->n - place) * sizeof *at);
    *at = (nn_category){strdup(name), count};
    if (!at->name) nn_panic("out of memory");
    c->n++;
}

void nn_categories_free(nn_categories *c) {
    for (int i = 0; i < c->n; i++) free(c->category[i].name);
    free(c->category);
    *c = (nn_categories){0};
}
