/* What the files of src/config share. */
#ifndef NNMPI_CONFIG_PRIVATE_H
#define NNMPI_CONFIG_PRIVATE_H

#include "nnmpi/config.h"

#define NN_CONFIG_BYTES ((size_t)1 << 20) /* a file has at most */
#define NN_CONFIG_NODES 100000            /* values, aliases unfolded */
#define NN_CONFIG_DEPTH 64                /* lists and maps inside each other */
#define NN_CONFIG_ANCHORS 1000
#define NN_CONFIG_SHOWN 20 /* complaints */
#define NN_HINTED 200      /* after so many complaints no more time is spent on suggestions */

/* Where something was written: in the file, or in a --set argument (line 0). */
typedef struct nn_place {
    const char *source;
    int line, column; /* 1-based, in characters */
} nn_place;

typedef struct nn_complaint {
    nn_place place;
    const char *message, *hint;
} nn_complaint;

typedef struct nn_key_list nn_key_list;

struct nn_document {
    nn_arena *arena;
    const char *file;
    const char *folder; /* absolute, where relative paths start; NULL: they stay as they are */
    const char *text;   /* the file's, a copy */
    size_t length;
    nn_node *root;
    const nn_key *keys;    /* of the whole configuration, once it is bound; NULL */
    nn_key_list *all_keys; /* see elsewhere.c; NULL: not asked for yet */
    int nodes;             /* read so far */
    int complaints;        /* in all */
    int n_kept, beyond;    /* different ones: shown, and only counted */
    nn_complaint kept[NN_CONFIG_SHOWN];
};

/* ---- tree.c ---- */
nn_node *nn_node_new(nn_document *document, nn_node_type type, const char *text);
void nn_node_append(nn_node *parent, nn_node *child);
void nn_node_remove(nn_node *parent, nn_node *child);
/* The node takes the value of another; its key, place in the tree and position stay its own. */
void nn_node_take(nn_node *node, const nn_node *value);
void nn_node_set_default(nn_node *node); /* the node and all below it: written by no one */
nn_node *nn_node_of_preset(nn_document *document, const char *preset);

/* ---- guard.c ---- */
/* Complains of what no YAML parser should see: too long, NUL, bad UTF-8, control characters. */
bool nn_text_guard(nn_document *document, const char *text, size_t length, const char *source);
/* The line that a tab indents and that an error in `error_line` is about: that line or the next
 * (after spaces a tab may be the text of an earlier line), or any before that begins with a tab. */
bool nn_text_find_tab(const char *text, size_t length, int error_line, nn_place *place);

/* ---- yaml.c ---- */
/* The tree of a YAML text; NULL after a complaint, or (with *empty) if there is nothing in it.
 * `source` NULL: the text is the document's file, and nodes get positions. */
nn_node *nn_yaml_read(nn_document *document, const char *text, size_t length, const char *source,
                      bool *empty);

/* ---- merge.c ---- */
extern const char nn_merge_key[]; /* "<<", known by its address: a quoted "<<" is another key */
/* A map is complete: `<<` is replaced by what it brings, duplicate keys are complained of. */
void nn_map_settle(nn_document *document, nn_node *map);

/* ---- set.c ---- */
void nn_document_set(nn_document *document, const char *argument);

/* ---- complain.c ---- */
nn_place nn_place_of(const nn_node *node);       /* of the key */
nn_place nn_place_of_value(const nn_node *node); /* of the value */
void nn_complain_at(nn_document *document, nn_place place, const char *hint, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));
/* elsewhere.c: "did you mean data.train.inputs or data.test.inputs?", the places nearest to the
 * root where there is a key of that name, those of `map` left out; `meant`: a name that was meant
 * for certain (nn_word_meant). NULL: none. */
const char *nn_elsewhere(nn_document *document, const nn_node *map, const char *word, bool meant);
/* A text from the file as part of a message: short, printable. From the arena. */
const char *nn_short_text(nn_document *document, const char *text);
/* "did you mean ...?", or NULL. From the arena. */
const char *nn_did_you_mean(nn_document *document, const char *word, const char *const *words,
                            int n);

/* ---- scalar.c: strict, the whole text must parse ---- */
bool nn_parse_int(const char *text, int64_t *value);    /* 12, +12, 1e3; not 0x10 */
bool nn_parse_real(const char *text, double *value);    /* finite */
bool nn_parse_special(const char *text, double *value); /* nan, inf, .inf, -inf: for presets only */
bool nn_parse_bool(const char *text, bool *value);
bool nn_parse_interval(const char *text, nn_interval *interval);

/* ---- expect.c ---- */
void nn_key_expectation(const nn_key *key, nn_buffer *out); /* "an integer >= 1" */
void nn_key_describe(const nn_key *key, nn_buffer *text);   /* with its default; help.c */
bool nn_key_has_range(const nn_key *key, double *min, double *max);
/* Complains that the value is not what the key expects. Returns false. */
bool nn_expected(nn_document *document, const nn_key *key, const nn_node *node, const char *hint);
const char *nn_found(nn_document *document, const nn_node *node); /* "a list" */

/* ---- value.c ---- */
/* Fills the value at `at` (inside a structure) from a node that is there. False after complaints.
 */
bool nn_bind_value(nn_document *document, const nn_key *key, nn_node *node, void *at);
size_t nn_key_value_size(const nn_key *key); /* 0 for NN_KEY_MAP */

/* ---- bind.c ---- */
/* nn_config_bind, for a map or NULL; `typed`: it may have the key `type`. False after complaints.
 */
bool nn_bind_table(nn_document *document, nn_node *node, const nn_key *keys, const nn_key *also,
                   bool typed, void *structure);
bool nn_bind_kind(nn_document *document, nn_node *node, const nn_kind *const *kinds,
                  const nn_key *also, const char *what, nn_typed *typed);

/* ---- write.c ---- */
/* Whether the text, written without quotes, reads back as itself (in_flow: inside [] or {}). */
bool nn_text_is_plain(const char *text, bool in_flow);

#endif
