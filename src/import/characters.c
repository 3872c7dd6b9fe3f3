/* UTF-8 (The Unicode Standard, table 3-7) from a file, a block at a time. */
#include "characters.h"

#include <string.h>

#include "nnmpi/file.h"

nn_status nn_characters_open(nn_characters *c, const char *file, bool bytes) {
    c->bytes = bytes;
    c->ended = c->no_text = false;
    c->n = c->at = 0;
    c->offset = 0;
    c->line = 1;
    return nn_input_open(&c->in, file);
}

void nn_characters_close(nn_characters *c) {
    nn_input_close(&c->in);
}

/* Of a byte order mark at the beginning of a text. */
static int64_t mark_length(const nn_characters *c) {
    bool mark = c->n >= 3 && memcmp(c->block, "\xef\xbb\xbf", 3) == 0;
    return mark && c->offset == 0 && !c->bytes ? 3 : 0;
}

/* Reads on when fewer bytes are left than a character may have: what is left moves to the front. */
static nn_status fill(nn_characters *c) {
    int64_t left = c->n - c->at, room = (int64_t)sizeof c->block - left, got;
    if (left >= NN_CHARACTER_BYTES || c->ended) return NN_OK;
    memmove(c->block, c->block + c->at, (size_t)left);
    c->offset += c->at;
    NN_TRY(nn_input_read(&c->in, c->block + left, room, &got));
    c->ended = got < room;
    c->n = left + got;
    c->at = mark_length(c);
    return NN_OK;
}

/* Decodes the code point at `s`; returns its bytes, 0 if there is none. */
static int decode(const unsigned char *s, int64_t n, int32_t *code) {
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* shortest forms only */
    if (n == 0) return 0;
    int length = s[0] < 0x80       ? 1
                 : s[0] >> 5 == 6  ? 2
                 : s[0] >> 4 == 14 ? 3
                 : s[0] >> 3 == 30 ? 4
                                   : 0;
    if (length == 0 || length > n) return 0;
    int32_t value = length == 1 ? s[0] : s[0] & (0x7f >> length);
    for (int i = 1; i < length; i++) {
        if (s[i] >> 6 != 2) return 0;
        value = value << 6 | (s[i] & 0x3f);
    }
    bool surrogate = value >= 0xd800 && value < 0xe000;
    if (value < least[length] || surrogate || value >= NN_CODE_POINTS) return 0;
    *code = value;
    return length;
}

/* The error of the byte that is next. */
static nn_status no_text(nn_characters *c) {
    unsigned char byte = c->block[c->at];
    const char *what = c->offset == 0 ? nn_file_seems_to_be(c->block, (size_t)c->n) : NULL;
    c->no_text = true;
    if (what)
        return nn_error(NN_BAD_DATA, "%s: this is no text in UTF-8: it seems to be %s", c->in.file,
                        what);
    return nn_error(NN_BAD_DATA, "%s: line %lld: the byte 0x%02x at offset %lld is %s", c->in.file,
                    (long long)c->line, byte, (long long)(c->offset + c->at),
                    byte ? "not UTF-8; `iconv` converts other encodings"
                         : "zero, so this is no text");
}

nn_status nn_characters_next(nn_characters *c, int32_t *code) {
    NN_TRY(fill(c));
    *code = -1;
    if (c->at == c->n) return NN_OK;
    int length = 1;
    if (c->bytes)
        *code = c->block[c->at];
    else
        length = decode(c->block + c->at, c->n - c->at, code);
    if (length == 0 || (*code == 0 && !c->bytes)) return no_text(c);
    c->line += *code == '\n';
    c->at += length;
    return NN_OK;
}

nn_status nn_characters_block(nn_characters *c, const char **text, int64_t *n) {
    NN_TRY(fill(c));
    int64_t begin = c->at, least = c->ended ? 1 : NN_CHARACTER_BYTES;
    for (int32_t code; c->n - c->at >= least;) NN_TRY(nn_characters_next(c, &code));
    *text = (const char *)c->block + begin;
    *n = c->at - begin;
    return NN_OK;
}

nn_utf8 nn_utf8_of(int32_t code) {
    nn_utf8 u = {{0}};
    if (code < 0x80) {
        u.text[0] = (char)code;
        return u;
    }
    int length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (int i = length - 1; i > 0; i--, code >>= 6) u.text[i] = (char)(0x80 | (code & 0x3f));
    u.text[0] = (char)(0xf00 >> length | code);
    return u;
}

int32_t nn_utf8_code(const char *text) {
    int32_t code = -1;
    int64_t n = (int64_t)strlen(text);
    int length = decode((const unsigned char *)text, n, &code);
    return length > 0 && length == n ? code : -1;
}
