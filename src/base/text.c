#include "nnmpi/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nnmpi/status.h"

#define NN_WORD_MAX 63

static int smaller(int a, int b) {
    return a < b ? a : b;
}

/* Damerau-Levenshtein distance (optimal string alignment), three rows of the table at a time. */
static int distance(const char *a, const char *b) {
    int n = (int)strlen(a), m = (int)strlen(b);
    if (n > NN_WORD_MAX || m > NN_WORD_MAX) return n + m;
    int row[3][NN_WORD_MAX + 1];
    for (int j = 0; j <= m; j++) row[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (int j = 1; j <= m; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            now[j] = smaller(smaller(last[j] + 1, now[j - 1] + 1), last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                tolower((unsigned char)a[i - 2]) == y)
                now[j] = smaller(now[j], before[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

/* mse of mean_squared_error */
static bool are_initials(const char *letters, const char *word) {
    for (; *letters; letters++, word++) {
        if (tolower((unsigned char)*letters) != *word) return false;
        word += strcspn(word, "_");
        if (!*word) return !letters[1];
    }
    return false;
}

/* The letters without case and what joins words. */
static int bare(const char *word, char *out) {
    int n = 0;
    for (; *word && n < NN_WORD_MAX; word++)
        if (isalnum((unsigned char)*word)) out[n++] = (char)tolower((unsigned char)*word);
    return n;
}

/* The most letters in a row that both have. */
static int common_letters(const char *word, const char *other) {
    char a[NN_WORD_MAX], b[NN_WORD_MAX];
    int n = bare(word, a), m = bare(other, b), most = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) {
            int k = 0;
            while (i + k < n && j + k < m && a[i + k] == b[j + k]) k++;
            if (k > most) most = k;
        }
    return most;
}

static const char *abbreviated(const char *word, const char *const *words, int n) {
    for (int i = 0; i < n; i++)
        if (strlen(word) > 1 && are_initials(word, words[i])) return words[i];
    return NULL;
}

static const char *closest(const char *word, const char *const *words, int n) {
    const char *best = NULL;
    int length = (int)strlen(word), least = length / 3 + 2; /* one slip in three letters, and one */
    for (int i = 0; i < n; i++) {
        int d = distance(word, words[i]);
        bool begins = length >= 3 && strncasecmp(word, words[i], (size_t)length) == 0;
        if (begins && d > 1) d = 1;
        if (d < least && d < (int)strlen(words[i])) least = d, best = words[i];
    }
    return best;
}

/* Five letters, and more than half of them. */
static const char *related(const char *word, const char *const *words, int n) {
    const char *best = NULL;
    char letters[NN_WORD_MAX];
    int length = bare(word, letters), most = 6 * length / 10;
    if (most < 4) most = 4;
    for (int i = 0; i < n; i++) {
        int common = common_letters(word, words[i]);
        if (common > most) most = common, best = words[i];
    }
    return best;
}

/* MSELoss is MSE. */
static const char *without_suffix(const char *word, const char *const *words, int n) {
    char rest[NN_WORD_MAX + 1];
    snprintf(rest, sizeof rest, "%s", word);
    size_t length = strlen(rest);
    if (length < 7 || strcasecmp(rest + length - 4, "loss") != 0) return NULL;
    rest[length - 4] = '\0';
    return abbreviated(rest, words, n);
}

const char *nn_nearest_word(const char *word, const char *const *words, int n) {
    const char *found = strlen(word) <= 4 ? abbreviated(word, words, n) : NULL;
    if (!found) found = closest(word, words, n);
    if (!found) found = without_suffix(word, words, n);
    return found ? found : related(word, words, n);
}

static char *next_static(void) {
    static char buffer[16][48];
    static int at;
    return buffer[at++ % 16];
}

const char *nn_text_bytes(double bytes) {
    static const char *unit[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    int i = 0;
    while (bytes >= 999.5 && i < 5) bytes /= 1000, i++;
    char *text = next_static();
    snprintf(text, 48, i == 0 || bytes >= 99.95 ? "%.0f %s" : "%.1f %s", bytes, unit[i]);
    return text;
}

const char *nn_text_duration(double seconds) {
    char *text = next_static();
    if (seconds < 10)
        snprintf(text, 48, "%.2f s", seconds);
    else if (seconds < 60)
        snprintf(text, 48, "%.1f s", seconds);
    else {
        long whole = (long)(seconds + 0.5);
        if (whole < 3600)
            snprintf(text, 48, "%ldm%02lds", whole / 60, whole % 60);
        else
            snprintf(text, 48, "%ldh%02ldm", whole / 3600, whole % 3600 / 60);
    }
    return text;
}

const char *nn_text_count(int64_t count) {
    char digits[32], *text = next_static(), *out = text;
    int n = snprintf(digits, sizeof digits, "%lld", (long long)(count < 0 ? -count : count));
    if (count < 0) *out++ = '-';
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
    return text;
}

bool nn_begins(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool nn_ends(const char *text, const char *ending) {
    size_t length = strlen(text), n = strlen(ending);
    return length > n && strcmp(text + length - n, ending) == 0;
}

void nn_buffer_add(nn_buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int more = vsnprintf(NULL, 0, format, arguments);
    if (buffer->length + (size_t)more + 1 > buffer->room) {
        buffer->room = 2 * buffer->room + (size_t)more + 64;
        buffer->text = realloc(buffer->text, buffer->room);
        if (!buffer->text) nn_panic("out of memory for a text of %zu bytes", buffer->room);
    }
    vsnprintf(buffer->text + buffer->length, (size_t)more + 1, format, again);
    buffer->length += (size_t)more;
    va_end(again);
    va_end(arguments);
}

void nn_buffer_free(nn_buffer *buffer) {
    free(buffer->text);
    *buffer = (nn_buffer){0};
}

static bool is_safe(const char *word) {
    return *word && word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789_-+=:,./%@")] == '\0';
}

void nn_text_shell(nn_buffer *buffer, const char *text) {
    if (is_safe(text)) {
        nn_buffer_add(buffer, "%s", text);
        return;
    }
    nn_buffer_add(buffer, "'");
    for (; *text; text++)
        if (*text == '\'')
            nn_buffer_add(buffer, "'\\''");
        else
            nn_buffer_add(buffer, "%c", *text);
    nn_buffer_add(buffer, "'");
}
