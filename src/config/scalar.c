/* Numbers, switches, durations, intervals: strict, the whole text must parse. */
#include "private.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of the decimal number at the beginning, 0 if there is none: strtod alone would also
 * take 0x10, inf, nan and leading spaces. */
static size_t number_length(const char *text) {
    const char *c = text;
    if (*c == '+' || *c == '-') c++;
    size_t digits = strspn(c, "0123456789");
    c += digits;
    if (*c == '.') {
        size_t decimals = strspn(c + 1, "0123456789");
        c += 1 + decimals;
        digits += decimals;
    }
    if (digits == 0) return 0;
    if (*c == 'e' || *c == 'E') {
        const char *exponent = c + 1;
        if (*exponent == '+' || *exponent == '-') exponent++;
        size_t more = strspn(exponent, "0123456789");
        if (more) c = exponent + more;
    }
    return (size_t)(c - text);
}

bool nn_parse_real(const char *text, double *value) {
    size_t length = number_length(text);
    if (length == 0 || text[length] != '\0') return false;
    *value = strtod(text, NULL);
    return isfinite(*value);
}

bool nn_parse_special(const char *text, double *value) {
    const char *word = text + strspn(text, "+-.");
    bool nan = strcmp(word, "nan") == 0;
    *value = nan ? NAN : *text == '-' ? -INFINITY : INFINITY;
    return nan || strcmp(word, "inf") == 0;
}

bool nn_parse_int(const char *text, int64_t *value) {
    double real;
    if (!nn_parse_real(text, &real)) return false;
    if (text[strspn(text, "+-0123456789")] == '\0') {
        errno = 0;
        *value = strtoll(text, NULL, 10);
        return errno == 0;
    }
    if (real != floor(real) || fabs(real) > 9007199254740992.0) return false; /* 2^53 */
    *value = (int64_t)real;
    return true;
}

bool nn_parse_bool(const char *text, bool *value) {
    static const char *const words[] = {"false", "true", "False", "True", "FALSE", "TRUE"};
    for (int i = 0; i < 6; i++)
        if (strcmp(text, words[i]) == 0) {
            *value = i % 2 == 1;
            return true;
        }
    return false;
}

/* 1h50m: numbers with units, from large to small; 90 alone is seconds. */
bool nn_parse_duration(const char *text, double *seconds) {
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}};
    if (nn_parse_real(text, seconds)) return true;
    *seconds = 0;
    int unit = 0;
    for (const char *c = text; *c;) {
        size_t length = number_length(c);
        if (length == 0 || !(isdigit((unsigned char)*c) || *c == '.')) return false;
        double value = strtod(c, NULL);
        c += length + strspn(c + length, " ");
        while (unit < 4 && *c != *units[unit].name) unit++;
        if (unit == 4 || isalpha((unsigned char)c[1])) return false;
        *seconds += value * units[unit++].seconds;
        c++;
        c += strspn(c, " ");
    }
    return *text != '\0' && isfinite(*seconds);
}

bool nn_parse_interval(const char *text, nn_interval *interval) {
    *interval = (nn_interval){NN_NEVER, 0};
    if (strcmp(text, "never") == 0) return true;
    size_t length = number_length(text);
    if (length == 0) return false;
    double value = strtod(text, NULL);
    const char *unit = text + length + strspn(text + length, " ");
    if (value <= 0 || !isfinite(value)) return false;
    interval->value = value;
    bool whole = value == floor(value);
    if (strcmp(unit, "epoch") == 0 || strcmp(unit, "epochs") == 0) {
        interval->unit = NN_EPOCHS;
        return whole;
    }
    if (strcmp(unit, "step") == 0 || strcmp(unit, "steps") == 0) {
        interval->unit = NN_STEPS;
        return whole;
    }
    interval->unit = NN_SECONDS;
    return *unit != '\0' && nn_parse_duration(text, &interval->value);
}
