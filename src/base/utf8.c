/* Text that comes from outside: UTF-8 or not, with control characters or without. */
#include <stdbool.h>
#include <string.h>

#include "nnmpi/text.h"

int nn_utf8_length(const char *text, size_t left) {
    const unsigned char *c = (const unsigned char *)text;
    if (c[0] < 0x80) return 1;
    int n = c[0] >= 0xC2 && c[0] <= 0xDF   ? 2
            : c[0] >= 0xE0 && c[0] <= 0xEF ? 3
            : c[0] >= 0xF0 && c[0] <= 0xF4 ? 4
                                           : 0;
    if (n == 0 || left < (size_t)n) return 0;
    for (int i = 1; i < n; i++)
        if ((c[i] & 0xC0) != 0x80) return 0;
    bool overlong = (c[0] == 0xE0 && c[1] < 0xA0) || (c[0] == 0xF0 && c[1] < 0x90);
    bool surrogate = c[0] == 0xED && c[1] > 0x9F, beyond = c[0] == 0xF4 && c[1] > 0x8F;
    return overlong || surrogate || beyond ? 0 : n;
}

size_t nn_utf8_cut(const char *text, size_t most) {
    size_t n = strnlen(text, most + 1);
    if (n <= most) return n;
    for (n = most; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80;) n--;
    return n;
}

static bool is_control(const unsigned char *c) {
    return c[0] < 0x20 || c[0] == 0x7F || (c[0] == 0xC2 && c[1] < 0xA0);
}

static void add_escaped(nn_buffer *out, const unsigned char *c, int n) {
    for (int i = 0; i < n; i++)
        if (c[i] == '\n')
            nn_buffer_add(out, "\\n");
        else if (c[i] == '\t')
            nn_buffer_add(out, "\\t");
        else
            nn_buffer_add(out, "\\x%02x", c[i]);
}

static void add(nn_buffer *out, const char *text, bool controls) {
    size_t left = strlen(text);
    nn_buffer_add(out, "%s", ""); /* so that there is a text */
    for (int n; left > 0; left -= (size_t)n, text += n) {
        const unsigned char *c = (const unsigned char *)text;
        n = nn_utf8_length(text, left);
        bool bad = n == 0;
        if (bad) n = 1;
        if (bad || (!controls && is_control(c)))
            add_escaped(out, c, n);
        else
            nn_buffer_add(out, "%.*s", n, text);
    }
}

void nn_text_plain(nn_buffer *out, const char *text) {
    add(out, text, false);
}

void nn_text_utf8(nn_buffer *out, const char *text) {
    add(out, text, true);
}
