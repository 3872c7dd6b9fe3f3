/* The configuration: YAML text -> a tree with positions -> structures, by tables of keys. Floor 1;
 * the only door to libfyaml.h.
 *
 * One table of nn_key describes each map that a user may write. The parser, the ranges, the
 * defaults, the error messages, `nnmpi help` and the reference pages all come from it. */
#ifndef NNMPI_CONFIG_H
#define NNMPI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nnmpi/arena.h"
#include "nnmpi/status.h"
#include "nnmpi/text.h"

/* ---- the tree ------------------------------------------------------------------------------ */

typedef enum nn_node_type { NN_NODE_SCALAR, NN_NODE_LIST, NN_NODE_MAP } nn_node_type;

/* A value as the user wrote it. Owned by the document. */
typedef struct nn_node nn_node;
struct nn_node {
    nn_node_type type;
    const char *text;      /* scalar: its text, "" for an empty one */
    bool quoted;           /* scalar: it was quoted, so it is text and never a number or null */
    const char *key;       /* its key in the map it belongs to, or NULL */
    nn_node *first, *last; /* list, map: its children */
    nn_node *next;         /* its next sibling */
    nn_node *parent;       /* NULL for the root */
    int count;             /* list, map: number of children */
    int line, column; /* 1-based, of the key if it has one, else of the value; 0: not from a file */
    int value_column; /* of the value, if it is on the same line */
    const char *source; /* the file's name, or the --set argument it came from */
    bool is_default;    /* put there by nn_config_bind because the user wrote nothing */
    bool known;         /* some table has asked for it */
};

typedef struct nn_document nn_document;

/* Parses `text` (YAML 1.2 with anchors and merge keys `<<`). `file` is the name for messages and
 * the folder that relative paths start from. `sets` are n_sets KEY=VALUE texts, applied in order
 * (KEY: dotted, list indexes as `layers.0` or `layers[0]`; VALUE: YAML). Top-level key `templates`
 * is dropped. Every rank parses the same text. NN_BAD_CONFIG with all problems in the message. */
nn_status nn_document_parse(nn_document **document, const char *text, size_t length,
                            const char *file, const char *const *sets, int n_sets);
/* Reads a file of at most 1 MiB (NN_NO_INPUT, NN_BAD_CONFIG). *text by malloc. */
nn_status nn_document_read_file(const char *file, char **text, size_t *length);
void nn_document_destroy(nn_document *document);

nn_node *nn_document_root(nn_document *document);
nn_arena *nn_document_arena(nn_document *document); /* lives as long as the document */
/* Child of a map by key, of a list by position; NULL if there is none. */
nn_node *nn_node_child(const nn_node *map, const char *key);
nn_node *nn_node_at(const nn_node *list, int index);
bool nn_node_is_null(const nn_node *node); /* null, ~ or nothing */
/* Of the same texts or numbers, lists and maps, in whatever order a map has them; NULL equals NULL.
 */
bool nn_node_equal(const nn_node *a, const nn_node *b);
/* "model.layers[2].units" */
const char *nn_node_path(nn_document *document, const nn_node *node);
/* Where its value is: "run.yaml:6:11: data.train.file", or the argument of --set. In the document's
 * arena. */
const char *nn_config_place(nn_document *document, const nn_node *node);
/* The tree as YAML, with defaults that were bound; parses back to an equal tree. */
void nn_document_write(const nn_document *document, nn_buffer *out);

bool nn_parse_duration(const char *text, double *seconds); /* 90s, 1h50m, 90 */

/* ---- complaints ---------------------------------------------------------------------------- */

/* Adds a complaint about `node`: shown with file, line, column, the line itself and a caret, and
 * `hint` (may be NULL) on a line of its own. At most 20 are shown, the rest counted. */
void nn_config_complain(nn_document *document, const nn_node *node, const char *hint,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same, with the caret under the value of the node, not under its key. */
void nn_config_complain_value(nn_document *document, const nn_node *node, const char *hint,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));
int nn_config_complaints(const nn_document *document);
/* NN_OK, or NN_BAD_CONFIG with all complaints, in order of line, as the message kept. */
nn_status nn_config_verdict(nn_document *document);

/* ---- tables of keys ------------------------------------------------------------------------ */

typedef struct nn_key nn_key;
typedef struct nn_kind nn_kind;

/* One thing of a registry (a layer, a loss, an optimizer ...), as a user writes it: a bare word, or
 * a map with `type`. The head of every ops table. */
struct nn_kind {
    const char *name;    /* "dense" */
    const char *help;    /* one line */
    const char *shapes;  /* what goes in and comes out, then what it keeps (weights) */
    const char *formula; /* and the derivative, where there is one */
    const char *source;  /* a paper, its name elsewhere (Keras) */
    const char *details; /* what else is to be known; several lines, as all of these, or NULL */
    const char *example; /* YAML of one use */
    const nn_key *keys;  /* its options, ended by {0}; NULL: none */
    size_t options_size; /* of the structure that the keys fill */
};

