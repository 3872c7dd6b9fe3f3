/* Helpers of the tests of the configuration. */
#ifndef NNMPI_TESTS_CONFIG_DOCUMENT_H
#define NNMPI_TESTS_CONFIG_DOCUMENT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "nnmpi/config.h"

/* A table with every type of key. */
typedef struct options_inner {
    int64_t patience;
    double min_delta;
    bool present;
} options_inner;
typedef struct options_section {
    int64_t depth;
    nn_typed filler;
} options_section;
typedef struct options {
    bool flag;
    int64_t count;
    double rate, any, at_least;
    const char *name, *file;
    int precision;
    int64_t batch;
    nn_ints shape;
    nn_reals weights;
    nn_texts words, files;
    double time;
    nn_interval every;
    nn_typed optimizer;
    nn_typed_list metrics;
    options_inner stopping;
    options_section section;
    nn_node *layers;
} options;
typedef struct sgd_options {
    double learning_rate, momentum;
} sgd_options;
typedef struct dense_options {
    int64_t units;
    nn_typed kernel;
} dense_options;

extern const nn_key options_keys[];
extern const nn_kind *const optimizer_kinds[], *const filler_kinds[], *const layer_kinds[];

/* The document of a text in t.yaml; fails the test if it does not parse. */
nn_document *parse(const char *text);
nn_document *parse_set(const char *text, const char *set);
/* The message of a text that must not parse, or not bind; valid until the next call. */
const char *message_of(const char *text);
const char *message_of_set(const char *text, const char *set);
/* The same by length, for texts with NUL. */
const char *message_of_bytes(const char *text, size_t length);
/* Whether the trees are equal: types, texts, quotes, keys, order. */
bool same_tree(const nn_node *a, const nn_node *b);
/* The text of the scalar at a dotted path such as "a.b.0"; NULL if there is none. */
const char *text_at(nn_document *document, const char *path);

#endif
