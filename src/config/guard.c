/* What is refused before the YAML parser sees it. */
#include "private.h"

#include <stdio.h>
#include <string.h>

#include "nnmpi/text.h"

/* Line and column of a byte; a line ends with \n, \r\n or \r, columns count characters. */
static nn_place place_of_byte(const char *text, size_t at) {
    nn_place place = {.line = 1, .column = 1};
    for (size_t i = 0; i < at; i++) {
        if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n'))
            place.line++, place.column = 1;
        else if (((unsigned char)text[i] & 0xC0) != 0x80)
            place.column++;
    }
    return place;
}

/* What is wrong with the character at c, or NULL. */
static const char *fault_of(const unsigned char *c, size_t left, int *n) {
    *n = nn_utf8_length((const char *)c, left);
    if (*n == 0) return "a byte that is not UTF-8";
    if (c[0] == 0) return "a NUL byte";
    bool control = c[0] < 0x20 || c[0] == 0x7F || (c[0] == 0xC2 && c[1] < 0xA0);
    bool allowed = c[0] == '\t' || c[0] == '\n' || c[0] == '\r' || (c[0] == 0xC2 && c[1] == 0x85);
    return control && !allowed ? "a control character" : NULL;
}

bool nn_text_guard(nn_document *document, const char *text, size_t length, const char *source) {
    if (length > NN_CONFIG_BYTES) {
        nn_complain_at(document, (nn_place){.source = source}, NULL,
                       "%s is too much: a configuration has at most 1 MiB",
                       nn_text_bytes((double)length));
        return false;
    }
    int n;
    for (size_t i = 0; i < length; i += (size_t)n) {
        const unsigned char *c = (const unsigned char *)text + i;
        const char *fault = fault_of(c, length - i, &n);
        if (!fault) continue;
        nn_place place = place_of_byte(text, i);
        if (strcmp(source, document->file) != 0) place.line = 0;
        place.source = source;
        nn_complain_at(document, place, "a configuration is YAML text in UTF-8",
                       "%s (hexadecimal %02x) at byte %zu", fault, c[0], i + 1);
        return false;
    }
    return true;
}

bool nn_text_find_tab(const char *text, size_t length, int error_line, nn_place *place) {
    size_t at = 0;
    for (int line = 1; line <= error_line + 1 && at < length; line++) {
        size_t begin = at;
        while (at < length && text[at] == ' ') at++;
        if (at < length && text[at] == '\t') {
            *place = (nn_place){.line = line, .column = (int)(at - begin) + 1};
            at += strspn(text + at, " \t");
            bool near = place->column == 1 || line >= error_line;
            if (near && at < length && !strchr("#\r\n", text[at])) return true;
        }
        at += strcspn(text + at, "\r\n");
        if (at < length && text[at] == '\r' && text[at + 1] == '\n') at++;
        at++;
    }
    return false;
}
