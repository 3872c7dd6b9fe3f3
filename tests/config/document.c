#include "document.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const precisions[] = {"float32", "float64", NULL};
static const char *const all[] = {"all", "auto", NULL};
static const char *const infer[] = {"infer", NULL};
static const char *const none[] = {"none", NULL};

static const nn_key sgd_keys[] = {{.name = "learning_rate",
                                   .type = NN_KEY_REAL,
                                   .offset = offsetof(sgd_options, learning_rate),
                                   .preset = "0.01",
                                   .exclusive_min = true,
                                   .help = "the step alpha"},
                                  {.name = "momentum",
                                   .type = NN_KEY_REAL,
                                   .offset = offsetof(sgd_options, momentum),
                                   .preset = "0",
                                   .min = 0,
                                   .max = 1,
                                   .help = "of the velocity"},
                                  {0}};
static const nn_kind sgd = {.name = "sgd",
                            .help = "gradient descent",
                            .keys = sgd_keys,
                            .shapes = "keeps v, like W",
                            .formula = "v <- mu v + g\nW <- W - alpha v",
                            .source = "Robbins and Monro, 1951",
                            .details = "Nothing else.",
                            .example = "{type: sgd}",
                            .options_size = sizeof(sgd_options)};
static const nn_kind adam = {.name = "adam",
                             .help = "adaptive moments",
                             .keys = sgd_keys,
                             .options_size = sizeof(sgd_options)};
const nn_kind *const optimizer_kinds[] = {&sgd, &adam, NULL};

static const nn_key uniform_keys[] = {
    {.name = "minval", .type = NN_KEY_REAL, .preset = "-0.05", .help = "the least"}, {0}};
static const nn_kind uniform = {.name = "uniform",
                                .help = "equal chances",
                                .keys = uniform_keys,
                                .options_size = sizeof(double)};
static const nn_kind zeros = {.name = "zeros", .help = "all zero"};
const nn_kind *const filler_kinds[] = {&uniform, &zeros, NULL};

static const nn_key dense_keys[] = {{.name = "units",
                                     .type = NN_KEY_INT,
                                     .offset = offsetof(dense_options, units),
                                     .min = 1,
                                     .required = true,
                                     .help = "outputs"},
                                    {.name = "kernel_initializer",
                                     .type = NN_KEY_KIND,
                                     .offset = offsetof(dense_options, kernel),
                                     .preset = "{type: uniform, minval: -0.5}",
                                     .kinds = filler_kinds,
                                     .help = "first values of W"},
                                    {0}};
static const nn_kind dense = {.name = "dense",
                              .help = "fully connected",
                              .keys = dense_keys,
                              .options_size = sizeof(dense_options)};
static const nn_kind flatten = {.name = "flatten", .help = "one axis"};
const nn_kind *const layer_kinds[] = {&dense, &flatten, NULL};

static const nn_key inner_keys[] = {{.name = "patience",
                                     .type = NN_KEY_INT,
                                     .offset = offsetof(options_inner, patience),
                                     .preset = "10",
                                     .min = 1,
                                     .help = "epochs"},
                                    {.name = "min_delta",
                                     .type = NN_KEY_REAL,
                                     .offset = offsetof(options_inner, min_delta),
                                     .preset = "1e-4",
                                     .help = "the least gain"},
                                    {0}};
static const nn_key section_keys[] = {{.name = "depth",
                                       .type = NN_KEY_INT,
                                       .offset = offsetof(options_section, depth),
                                       .preset = "3",
                                       .help = "how deep"},
                                      {.name = "filler",
                                       .type = NN_KEY_KIND,
                                       .offset = offsetof(options_section, filler),
                                       .preset = "uniform",
                                       .kinds = filler_kinds,
                                       .help = "what fills it"},
                                      {0}};

