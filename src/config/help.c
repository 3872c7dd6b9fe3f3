/* Help from the tables, for a terminal of 80 columns. */
#include "private.h"

#include <string.h>

#define NN_HELP_WIDTH 79
#define NN_HELP_COLUMN 26 /* where the text begins */

void nn_config_help_text(const char *text, int indent, int column, nn_buffer *out) {
    bool first = true;
    while (*text) {
        text += strspn(text, " ");
        int length = (int)strcspn(text, " ");
        if (length == 0) break;
        if (!first && column + 1 + length > NN_HELP_WIDTH) {
            nn_buffer_add(out, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        nn_buffer_add(out, "%s%.*s", first ? "" : " ", length, text);
        column += length + !first;
        first = false;
        text += length;
    }
    nn_buffer_add(out, "\n");
}

/* "an integer >= 1; default 5"; empty for what only its help describes. */
void nn_key_describe(const nn_key *key, nn_buffer *text) {
    bool one = key->type == NN_KEY_KIND, many = key->type == NN_KEY_KINDS;
    for (int i = 0; key->kinds && key->kinds[i]; i++)
        nn_buffer_add(text, "%s%s",
                      i      ? ", "
                      : many ? "one or a list of "
                             : "one of ",
                      key->kinds[i]->name);
    if (!one && !many && key->type != NN_KEY_MAP && key->type != NN_KEY_NODE)
        nn_key_expectation(key, text);
    double special; /* such a preset says that there is none */
    if (key->preset && *key->preset && !nn_parse_special(key->preset, &special))
        nn_buffer_add(text, "%sdefault %s", text->length ? "; " : "", key->preset);
    if (key->required) nn_buffer_add(text, "%srequired", text->length ? "; " : "");
}

static void add_key(const nn_key *key, int indent, nn_buffer *out) {
    nn_buffer text = {0};
    int start = NN_HELP_COLUMN, length = indent + (int)strlen(key->name);
    nn_buffer_add(out, "%*s%s", indent, "", key->name);
    if (length > start - 2)
        nn_buffer_add(out, "\n%*s", start, "");
    else
        nn_buffer_add(out, "%*s", start - length, "");
    nn_key_describe(key, &text);
    if (text.text) nn_config_help_text(text.text, start, start, out);
    if (text.text && key->help) nn_buffer_add(out, "%*s", start, "");
    if (key->help || !text.text) nn_config_help_text(key->help ? key->help : "", start, start, out);
    nn_buffer_free(&text);
}

static void add_keys(const nn_key *keys, int indent, nn_buffer *out) {
    for (const nn_key *key = keys; key && key->name; key++) {
        add_key(key, indent, out);
        if (key->type == NN_KEY_MAP) add_keys(key->keys, indent + 2, out);
    }
}

void nn_config_help_keys(const nn_key *keys, const char *path, nn_buffer *out) {
    nn_buffer_add(out, "%s\n\n", path);
    add_keys(keys, 2, out);
}

/* Lines that fit stay as they are: formulas are aligned by hand. */
static void add_block(const char *title, const char *text, nn_buffer *out) {
    if (!text) return;
    nn_buffer_add(out, "\n%s", title);
    while (*text) {
        int length = (int)strcspn(text, "\n"), indent = 2 + (int)strspn(text, " ");
        if (2 + length <= NN_HELP_WIDTH)
            nn_buffer_add(out, "%s%.*s\n", length ? "  " : "", length, text);
        else {
            nn_buffer line = {0};
            nn_buffer_add(&line, "%.*s", length, text);
            nn_buffer_add(out, "%*s", indent, "");
            nn_config_help_text(line.text, indent, indent, out);
            nn_buffer_free(&line);
        }
        text += length + (text[length] == '\n');
    }
}

void nn_config_help_kind(const nn_kind *kind, const char *what, nn_buffer *out) {
    nn_buffer title = {0};
    nn_buffer_add(&title, "%s, %s: %s", kind->name, what, kind->help ? kind->help : "");
    nn_config_help_text(title.text, 2, 0, out);
    nn_buffer_free(&title);
    add_block("shapes:\n", kind->shapes, out);
    add_block("formula:\n", kind->formula, out);
    add_block("source:\n", kind->source, out);
    add_block("", kind->details, out);
    if (kind->keys && kind->keys->name) {
        nn_buffer_add(out, "\noptions:\n");
        add_keys(kind->keys, 2, out);
    }
    add_block("example:\n", kind->example, out);
}

/* ---- finding ---- */

static const nn_key *find_in(const nn_key *keys, const char *path);

static const nn_key *find_in_kinds(const nn_kind *const *kinds, const char *path) {
    size_t length = strcspn(path, ".");
    for (; kinds && *kinds; kinds++) {
        const char *name = (*kinds)->name;
        bool named = strncmp(name, path, length) == 0 && name[length] == '\0' && path[length];
        const nn_key *key = find_in((*kinds)->keys, named ? path + length + 1 : path);
        if (key) return key;
    }
    return NULL;
}

static const nn_key *find_in(const nn_key *keys, const char *path) {
    size_t length = strcspn(path, ".[");
    for (; keys && keys->name; keys++) {
        if (strncmp(keys->name, path, length) != 0 || keys->name[length] != '\0') continue;
        path += length;
        path += strcspn(path, "."); /* an index says nothing here */
        if (*path == '\0') return keys;
        return keys->type == NN_KEY_MAP ? find_in(keys->keys, path + 1)
                                        : find_in_kinds(keys->kinds, path + 1);
    }
    return NULL;
}

const nn_key *nn_config_find_key(const nn_key *keys, const char *path) {
    return find_in(keys, path);
}
