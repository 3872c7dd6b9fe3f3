/* Complaints: gathered, sorted by line, shown with the line and a caret. */
#include "private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NN_LINE_SHOWN 96 /* characters of a long line */

nn_place nn_place_of(const nn_node *node) {
    while (node->parent && !node->source) node = node->parent; /* defaults: what they belong to */
    return (nn_place){node->source, node->line, node->column};
}

nn_place nn_place_of_value(const nn_node *node) {
    nn_place place = nn_place_of(node);
    if (node->source && node->value_column) place.column = node->value_column;
    return place;
}

const char *nn_short_text(nn_document *document, const char *text) {
    enum { room = 48 };
    char copy[room + 4];
    size_t n = 0;
    for (; text[n] && n < room; n++) copy[n] = (unsigned char)text[n] < 0x20 ? ' ' : text[n];
    if (text[n]) {
        while (n && ((unsigned char)text[n] & 0xC0) == 0x80) n--; /* whole characters */
        memcpy(copy + n, "...", 3);
        n += 3;
    }
    copy[n] = '\0';
    return nn_arena_text(document->arena, copy);
}

const char *nn_did_you_mean(nn_document *document, const char *word, const char *const *words,
                            int n) {
    if (document->complaints > NN_HINTED) return NULL;
    const char *nearest = nn_nearest_word(word, words, n);
    return nearest ? nn_arena_format(document->arena, "did you mean \"%s\"?", nearest) : NULL;
}

/* File first, then --set arguments; in order of line and column. */
static bool comes_after(const nn_complaint *a, const nn_complaint *b) {
    bool a_set = a->place.line == 0, b_set = b->place.line == 0;
    if (a_set != b_set) return a_set;
    if (a->place.line != b->place.line) return a->place.line > b->place.line;
    return a->place.column > b->place.column;
}

static bool same(const nn_complaint *a, const nn_complaint *b) {
    return a->place.line == b->place.line && a->place.column == b->place.column &&
           strcmp(a->place.source, b->place.source) == 0 && strcmp(a->message, b->message) == 0;
}

/* Of any number of complaints the first NN_CONFIG_SHOWN are kept; what an alias repeats is one. */
static void keep(nn_document *document, nn_complaint complaint) {
    for (int i = 0; i < document->n_kept; i++)
        if (same(&document->kept[i], &complaint)) return;
    int at = document->n_kept;
    while (at > 0 && comes_after(&document->kept[at - 1], &complaint)) at--;
    if (document->n_kept == NN_CONFIG_SHOWN) {
        document->beyond++;
        if (at == NN_CONFIG_SHOWN) return;
        document->n_kept--;
    }
    complaint.message = nn_arena_text(document->arena, complaint.message);
    if (complaint.hint) complaint.hint = nn_arena_text(document->arena, complaint.hint);
    memmove(&document->kept[at + 1], &document->kept[at],
            (size_t)(document->n_kept - at) * sizeof complaint);
    document->kept[at] = complaint;
    document->n_kept++;
}

static void complain(nn_document *document, nn_place place, const char *hint, const char *format,
                     va_list arguments) {
    char message[512];
    document->complaints++;
    vsnprintf(message, sizeof message, format, arguments);
    if (!place.source) place.source = document->file;
    keep(document, (nn_complaint){place, message, hint});
}

void nn_complain_at(nn_document *document, nn_place place, const char *hint, const char *format,
                    ...) {
    va_list arguments;
    va_start(arguments, format);
    complain(document, place, hint, format, arguments);
    va_end(arguments);
}

void nn_config_complain(nn_document *document, const nn_node *node, const char *hint,
                        const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    complain(document, node ? nn_place_of(node) : (nn_place){0}, hint, format, arguments);
    va_end(arguments);
}

void nn_config_complain_value(nn_document *document, const nn_node *node, const char *hint,
                              const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    complain(document, node ? nn_place_of_value(node) : (nn_place){0}, hint, format, arguments);
    va_end(arguments);
}

const char *nn_config_place(nn_document *document, const nn_node *node) {
    nn_place place = nn_place_of_value(node);
    if (!place.line) return place.source ? place.source : document->file;
    return nn_arena_format(document->arena, "%s:%d:%d: %s", place.source, place.line, place.column,
                           nn_node_path(document, node));
}

int nn_config_complaints(const nn_document *document) {
    return document->complaints;
}

/* The line, or NULL past the end. */
static const char *find_line(const nn_document *document, int line, size_t *length) {
    const char *c = document->text, *end = c + document->length;
    while (--line > 0) {
        while (c < end && *c != '\n' && *c != '\r') c++;
        if (c == end) return NULL;
        c += c[0] == '\r' && c[1] == '\n' ? 2 : 1;
    }
    const char *begin = c;
    while (c < end && *c != '\n' && *c != '\r') c++;
    *length = (size_t)(c - begin);
    return begin;
}

/* Adds the character at c; what would upset a terminal is a question mark. Returns its bytes. */
static size_t add_character(const char *c, size_t left, nn_buffer *out) {
    int n = nn_utf8_length(c, left);
    unsigned char byte = (unsigned char)c[0];
    bool control = byte < 0x20 || byte == 0x7F || (byte == 0xC2 && (unsigned char)c[1] < 0xA0);
    if (n == 0 || control)
        nn_buffer_add(out, "%c", byte == '\t' ? ' ' : '?');
    else
        nn_buffer_add(out, "%.*s", n, c);
    return n ? (size_t)n : 1;
}

/* The line, or the part of a long one around the column, and the caret. */
static void add_line(const char *c, size_t length, int column, nn_buffer *out) {
    int first = column > NN_LINE_SHOWN - 16 ? column - NN_LINE_SHOWN / 2 : 1, at = 1;
    nn_buffer_add(out, "\n%s", first > 1 ? "..." : "");
    size_t i = 0;
    for (; i < length && at < first; at++) {
        int n = nn_utf8_length(c + i, length - i);
        i += n ? (size_t)n : 1;
    }
    for (; i < length && at < first + NN_LINE_SHOWN; at++)
        i += add_character(c + i, length - i, out);
    if (i < length) nn_buffer_add(out, "...");
    nn_buffer_add(out, "\n%*s^", (first > 1 ? 3 : 0) + column - first, "");
}

static void show(const nn_document *document, const nn_complaint *complaint, nn_buffer *out) {
    const nn_place *place = &complaint->place;
    size_t length = 0;
    const char *line = place->line ? find_line(document, place->line, &length) : NULL;
    nn_buffer_add(out, "%s%s", out->length ? "\n" : "", place->source);
    if (place->line) nn_buffer_add(out, ":%d:%d", place->line, place->column);
    nn_buffer_add(out, ": %s", complaint->message);
    if (line) add_line(line, length, place->column, out);
    if (complaint->hint) nn_buffer_add(out, "\n  %s", complaint->hint);
}

nn_status nn_config_verdict(nn_document *document) {
    if (document->complaints == 0) return NN_OK;
    nn_buffer out = {0};
    for (int i = 0; i < document->n_kept; i++) show(document, &document->kept[i], &out);
    if (document->beyond) nn_buffer_add(&out, "\nand %d more", document->beyond);
    nn_error(NN_BAD_CONFIG, "%s", out.text);
    nn_buffer_free(&out);
    return NN_BAD_CONFIG;
}