const nn_key options_keys[] = {
    {.name = "flag",
     .type = NN_KEY_BOOL,
     .offset = offsetof(options, flag),
     .preset = "true",
     .help = "a switch"},
    {.name = "count",
     .type = NN_KEY_INT,
     .offset = offsetof(options, count),
     .preset = "5",
     .min = 1,
     .max = 1000,
     .help = "a number of things"},
    {.name = "rate",
     .type = NN_KEY_REAL,
     .offset = offsetof(options, rate),
     .preset = "0.5",
     .exclusive_min = true,
     .help = "a rate"},
    {.name = "any", .type = NN_KEY_REAL, .offset = offsetof(options, any), .help = "any number"},
    {.name = "at_least",
     .type = NN_KEY_REAL,
     .offset = offsetof(options, at_least),
     .preset = "nan",
     .help = "a bound"},
    {.name = "name", .type = NN_KEY_TEXT, .offset = offsetof(options, name), .help = "a name"},
    {.name = "file", .type = NN_KEY_PATH, .offset = offsetof(options, file), .help = "a file"},
    {.name = "precision",
     .type = NN_KEY_CHOICE,
     .offset = offsetof(options, precision),
     .preset = "float32",
     .words = precisions,
     .help = "of numbers"},
    {.name = "batch",
     .type = NN_KEY_COUNT,
     .offset = offsetof(options, batch),
     .preset = "32",
     .min = 1,
     .words = all,
     .help = "samples a step"},
    {.name = "shape",
     .type = NN_KEY_INTS,
     .offset = offsetof(options, shape),
     .min = 1,
     .words = infer,
     .help = "sizes of axes"},
    {.name = "weights",
     .type = NN_KEY_REALS,
     .offset = offsetof(options, weights),
     .min = 0,
     .max = 1,
     .help = "parts"},
    {.name = "words",
     .type = NN_KEY_TEXTS,
     .offset = offsetof(options, words),
     .preset = "[csv, jsonl]",
     .help = "kinds of files"},
    {.name = "files", .type = NN_KEY_PATHS, .offset = offsetof(options, files), .help = "files"},
    {.name = "time",
     .type = NN_KEY_DURATION,
     .offset = offsetof(options, time),
     .preset = "none",
     .words = none,
     .help = "the longest time"},
    {.name = "every",
     .type = NN_KEY_INTERVAL,
     .offset = offsetof(options, every),
     .preset = "1 epoch",
     .help = "how often"},
    {.name = "optimizer",
     .type = NN_KEY_KIND,
     .offset = offsetof(options, optimizer),
     .preset = "sgd",
     .kinds = optimizer_kinds,
     .help = "how to step"},
    {.name = "metrics",
     .type = NN_KEY_KINDS,
     .offset = offsetof(options, metrics),
     .kinds = filler_kinds,
     .help = "what is measured"},
    {.name = "stopping",
     .type = NN_KEY_MAP,
     .offset = offsetof(options, stopping),
     .keys = inner_keys,
     .present = offsetof(options_inner, present),
     .help = "when to stop"},
    {.name = "section",
     .type = NN_KEY_MAP,
     .offset = offsetof(options, section),
     .keys = section_keys,
     .help = "a section"},
    {.name = "layers", .type = NN_KEY_NODE, .offset = offsetof(options, layers), .help = "layers"},
    {0}};

static nn_document *parse_with(const char *text, const char *const *sets, int n_sets) {
    nn_document *document;
    nn_error_clear();
    nn_status status = nn_document_parse(&document, text, strlen(text), "t.yaml", sets, n_sets);
    if (status != NN_OK) fail_msg("it does not parse:\n%s", nn_error_message());
    return document;
}

nn_document *parse(const char *text) {
    return parse_with(text, NULL, 0);
}

nn_document *parse_set(const char *text, const char *set) {
    return parse_with(text, &set, 1);
}

static const char *message(const char *text, size_t length, const char *const *sets, int n_sets) {
    nn_document *document;
    nn_error_clear();
    nn_status status = nn_document_parse(&document, text, length, "t.yaml", sets, n_sets);
    if (status == NN_OK) {
        options o;
        nn_config_bind(document, nn_document_root(document), options_keys, NULL, &o);
        status = nn_config_verdict(document);
        nn_document_destroy(document);
    } else
        assert_null(document);
    assert_int_equal(status, NN_BAD_CONFIG);
    return nn_error_message();
}

const char *message_of(const char *text) {
    return message(text, strlen(text), NULL, 0);
}

const char *message_of_set(const char *text, const char *set) {
    return message(text, strlen(text), &set, 1);
}

const char *message_of_bytes(const char *text, size_t length) {
    return message(text, length, NULL, 0);
}

static bool same_text(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool same_tree(const nn_node *a, const nn_node *b) {
    if (a->type != b->type || a->count != b->count || a->quoted != b->quoted) return false;
    if (!same_text(a->key, b->key) || !same_text(a->text, b->text)) return false;
    const nn_node *x = a->first, *y = b->first;
    for (; x && y; x = x->next, y = y->next)
        if (!same_tree(x, y)) return false;
    return !x && !y;
}

const char *text_at(nn_document *document, const char *path) {
    char word[64];
    nn_node *node = nn_document_root(document);
    while (node && *path) {
        size_t length = strcspn(path, ".");
        snprintf(word, sizeof word, "%.*s", (int)length, path);
        node =
            node->type == NN_NODE_LIST ? nn_node_at(node, atoi(word)) : nn_node_child(node, word);
        path += length + (path[length] == '.');
    }
    return node ? node->text : NULL;
}
