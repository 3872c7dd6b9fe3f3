/* YAML text -> tree. libfyaml gives events (it resolves nothing); aliases are unfolded here, with a
 * budget, so that no file can ask for more memory than it deserves. */
#include "syntax.h"

#include <libfyaml.h>
#include <stdio.h>
#include <string.h>

typedef struct nn_anchor nn_anchor;
struct nn_anchor {
    const char *name;
    nn_node *node;
    nn_anchor *next;
};

typedef struct nn_reader {
    nn_document *document;
    const char *text, *source;
    bool has_lines; /* positions are worth telling */
    nn_node *root;
    nn_node *open;   /* the list or map that is being filled; NULL: none yet */
    const char *key; /* of the value to come, when `open` is a map; NULL: the key comes next */
    nn_place key_place;
    nn_anchor *anchors;
    int n_anchors, depth;
    bool failed;
} nn_reader;

const char *nn_config_version(void) {
    static char text[64];
    snprintf(text, sizeof text, "libfyaml %s", fy_library_version());
    return text;
}

static nn_place place_of_mark(const nn_reader *r, const struct fy_mark *mark, int back) {
    nn_place place = {.source = r->source};
    if (mark && r->has_lines) place.line = mark->line + 1, place.column = mark->column + 1 - back;
    return place;
}

static nn_place place_of_event(const nn_reader *r, struct fy_event *event) {
    bool after = event->type == FYET_ALIAS; /* the mark is behind the * or the quote */
    if (event->type == FYET_SCALAR && event->scalar.value) {
        enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
        after = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    }
    return place_of_mark(r, fy_event_start_mark(event), after);
}

static void fail(nn_reader *r, nn_place place, const char *hint, const char *message) {
    if (place.line == 0 && r->has_lines && r->open) place = nn_place_of(r->open);
    nn_complain_at(r->document, place, hint, "%s", message);
    r->failed = true;
}

static char *text_of_token(nn_reader *r, struct fy_token *token) {
    size_t length = 0;
    const char *text = token ? fy_token_get_text(token, &length) : NULL;
    char *copy = nn_arena_alloc(r->document->arena, length + 1);
    if (length) memcpy(copy, text, length);
    return copy;
}

/* One more node; NULL when the budget is spent. */
static nn_node *new_node(nn_reader *r, nn_node_type type, const char *text, nn_place place) {
    if (r->document->nodes++ < NN_CONFIG_NODES) return nn_node_new(r->document, type, text);
    if (!r->failed) fail(r, place, NULL, "more than 100,000 values, with aliases unfolded");
    return NULL;
}

/* ---- anchors and aliases ---- */

static void remember_anchor(nn_reader *r, struct fy_token *name, nn_node *node) {
    if (!name) return;
    if (++r->n_anchors > NN_CONFIG_ANCHORS) {
        fail(r, nn_place_of(node), NULL, "more than 1000 anchors");
        return;
    }
    nn_anchor *anchor = NN_NEW(r->document->arena, nn_anchor);
    *anchor = (nn_anchor){text_of_token(r, name), node, r->anchors};
    r->anchors = anchor;
}

static nn_node *find_anchor(nn_reader *r, const char *name, nn_place place) {
    const char *words[NN_CONFIG_ANCHORS];
    int n = 0;
    for (nn_anchor *anchor = r->anchors; anchor; anchor = anchor->next) {
        if (strcmp(anchor->name, name) == 0) return anchor->node;
        words[n++] = anchor->name;
    }
    char message[96];
    snprintf(message, sizeof message, "no anchor &%s before this alias",
             nn_short_text(r->document, name));
    fail(r, place, nn_did_you_mean(r->document, name, words, n), message);
    return NULL;
}

