#include "oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct oracle_visit {
    const nn_kind *const *kinds;
    void (*check)(const oracle_case *c);
    int n;
} oracle_visit;

static void good(nn_status status) {
    if (status != NN_OK) fail_msg("%s", nn_error_message());
}

double *oracle_read(nn_store *store, const char *path, int64_t *n) {
    nn_store_info info;
    good(nn_store_describe(store, path, &info));
    *n = 1;
    for (int i = 0; i < info.rank; i++) *n *= info.dim[i];
    double *numbers = malloc((size_t)*n * sizeof *numbers);
    assert_non_null(numbers);
    good(nn_store_read(store, path, NN_F64, *n, numbers));
    return numbers;
}

int64_t oracle_int(const oracle_case *c, const char *name) {
    int64_t value = 0;
    if (nn_store_has_attribute(c->store, c->path, name))
        good(nn_store_read_int(c->store, c->path, name, &value));
    return value;
}

double oracle_real(const oracle_case *c, const char *name) {
    double value;
    good(nn_store_read_real(c->store, c->path, name, &value));
    return value;
}

nn_typed oracle_typed(nn_document **document, const char *yaml, const nn_kind *const *kinds) {
    char text[512];
    snprintf(text, sizeof text, "it: %s\n", yaml);
    good(nn_document_parse(document, text, strlen(text), "case", NULL, 0));
    nn_node *node = nn_node_child(nn_document_root(*document), "it");
    nn_typed typed = nn_config_bind_kind(*document, node, kinds, NULL, "kind");
    good(nn_config_verdict(*document));
    return typed;
}

static nn_status visit(void *context, nn_store *store, const char *path, bool is_group) {
    oracle_visit *v = context;
    if (is_group) return NN_OK;
    nn_store_info info;
    good(nn_store_describe(store, path, &info));
    char *config;
    good(nn_store_read_text(store, path, "config", &config));
    nn_document *document;
    int64_t n;
    double *table = oracle_read(store, path, &n);
    oracle_case c = {.store = store,
                     .path = path,
                     .typed = oracle_typed(&document, config, v->kinds),
                     .rows = info.dim[0],
                     .columns = n / info.dim[0],
                     .table = table};
    v->check(&c);
    v->n++;
    free(table);
    free(config);
    nn_document_destroy(document);
    return NN_OK;
}

int oracle_each(const char *file, const char *group, const nn_kind *const *kinds,
                void (*check)(const oracle_case *c)) {
    const char *source = getenv("NNMPI_SOURCE");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/oracle/%s", source ? source : ".", file);
    nn_store *store;
    good(nn_store_open(&store, path));
    oracle_visit v = {.kinds = kinds, .check = check};
    good(nn_store_walk(store, group, visit, &v));
    good(nn_store_close(store));
    return v.n;
}
