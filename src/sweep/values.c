/* --set of a sweep: KEY=VALUE,VALUE... or KEY=LOW..HIGH. A comma inside brackets, braces or quotes
 * is part of a value. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* ---- lists ---- */

/* A quote is one where a value may begin; in don't it is not. */
static bool opens_quote(const char *text, const char *at) {
    if (*at != '"' && *at != '\'') return false;
    while (at > text && isspace((unsigned char)at[-1])) at--;
    return at == text || strchr(",[{:", at[-1]);
}

static const char *after_quote(const char *at) {
    char quote = *at++;
    for (; *at && *at != quote; at++)
        if (quote == '"' && *at == '\\' && at[1]) at++;
    return *at ? at + 1 : at;
}

/* Where the value that begins at `at` ends: at a comma, or at the end of the text. */
static const char *end_of_value(const char *text, const char *at) {
    int depth = 0;
    while (*at && (depth > 0 || *at != ',')) {
        if (opens_quote(text, at)) {
            at = after_quote(at);
            continue;
        }
        depth += (*at == '[' || *at == '{') - (*at == ']' || *at == '}');
        at++;
    }
    return at;
}

static const char *trimmed(nn_arena *arena, const char *from, const char *to) {
    while (from < to && isspace((unsigned char)*from)) from++;
    while (to > from && isspace((unsigned char)to[-1])) to--;
    return nn_arena_format(arena, "%.*s", (int)(to - from), from);
}

static int count_values(const char *text) {
    int n = 1;
    for (const char *at = text; *(at = end_of_value(text, at)); at++) n++;
    return n;
}

static nn_status cut(nn_arena *arena, const char *argument, nn_swept *swept) {
    const char *text = swept->given, *at = text;
    swept->n = count_values(text);
    const char **value = NN_NEW_ARRAY(arena, const char *, swept->n);
    swept->value = value;
    for (int i = 0; i < swept->n; i++) {
        const char *end = end_of_value(text, at);
        value[i] = trimmed(arena, at, end);
        if (*value[i] == '\0')
            return nn_error(NN_USAGE, "--set %s: a value is empty; `null` is how none is written",
                            argument);
        at = end + 1;
    }
    return NN_OK;
}

/* ---- ranges ---- */

static bool is_number(const char *text, double *number) {
    char *end;
    if (!*text || isspace((unsigned char)*text)) return false;
    *number = strtod(text, &end);
    return *end == '\0' && isfinite(*number);
}

static bool is_whole(const char *text) {
    text += *text == '-';
    return *text && text[strspn(text, "0123456789")] == '\0';
}

/* 1e-4..1e-1, 16..256, 0.1..0.5:linear */
static nn_status find_range(nn_arena *arena, const char *argument, nn_swept *swept) {
    const char *text = swept->value[0], *dots = strstr(text, "..");
    if (!dots) return NN_OK;
    const char *linear = strstr(dots, ":linear");
    swept->linear = linear && linear[7] == '\0';
    const char *low = trimmed(arena, text, dots);
    const char *high = trimmed(arena, dots + 2, swept->linear ? linear : dots + strlen(dots));
    if (!is_number(low, &swept->low) || !is_number(high, &swept->high)) return NN_OK;
    swept->range = true;
    swept->whole = is_whole(low) && is_whole(high);
    if (swept->n > 1)
        return nn_error(NN_USAGE, "--set %s: a range stands alone, not in a list", argument);
    if (swept->low >= swept->high)
        return nn_error(NN_USAGE, "--set %s: the range is empty: LOW..HIGH", argument);
    if (swept->low <= 0 && !swept->linear)
        return nn_error(NN_USAGE,
                        "--set %s: a range is drawn by its logarithm, which wants LOW above 0; "
                        "%s..%s:linear is drawn evenly",
                        argument, low, high);
    return NN_OK;
}

/* A list in which a later value is a range. */
static nn_status refuse_late_range(const char *argument, const nn_swept *swept) {
    for (int i = 1; i < swept->n; i++) {
        nn_swept one = {.n = 2, .value = &swept->value[i]};
        nn_arena *arena = nn_arena_create();
        nn_status status = find_range(arena, argument, &one);
        nn_arena_destroy(arena);
        if (status != NN_OK) return status;
    }
    return NN_OK;
}

/* ---- all of them ---- */

static nn_status read(nn_sweep *sweep, const char *argument, nn_swept *swept) {
    const char *equals = strchr(argument, '=');
    if (!equals || equals == argument)
        return nn_error(NN_USAGE, "--set %s: KEY=VALUE is expected", argument);
    swept->key = trimmed(sweep->arena, argument, equals);
    swept->given = nn_arena_text(sweep->arena, equals + 1);
    NN_TRY(cut(sweep->arena, argument, swept));
    NN_TRY(find_range(sweep->arena, argument, swept));
    return refuse_late_range(argument, swept);
}

static nn_status refuse_twice(const nn_sweep *sweep, const char *key) {
    for (int i = 0; i < sweep->n_keys; i++)
        if (strcmp(sweep->key[i].key, key) == 0)
            return nn_error(NN_USAGE, "--set %s: the key is swept already", key);
    return NN_OK;
}

nn_status nn_sweep_keys(nn_sweep *sweep, const char ***common, int *n_common) {
    int n = sweep->request->n_set;
    sweep->key = NN_NEW_ARRAY(sweep->arena, nn_swept, n + 1);
    *common = NN_NEW_ARRAY(sweep->arena, const char *, n + 1);
    *n_common = 0;
    for (int i = 0; i < n; i++) {
        nn_swept swept = {0};
        NN_TRY(read(sweep, sweep->request->set[i], &swept));
        NN_TRY(refuse_twice(sweep, swept.key));
        if (swept.n == 1 && !swept.range)
            (*common)[(*n_common)++] = sweep->request->set[i];
        else
            sweep->key[sweep->n_keys++] = swept;
    }
    if (sweep->n_keys) return NN_OK;
    return nn_error(NN_USAGE, "nothing is swept: --set KEY=VALUE,VALUE... or, drawn at random, "
                              "--set KEY=LOW..HIGH");
}
