/* Text into HTML and SVG, and the frame of the page. */
#include "html.h"

#include <stdbool.h>

/* Bytes of the character at `c`, 0: it is no UTF-8 that XML allows. */
static int character(const unsigned char *c) {
    if (*c < 0x80) return *c >= ' ' || *c == '\n' || *c == '\t' ? *c != 0x7f : 0;
    int n = *c >= 0xf0 && *c < 0xf5 ? 4 : *c >= 0xe0 ? 3 : *c >= 0xc2 ? 2 : 0;
    if (*c >= 0xf5) return 0;
    for (int i = 1; i < n; i++)
        if ((c[i] & 0xc0) != 0x80) return 0;
    if (n == 3 && *c == 0xe0 && c[1] < 0xa0) return 0; /* too long for what it says */
    if (n == 3 && *c == 0xed && c[1] > 0x9f) return 0; /* half a pair of UTF-16 */
    if (n == 3 && *c == 0xef && c[1] == 0xbf && c[2] > 0xbd) return 0; /* U+FFFE, U+FFFF */
    if (n == 4 && ((*c == 0xf0 && c[1] < 0x90) || (*c == 0xf4 && c[1] > 0x8f))) return 0;
    return n;
}

static void add_character(nn_buffer *out, const unsigned char *c, int n) {
    switch (n == 1 ? *c : 0) {
    case '&': nn_buffer_add(out, "&amp;"); break;
    case '<': nn_buffer_add(out, "&lt;"); break;
    case '>': nn_buffer_add(out, "&gt;"); break;
    case '"': nn_buffer_add(out, "&quot;"); break;
    case '\'': nn_buffer_add(out, "&#39;"); break;
    default: nn_buffer_add(out, "%.*s", n, (const char *)c);
    }
}

static void add(nn_buffer *out, const char *text, int most) {
    const unsigned char *c = (const unsigned char *)text;
    bool lost = most > 0 && nn_html_length(text) > most;
    for (int count = 0; c && *c; count++) {
        if (lost && count == most - 1) {
            nn_buffer_add(out, "\xe2\x80\xa6"); /* an ellipsis */
            return;
        }
        int n = character(c);
        if (n)
            add_character(out, c, n);
        else
            nn_buffer_add(out, "\xef\xbf\xbd"); /* U+FFFD */
        c += n ? n : 1;
    }
}

void nn_html_text(nn_buffer *out, const char *text) {
    add(out, text, 0);
}

void nn_html_short(nn_buffer *out, const char *text, int most) {
    add(out, text, most);
}

int nn_html_length(const char *text) {
    int count = 0;
    for (const unsigned char *c = (const unsigned char *)text; c && *c; count++) {
        int n = character(c);
        c += n ? n : 1;
    }
    return count;
}

void nn_html_begin(nn_buffer *out, const char *title) {
    extern const char nn_html_page_style[]; /* style.c */
    nn_buffer_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                       "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                       "<link rel=\"icon\" href=\"data:,\"/>\n<title>");
    nn_html_text(out, title);
    nn_buffer_add(out, "</title>\n<style>\n%s%s</style>\n</head>\n<body>\n", nn_html_picture_style,
                  nn_html_page_style);
}

void nn_html_end(nn_buffer *out) {
    nn_buffer_add(out, "</body>\n</html>\n");
}

void nn_html_section(nn_buffer *out, const char *id, const char *title) {
    nn_buffer_add(out, "<section id=\"%s\">\n<h2>%s</h2>\n", id, title);
}

void nn_html_section_end(nn_buffer *out) {
    nn_buffer_add(out, "</section>\n");
}
