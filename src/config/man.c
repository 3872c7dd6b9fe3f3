/* Manual pages in scdoc's markup: its marks are * _ \ and, at the start of a line, # - . | [ ]. */
#include "nnmpi/man.h"

#include <string.h>

#include "private.h"

/* What a mark would be made of is said with a backslash before it. */
static void add_words(const char *text, int length, nn_buffer *out) {
    for (int i = 0; i < length; i++) {
        bool mark = strchr("*_\\`#<>[]|~+-.", text[i]) != NULL;
        nn_buffer_add(out, "%s%c", mark ? "\\" : "", text[i] == '\t' ? ' ' : text[i]);
    }
}

void nn_man_words(const char *text, nn_buffer *out) {
    while (*text) {
        int length = (int)strcspn(text, "\n");
        add_words(text, length, out);
        text += length;
        if (*text) nn_buffer_add(out, " "), text++;
    }
}

void nn_man_section(const char *title, nn_buffer *out) {
    nn_buffer_add(out, "# %s\n\n", title);
}

void nn_man_block(const char *text, nn_buffer *out) {
    nn_buffer_add(out, "```\n");
    for (; *text; text++) nn_buffer_add(out, "%s%c", *text == '\\' ? "\\" : "", *text);
    nn_buffer_add(out, "\n```\n\n");
}

/* Lines that begin with a blank, from `text` on, as a block; returns what follows. */
static const char *add_block(const char *text, nn_buffer *out) {
    nn_buffer block = {0};
    while (*text == ' ') {
        int length = (int)strcspn(text, "\n");
        nn_buffer_add(&block, "%s%.*s", block.length ? "\n" : "", length, text);
        text += length + (text[length] == '\n');
    }
    nn_man_block(block.text, out);
    nn_buffer_free(&block);
    return text;
}

void nn_man_paragraphs(const char *text, nn_buffer *out) {
    bool open = false;
    while (*text) {
        if (*text == ' ') {
            nn_buffer_add(out, open ? "\n" : "");
            text = add_block(text, out);
            open = false;
            continue;
        }
        int length = (int)strcspn(text, "\n");
        add_words(text, length, out);
        nn_buffer_add(out, "\n");
        open = length > 0;
        text += length + (text[length] == '\n');
    }
    if (open) nn_buffer_add(out, "\n");
}

void nn_man_term(const char *term, const char *value, const char *text, nn_buffer *out) {
    nn_buffer_add(out, "*");
    nn_man_words(term, out);
    nn_buffer_add(out, "*");
    if (value) {
        nn_buffer_add(out, " _");
        nn_man_words(value, out);
        nn_buffer_add(out, "_");
    }
    nn_buffer_add(out, "\n\t");
    nn_man_words(text, out);
    nn_buffer_add(out, "\n\n");
}

static void add_key(const nn_key *key, const char *path, nn_buffer *out) {
    nn_buffer text = {0};
    nn_key_describe(key, &text);
    if (key->help) nn_buffer_add(&text, "%s%s", text.length ? ". " : "", key->help);
    nn_man_term(path, NULL, text.text ? text.text : "", out);
    nn_buffer_free(&text);
}

void nn_man_keys(const nn_key *keys, const char *prefix, nn_buffer *out) {
    for (const nn_key *key = keys; key && key->name; key++) {
        nn_buffer path = {0};
        nn_buffer_add(&path, "%s%s%s", prefix, *prefix ? "." : "", key->name);
        add_key(key, path.text, out);
        if (key->type == NN_KEY_MAP) nn_man_keys(key->keys, path.text, out);
        nn_buffer_free(&path);
    }
}

void nn_man_kind(const nn_kind *kind, nn_buffer *out) {
    nn_buffer_add(out, "## ");
    nn_man_words(kind->name, out);
    nn_buffer_add(out, "\n\n");
    nn_man_paragraphs(kind->help ? kind->help : "", out);
    if (kind->shapes) nn_man_block(kind->shapes, out);
    if (kind->formula) nn_man_block(kind->formula, out);
    if (kind->details) nn_man_paragraphs(kind->details, out);
    if (kind->source) {
        nn_buffer_add(out, "Source: ");
        nn_man_words(kind->source, out);
        nn_buffer_add(out, "\n\n");
    }
    nn_man_keys(kind->keys, "", out);
    if (kind->example) nn_man_block(kind->example, out);
}
