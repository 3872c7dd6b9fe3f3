/* The different values of a column. */
#ifndef NNMPI_IMPORT_CATEGORIES_H
#define NNMPI_IMPORT_CATEGORIES_H

#include <stdbool.h>
#include <stdint.h>

#define NN_CATEGORIES_MAX 65536

typedef struct nn_category {
    char *name;
    int64_t count; /* sum of what was added */
} nn_category;

/* In order of name; zero-initialise. */
typedef struct nn_categories {
    int n, room;
    nn_category *category;
    bool too_many; /* more than NN_CATEGORIES_MAX: no longer kept */
} nn_categories;

void nn_categories_add(nn_categories *c, const char *name, int64_t count);
/* Its place; -1: it is not there. */
int nn_categories_find(const nn_categories *c, const char *name);
void nn_categories_free(nn_categories *c);

#endif
