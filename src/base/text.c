#include "nnmpi/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/status.h"

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
