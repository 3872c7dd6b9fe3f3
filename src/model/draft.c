/* Drafts, their names, and the scopes that names live in. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "draft.h"

#define NN_NAME_LENGTH 100

static void say_too_many(nn_builder *b, nn_node *node) {
    if (!b->overflow)
        nn_config_complain(b->document, node, NULL, "the model has more than %d layers",
                           NN_MAX_DRAFTS);
    b->overflow = true;
}

nn_ref nn_builder_add(nn_builder *b, nn_typed chosen, nn_node *node, const nn_ref *input,
                      int n_inputs) {
    if (b->n_drafts == NN_MAX_DRAFTS) {
        say_too_many(b, node);
        return (nn_ref){.draft = NN_REF_BAD};
    }
    nn_draft *draft = &b->draft[b->n_drafts];
    *draft = (nn_draft){.chosen = chosen,
                        .node = node,
                        .scope = b->current,
                        .rules = b->rules,
                        .n_inputs = n_inputs,
                        .shares_draft = -1,
                        .width_of = {.draft = NN_REF_NONE}};
    draft->input = NN_NEW_ARRAY(b->arena, nn_ref, n_inputs);
    for (int i = 0; i < n_inputs; i++) draft->input[i] = input[i];
    return (nn_ref){.draft = b->n_drafts++};
}

/* Names become names of HDF5 groups, Keras layers and columns. */
static bool well_formed(const char *name) {
    if (!*name || strlen(name) > NN_NAME_LENGTH || *name == '.' || *name == '-') return false;
    for (const char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("_-.", *c)) return false;
    return true;
}

void nn_builder_name(nn_builder *b, nn_node *node, const char *name, nn_ref output,
                     bool composite) {
    if (!name || b->overflow) return;
    nn_node *at = nn_node_child(node, "name");
    if (!at) at = node;
    if (!well_formed(name)) {
        nn_config_complain(b->document, at, NULL,
                           "\"%s\" is no name: use letters, digits and _ - . , at most %d, and a "
                           "letter, digit or _ first",
                           name, NN_NAME_LENGTH);
        return;
    }
    if (strcmp(name, "input") == 0) {
        nn_config_complain(b->document, at, NULL, "the name \"input\" is taken: it is the data");
        return;
    }
    for (int i = 0; i < b->n_labels; i++)
        if (b->label[i].scope == b->current && strcmp(b->label[i].name, name) == 0) {
            nn_config_complain(b->document, at, NULL, "the name \"%s\" is used twice", name);
            return;
        }
    if (output.draft < 0 || b->n_labels == 2 * NN_MAX_DRAFTS) return;
    if (b->draft[output.draft].name == NULL)
        b->draft[output.draft].name =
            nn_arena_format(b->arena, "%s%s", name, b->scope[b->current].suffix);
    b->label[b->n_labels++] = (nn_label){name, b->current, output.draft, composite};
}

int nn_builder_scope(nn_builder *b, nn_node *node, int turn) {
    if (b->n_scopes == NN_MAX_DRAFTS) {
        say_too_many(b, node);
        return b->current;
    }
    b->scope[b->n_scopes] = (nn_scope){
        b->current, nn_arena_format(b->arena, "%s_%d", b->scope[b->current].suffix, turn)};
    return b->n_scopes++;
}

const nn_label *nn_builder_find(const nn_builder *b, int scope, const char *name) {
    for (int s = scope; s >= 0; s = b->scope[s].parent)
        for (int i = 0; i < b->n_labels; i++)
            if (b->label[i].scope == s && strcmp(b->label[i].name, name) == 0) return &b->label[i];
    for (int i = 0; i < b->n_labels; i++) { /* from outside, with its number: block_2 */
        char full[2 * NN_NAME_LENGTH];
        snprintf(full, sizeof full, "%s%s", b->label[i].name, b->scope[b->label[i].scope].suffix);
        if (strcmp(full, name) == 0) return &b->label[i];
    }
    return NULL;
}

#define NN_NAMES_LISTED 8

const char *nn_builder_suggest(nn_builder *b, const char *name) {
    const char **words = NN_NEW_ARRAY(b->arena, const char *, b->n_labels + 1);
    for (int i = 0; i < b->n_labels; i++) words[i] = b->label[i].name;
    words[b->n_labels] = "input";
    const char *nearest = nn_nearest_word(name, words, b->n_labels + 1);
    if (nearest) return nn_arena_format(b->arena, "did you mean \"%s\"?", nearest);
    nn_buffer text = {0};
    nn_buffer_add(&text, "a layer is named by its key `name`; there %s",
                  b->n_labels ? "are \"input\"" : "is \"input\"");
    for (int i = 0; i < b->n_labels && i < NN_NAMES_LISTED; i++)
        nn_buffer_add(&text, ", \"%s\"", words[i]);
    const char *hint =
        nn_arena_format(b->arena, "%s%s", text.text, b->n_labels > NN_NAMES_LISTED ? " ..." : "");
    nn_buffer_free(&text);
    return hint;
}

static bool taken(const nn_builder *b, const char *name) {
    if (strcmp(name, "input") == 0) return true;
    for (int i = 0; i < b->n_drafts; i++)
        if (b->draft[i].name && strcmp(b->draft[i].name, name) == 0) return true;
    return false;
}

/* Two names that the user wrote may meet once their turns are added: block in turn 1, and block_1.
 */
static bool written_names_differ(const nn_builder *b) {
    for (int i = 0; i < b->n_drafts; i++)
        for (int k = 0; b->draft[i].name && k < i; k++)
            if (b->draft[k].name && strcmp(b->draft[i].name, b->draft[k].name) == 0) {
                nn_config_complain(b->document, b->draft[i].node, NULL,
                                   "two layers get the name \"%s\"", b->draft[i].name);
                return false;
            }
    return true;
}

/* Keras's way: dense, dense_1, dense_2, ... */
bool nn_builder_names(nn_builder *b) {
    if (!written_names_differ(b)) return false;
    for (int i = 0; i < b->n_drafts; i++) {
        nn_draft *draft = &b->draft[i];
        if (draft->name) continue;
        const char *type = draft->chosen.kind ? draft->chosen.kind->name : "layer";
        int number = 0; /* start after the last draft of this type, so that the search is short */
        for (int k = 0; k < i; k++) number += b->draft[k].chosen.kind == draft->chosen.kind;
        const char *name = number ? nn_arena_format(b->arena, "%s_%d", type, number) : type;
        while (taken(b, name)) name = nn_arena_format(b->arena, "%s_%d", type, ++number);
        draft->name = name;
    }
    return true;
}
