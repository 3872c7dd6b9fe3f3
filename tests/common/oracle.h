/* Tables that another program computed, with the configuration they belong to: data sets of
 * tests/oracle/NAME.h5 with the attribute `config`, the YAML of one thing of a registry. */
#ifndef NNMPI_TEST_ORACLE_H
#define NNMPI_TEST_ORACLE_H

#include "nnmpi/config.h"
#include "nnmpi/store.h"

typedef struct oracle_case {
    nn_store *store;
    const char *path;
    nn_typed typed; /* by config, among the kinds given */
    int64_t rows, columns;
    const double *table;
} oracle_case;

/* Calls `check` for each data set below `group` (in order of name). Returns how many there were. */
int oracle_each(const char *file, const char *group, const nn_kind *const *kinds,
                void (*check)(const oracle_case *c));
/* A whole data set; free with free(). */
double *oracle_read(nn_store *store, const char *path, int64_t *n);
int64_t oracle_int(const oracle_case *c, const char *name); /* an attribute; 0 if it is not there */
double oracle_real(const oracle_case *c, const char *name);
/* One thing of a registry from its YAML; the test fails with the message if it is wrong. */
nn_typed oracle_typed(nn_document **document, const char *yaml, const nn_kind *const *kinds);

#endif
