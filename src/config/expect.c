/* What a key expects and what was found, in words: for errors and for help. */
#include "private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NN_UNBOUNDED 1e9 /* a bound beyond it guards against overflow and is not worth telling */

bool nn_key_has_range(const nn_key *key, double *min, double *max) {
    *min = key->min;
    *max = key->max;
    if (*min == 0 && *max == 0 && !key->exclusive_min) *min = -INFINITY, *max = INFINITY;
    if (*max == 0 && (*min > 0 || key->exclusive_min)) *max = INFINITY;
    return *min > -INFINITY || *max < INFINITY;
}

static void add_range(const nn_key *key, nn_buffer *out) {
    double min, max;
    if (!nn_key_has_range(key, &min, &max)) return;
    if (min <= -NN_UNBOUNDED) min = -INFINITY;
    if (max >= NN_UNBOUNDED) max = INFINITY;
    if (key->exclusive_min)
        nn_buffer_add(out, " > %.10g", min);
    else if (min > -INFINITY && max < INFINITY) {
        nn_buffer_add(out, " from %.10g to %.10g", min, max);
        return;
    } else if (min > -INFINITY)
        nn_buffer_add(out, " >= %.10g", min);
    if (max < INFINITY) nn_buffer_add(out, "%s <= %.10g", min > -INFINITY ? " and" : "", max);
}

static void add_words(const nn_key *key, const char *before, nn_buffer *out) {
    for (int i = 0; key->words && key->words[i]; i++)
        nn_buffer_add(out, "%s%s", i == 0 ? before : ", ", key->words[i]);
}

void nn_key_expectation(const nn_key *key, nn_buffer *out) {
    static const char *const text[] = {[NN_KEY_BOOL] = "true or false",
                                       [NN_KEY_INT] = "an integer",
                                       [NN_KEY_REAL] = "a number",
                                       [NN_KEY_TEXT] = "a text",
                                       [NN_KEY_PATH] = "a path",
                                       [NN_KEY_CHOICE] = "one of ",
                                       [NN_KEY_COUNT] = "an integer",
                                       [NN_KEY_INTS] = "an integer or a list of integers",
                                       [NN_KEY_REALS] = "a number or a list of numbers",
                                       [NN_KEY_TEXTS] = "a text or a list of texts",
                                       [NN_KEY_PATHS] = "a path or a list of paths",
                                       [NN_KEY_DURATION] = "a duration such as 90s or 1h50m",
                                       [NN_KEY_INTERVAL] =
                                           "an interval such as 1 epoch, 100 steps, 10m or never",
                                       [NN_KEY_KIND] = "a name or a map with `type`",
                                       [NN_KEY_KINDS] = "a list of names or maps with `type`",
                                       [NN_KEY_MAP] = "a map of keys and values",
                                       [NN_KEY_NODE] = "a value"};
    nn_buffer_add(out, "%s", text[key->type]);
    if (key->type == NN_KEY_CHOICE) {
        add_words(key, "", out);
        return;
    }
    add_range(key, out);
    if (key->type == NN_KEY_COUNT || key->type == NN_KEY_INTS || key->type == NN_KEY_DURATION)
        add_words(key, ", or ", out);
}

const char *nn_found(nn_document *document, const nn_node *node) {
    if (node->type == NN_NODE_MAP) return "a map";
    if (node->type == NN_NODE_LIST) return node->count ? "a list" : "an empty list";
    if (nn_node_is_null(node)) return "nothing";
    double number;
    bool looks = node->quoted && nn_parse_real(node->text, &number);
    return nn_arena_format(document->arena, "%s\"%s\"", looks ? "the text " : "",
                           nn_short_text(document, node->text));
}

static bool takes_numbers(const nn_key *key) {
    return key->type == NN_KEY_INT || key->type == NN_KEY_REAL || key->type == NN_KEY_COUNT ||
           key->type == NN_KEY_INTS || key->type == NN_KEY_REALS;
}

static bool takes_text(const nn_key *key) {
    return key->type == NN_KEY_TEXT || key->type == NN_KEY_PATH || key->type == NN_KEY_PATHS;
}

/* checkpoint: runs/a, where {directory: runs/a} is meant. */
static const char *section_hint(nn_document *document, const nn_key *key, const nn_node *node) {
    nn_buffer names = {0};
    const char *quote = nn_text_is_plain(node->text, true) ? "" : "'";
    for (const nn_key *inner = key->keys; inner && inner->name; inner++) {
        if (inner->required && takes_text(inner) && !strchr(node->text, '\''))
            return nn_arena_format(document->arena, "write %s: {%s: %s%s%s}", key->name,
                                   inner->name, quote, node->text, quote);
        nn_buffer_add(&names, "%s%s", names.length ? ", " : "its keys are ", inner->name);
    }
    const char *hint = names.text ? nn_arena_text(document->arena, names.text) : NULL;
    nn_buffer_free(&names);
    return hint;
}

static const char *usual_hint(nn_document *document, const nn_key *key, const nn_node *node) {
    if (node->type != NN_NODE_SCALAR) return NULL;
    if (key->type == NN_KEY_MAP) return section_hint(document, key, node);
    double number;
    if (node->quoted && takes_numbers(key) && nn_parse_real(node->text, &number))
        return "take the quotes away";
    if (takes_numbers(key) && key->max >= NN_UNBOUNDED && nn_parse_real(node->text, &number) &&
        number > key->max)
        return nn_arena_format(document->arena, "at most %.15g", key->max);
    if (key->type == NN_KEY_INTERVAL && nn_parse_real(node->text, &number))
        return nn_arena_format(document->arena, "write `%s epochs` or `%s steps`", node->text,
                               node->text);
    static const char *const switches[] = {"true", "false"};
    const char *const *words = key->type == NN_KEY_BOOL ? switches : key->words;
    int n = 0;
    if (key->type == NN_KEY_BOOL) n = 2;
    while (key->type != NN_KEY_BOOL && words && words[n]) n++;
    return n ? nn_did_you_mean(document, node->text, words, n) : NULL;
}

bool nn_expected(nn_document *document, const nn_key *key, const nn_node *node, const char *hint) {
    nn_buffer expected = {0};
    nn_key_expectation(key, &expected);
    if (!hint) hint = usual_hint(document, key, node);
    nn_complain_at(document, nn_place_of_value(node), hint, "%s: expected %s, found %s", key->name,
                   expected.text, nn_found(document, node));
    nn_buffer_free(&expected);
    return false;
}
