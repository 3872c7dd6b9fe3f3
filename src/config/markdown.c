/* The tables as parts of a page in Markdown (as GitHub reads it). */
#include "private.h"

#include <string.h>

/* Text that is to be read as it is. Between backquotes it is code and stays. */
static void add_text(const char *text, nn_buffer *out) {
    bool code = false;
    for (const char *c = text; *c; c++) {
        if (*c == '`') code = !code;
        bool special = strchr("*<>[]", *c) && !code;
        nn_buffer_add(out, "%s%c", special || *c == '|' ? "\\" : "", *c);
    }
}

static void add_kinds(const nn_key *key, nn_registry_name *registry, nn_buffer *out) {
    const char *name = registry(key->kinds);
    nn_buffer_add(out, key->type == NN_KEY_KINDS ? "one or a list of " : "one of ");
    if (name) nn_buffer_add(out, "the [%s](#%s)", name, name);
    for (int i = 0; !name && key->kinds[i]; i++)
        nn_buffer_add(out, "%s`%s`", i ? ", " : "", key->kinds[i]->name);
}

static bool has_preset(const nn_key *key) {
    double special; /* such a preset says that there is none */
    return key->preset && *key->preset && !nn_parse_special(key->preset, &special);
}

static void add_value(const nn_key *key, nn_registry_name *registry, nn_buffer *out) {
    nn_buffer text = {0};
    if (key->type == NN_KEY_KIND || key->type == NN_KEY_KINDS)
        add_kinds(key, registry, out);
    else if (key->type == NN_KEY_MAP)
        nn_buffer_add(out, "a map of");
    else if (key->type != NN_KEY_NODE) {
        nn_key_expectation(key, &text);
        add_text(text.text, out);
    }
    for (const nn_key *k = key->type == NN_KEY_MAP ? key->keys : NULL; k && k->name; k++)
        nn_buffer_add(out, "%s `%s`", k == key->keys ? "" : ",", k->name);
    nn_buffer_free(&text);
}

void nn_config_markdown_keys(const nn_key *keys, nn_registry_name *registry, nn_buffer *out) {
    nn_buffer_add(out, "| option | value | default | |\n|---|---|---|---|\n");
    for (const nn_key *key = keys; key && key->name; key++) {
        nn_buffer_add(out, "| `%s` | ", key->name);
        add_value(key, registry, out);
        if (has_preset(key))
            nn_buffer_add(out, " | `%s` | ", key->preset);
        else
            nn_buffer_add(out, " | %s | ", key->required ? "required" : "");
        add_text(key->help ? key->help : "", out);
        nn_buffer_add(out, " |\n");
    }
    nn_buffer_add(out, "\n");
}

static void add_paragraphs(const char *text, nn_buffer *out) {
    while (text && *text) {
        nn_buffer line = {0};
        int length = (int)strcspn(text, "\n");
        nn_buffer_add(&line, "%.*s", length, text);
        if (line.text) add_text(line.text, out);
        nn_buffer_add(out, "\n\n");
        nn_buffer_free(&line);
        text += length + (text[length] == '\n');
    }
}

void nn_config_markdown_kind(const nn_kind *kind, const char *what, nn_registry_name *registry,
                             nn_buffer *out) {
    nn_buffer_add(out, "### <a id=\"%s-%s\"></a>%s\n\n", what, kind->name, kind->name);
    add_paragraphs(kind->help, out);
    if (kind->shapes || kind->formula)
        nn_buffer_add(out, "```text\n%s%s%s\n```\n\n", kind->shapes ? kind->shapes : "",
                      kind->shapes && kind->formula ? "\n\n" : "",
                      kind->formula ? kind->formula : "");
    add_paragraphs(kind->details, out);
    if (kind->source) {
        nn_buffer_add(out, "Source: ");
        add_paragraphs(kind->source, out);
    }
    if (kind->keys && kind->keys->name) nn_config_markdown_keys(kind->keys, registry, out);
    if (kind->example) nn_buffer_add(out, "```yaml\n%s\n```\n\n", kind->example);
}