/* A deep copy: what `--set` changes in it is changed there only. `place` is the alias's. */
static nn_node *copy_node(nn_reader *r, const nn_node *node, int depth, nn_place place) {
    if (depth > NN_CONFIG_DEPTH) {
        fail(r, place, NULL, "lists and maps are nested more than 64 deep, with aliases unfolded");
        return NULL;
    }
    nn_node *copy = new_node(r, node->type, node->text, place);
    if (!copy) return NULL;
    *copy = *node;
    copy->first = copy->last = copy->next = copy->parent = NULL;
    copy->count = 0;
    for (const nn_node *child = node->first; child; child = child->next) {
        nn_node *child_copy = copy_node(r, child, depth + 1, place);
        if (!child_copy) return NULL;
        nn_node_append(copy, child_copy);
    }
    return copy;
}

static nn_node *node_of_alias(nn_reader *r, struct fy_event *event, nn_place place) {
    const char *name = text_of_token(r, event->alias.anchor);
    nn_node *node = find_anchor(r, name, place);
    if (!node) return NULL;
    for (const nn_node *open = r->open; open; open = open->parent)
        if (open == node) {
            fail(r, place, NULL, "the alias is inside the value that it stands for");
            return NULL;
        }
    return copy_node(r, node, r->depth, place);
}

/* ---- values and keys ---- */

/* Puts a value where it belongs and tells it its position. */
static void place_node(nn_reader *r, nn_node *node, nn_place place) {
    node->source = r->source;
    node->key = r->key;
    if (r->key) {
        node->line = r->key_place.line;
        node->column = r->key_place.column;
        node->value_column = place.line == node->line ? place.column : 0;
    } else {
        node->line = place.line;
        node->column = node->value_column = place.column;
    }
    if (r->open && place.line == 0 && !r->key) { /* an empty item has no place of its own */
        node->line = r->open->line;
        node->column = r->open->column;
    }
    r->key = NULL;
    if (r->open)
        nn_node_append(r->open, node);
    else
        r->root = node;
}

static bool plain_tag(nn_reader *r, struct fy_event *event, bool *is_text) {
    struct fy_token *tag = fy_event_get_tag_token(event);
    const char *text = tag ? text_of_token(r, tag) : "";
    *is_text = strcmp(text, "tag:yaml.org,2002:str") == 0 || strcmp(text, "!") == 0;
    if (*text == '\0' || strncmp(text, "tag:yaml.org,2002:", 18) == 0 || *is_text) return true;
    fail(r, place_of_event(r, event), NULL, "tags such as !name mean nothing here");
    return false;
}

static void read_key(nn_reader *r, struct fy_event *event) {
    nn_place place = place_of_event(r, event);
    if (event->type != FYET_SCALAR) {
        fail(r, place, NULL, "a key must be a word, not a list, a map or an alias");
        return;
    }
    struct fy_token *token = event->scalar.value;
    const char *text = text_of_token(r, token);
    if (text[0] == '\0') {
        fail(r, place, NULL, "a key is missing before the `:`");
        return;
    }
    bool plain = fy_token_scalar_style(token) == FYSS_PLAIN;
    r->key = plain && strcmp(text, nn_merge_key) == 0 ? nn_merge_key : text;
    r->key_place = place;
    nn_node *open = r->open;
    if (open->line == 0) open->line = place.line, open->column = place.column;
    if (!event->scalar.anchor) return;
    nn_node *node = new_node(r, NN_NODE_SCALAR, text, place);
    if (node) remember_anchor(r, event->scalar.anchor, node);
}

/* The text of `key: |` is indented more than its key. libfyaml 0.7.12 lets less pass and then gives
 * bytes that nobody wrote. */
static bool block_is_indented(nn_reader *r, struct fy_event *event, const char *text) {
    enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
    if ((style != FYSS_LITERAL && style != FYSS_FOLDED) || !r->open) return true;
    if (text[strspn(text, " \t\r\n")] == '\0') return true;
    const struct fy_mark *mark = fy_event_start_mark(event);
    const char *line = r->text + mark->input_pos;
    while (line > r->text && line[-1] != '\n' && line[-1] != '\r') line--;
    size_t blank = strspn(line, " \r\n"), indent = 0;
    while (indent < blank && line[blank - 1 - indent] == ' ') indent++;
    int column = r->key ? r->key_place.column : r->open->column;
    if ((int)indent >= column) return true;
    fail(r, place_of_event(r, event), NULL, "the text after | or > is indented more than its key");
    return false;
}