typedef enum nn_key_type {
    NN_KEY_BOOL,   /* bool */
    NN_KEY_INT,    /* int64_t */
    NN_KEY_REAL,   /* double */
    NN_KEY_TEXT,   /* const char * */
    NN_KEY_PATH,   /* const char *; a relative one is made absolute from the config's folder */
    NN_KEY_CHOICE, /* int: the position in `words` */
    NN_KEY_COUNT,  /* int64_t, or the first of `words` (such as `all`, `auto`) = -1, the next -2 */
    NN_KEY_INTS,   /* nn_ints: a number or a list of numbers; or a word as in NN_KEY_COUNT,
                      then n = 1 and value[0] = -1, -2 ... */
    NN_KEY_REALS,  /* nn_reals: a number or a list */
    NN_KEY_TEXTS,  /* nn_texts: a word or a list of words */
    NN_KEY_PATHS,  /* nn_texts: a path or a list of paths, made absolute as NN_KEY_PATH is */
    NN_KEY_DURATION, /* double, seconds: 90, 90s, 1h50m; or a word as in NN_KEY_COUNT */
    NN_KEY_INTERVAL, /* nn_interval: `1 epoch`, `100 steps`, `10m`, `never` */
    NN_KEY_KIND,     /* nn_typed: one of `kinds` with its options; kind NULL when absent */
    NN_KEY_KINDS,    /* nn_typed_list: a list of them, or one */
    NN_KEY_MAP,      /* the structure of `keys`, embedded at the offset */
    NN_KEY_NODE      /* nn_node *: taken as it is, NULL when absent */
} nn_key_type;

struct nn_key {
    const char *name; /* NULL ends a table */
    nn_key_type type;
    size_t offset;               /* in the structure: offsetof */
    const char *preset;          /* the default, as a user would write it; NULL: none (then zero,
                                    NULL or n = 0). Allowed outside the range; may be nan, inf */
    const char *help;            /* one line; units included */
    double min, max;             /* numbers: the inclusive range; both 0: any; max 0 with a positive
                                    min or exclusive_min: no upper bound */
    bool exclusive_min;          /* the range leaves out min, as in "positive" */
    bool required;               /* absence is an error */
    const char *const *words;    /* choices, or words that stand for -1, -2 ...; ended by NULL */
    const nn_kind *const *kinds; /* NN_KEY_KIND(S): ended by NULL */
    const nn_key *keys;          /* NN_KEY_MAP */
    size_t present;              /* NN_KEY_MAP: offset of a bool in the structure AT `offset` told
                                    whether the user wrote the map; (size_t)-1 or 0: not wanted.
                                    (Put the bool anywhere but first.) */
};

#define NN_MAX_INTS 8
typedef struct nn_ints {
    int n;
    int64_t value[NN_MAX_INTS];
} nn_ints;
typedef struct nn_reals {
    int n;
    const double *value;
} nn_reals;
typedef struct nn_texts {
    int n;
    const char *const *value;
} nn_texts;
typedef struct nn_interval {
    enum { NN_NEVER, NN_EPOCHS, NN_STEPS, NN_SECONDS } unit;
    double value;
} nn_interval;
typedef struct nn_typed {
    const nn_kind *kind; /* NULL: absent */
    void *options;       /* the kind's structure, filled; NULL if it has none */
    nn_node *node;
} nn_typed;
typedef struct nn_typed_list {
    int n;
    const nn_typed *value;
} nn_typed_list;

/* Fills `structure` from the map `node` by the table, presets included (written into the tree, so
 * that nn_document_write shows them). Complains of unknown keys (with the nearest word), wrong
 * types, values out of range, missing required keys. `also`, if not NULL, is a second table whose
 * keys are allowed too and left alone. `node` NULL binds the presets only. A key that is null is
 * absent. Presets of a map that is absent and has `present` are bound but not written. */
void nn_config_bind(nn_document *document, nn_node *node, const nn_key *keys, const nn_key *also,
                    void *structure);
/* The same for one thing of a registry: a bare word or a map with `type`. Result kind NULL after a
 * complaint. `also` as above (keys any of them may have, such as a layer's `name`). `what` names
 * it in messages: "layer". */
nn_typed nn_config_bind_kind(nn_document *document, nn_node *node, const nn_kind *const *kinds,
                             const nn_key *also, const char *what);
/* Binds presets only, for programs and tests without a document: *options is the kind's structure
 * filled with presets by the arena. Panics if a preset does not parse. */
nn_typed nn_kind_preset(nn_arena *arena, const nn_kind *kind);

/* Help for a key or a kind as text for a terminal: type, range, default, help; nested tables are
 * listed. `path` is the heading ("training.batch_size"). */
void nn_config_help_keys(const nn_key *keys, const char *path, nn_buffer *out);
void nn_config_help_kind(const nn_kind *kind, const char *what, nn_buffer *out);
/* The words of a text in lines of such help: the first goes on at `column`, the others begin at
 * `indent`. */
void nn_config_help_text(const char *text, int indent, int column, nn_buffer *out);
/* The same as part of a page in Markdown: a table of keys; a section of its own for a kind, with
 * the anchor `what`-NAME. `registry` says which section of the page lists the kinds of a key. */
typedef const char *nn_registry_name(const nn_kind *const *kinds);
void nn_config_markdown_keys(const nn_key *keys, nn_registry_name *registry, nn_buffer *out);
void nn_config_markdown_kind(const nn_kind *kind, const char *what, nn_registry_name *registry,
                             nn_buffer *out);
/* The key at a dotted path ("training.batch_size"); NULL if none. A KIND's options are found by
 * its kinds' keys ("training.optimizer.momentum"). */
const nn_key *nn_config_find_key(const nn_key *keys, const char *path);
const char *nn_config_version(void); /* "libfyaml 0.7.12" */

#endif