static void read_scalar(nn_reader *r, struct fy_event *event) {
    nn_place place = place_of_event(r, event);
    bool is_text;
    if (!plain_tag(r, event, &is_text)) return;
    struct fy_token *token = event->scalar.value;
    const char *text = text_of_token(r, token);
    if (!block_is_indented(r, event, text)) return;
    nn_node *node = new_node(r, NN_NODE_SCALAR, text, place);
    if (!node) return;
    bool plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
    node->quoted = is_text || !plain || !nn_text_is_plain(node->text, false);
    place_node(r, node, place);
    remember_anchor(r, event->scalar.anchor, node);
}

static void read_alias(nn_reader *r, struct fy_event *event) {
    nn_place place = place_of_event(r, event);
    nn_node *node = node_of_alias(r, event, place);
    if (node) place_node(r, node, place);
}

static void begin(nn_reader *r, struct fy_event *event, nn_node_type type) {
    nn_place place = place_of_event(r, event);
    bool is_text;
    if (!plain_tag(r, event, &is_text)) return;
    if (++r->depth > NN_CONFIG_DEPTH) {
        fail(r, place, NULL, "lists and maps are nested more than 64 deep");
        return;
    }
    nn_node *node = new_node(r, type, NULL, place);
    if (!node) return;
    place_node(r, node, place);
    remember_anchor(r, fy_event_get_anchor_token(event), node);
    r->open = node;
}

static void end(nn_reader *r) {
    nn_node *node = r->open;
    if (node->type == NN_NODE_MAP) nn_map_settle(r->document, node);
    r->open = node->parent;
    r->depth--;
}

static void read_event(nn_reader *r, struct fy_event *event) {
    bool is_value = event->type == FYET_SCALAR || event->type == FYET_ALIAS ||
                    event->type == FYET_MAPPING_START || event->type == FYET_SEQUENCE_START;
    if (is_value && r->open && r->open->type == NN_NODE_MAP && !r->key) {
        read_key(r, event);
        return;
    }
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (r->root)
            fail(r, place_of_event(r, event), NULL,
                 "a second document begins here: a configuration is one");
        break;
    case FYET_SCALAR: read_scalar(r, event); break;
    case FYET_ALIAS: read_alias(r, event); break;
    case FYET_MAPPING_START: begin(r, event, NN_NODE_MAP); break;
    case FYET_SEQUENCE_START: begin(r, event, NN_NODE_LIST); break;
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END: end(r); break;
    default: break;
    }
}

nn_node *nn_yaml_read(nn_document *document, const char *text, size_t length, const char *source,
                      bool *empty) {
    nn_reader r = {.document = document,
                   .text = text,
                   .source = source ? source : document->file,
                   .has_lines = source == NULL};
    struct fy_diag *diag = nn_syntax_diag_create();
    struct fy_parse_cfg config = {.diag = diag};
    struct fy_parser *parser = fy_parser_create(&config);
    nn_assert(parser);
    nn_assert(fy_parser_set_string(parser, text, length) == 0);
    struct fy_event *event;
    while (!r.failed && (event = fy_parser_parse(parser))) {
        read_event(&r, event);
        fy_parser_event_free(parser, event);
    }
    if (!r.failed && fy_parser_get_stream_error(parser)) {
        nn_place start = {r.source, r.has_lines, r.has_lines};
        nn_syntax_complain(document, diag, text, length, start, r.open);
        r.failed = true;
    }
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    *empty = !r.failed && !r.root;
    return r.failed ? NULL : r.root;
}
