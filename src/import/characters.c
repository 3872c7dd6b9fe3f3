/* UTF-8 (The Unicode Standard, table 3-7) from a file, a block at a time. */
#include "characters.h"

#include <string.h>

nn_status nn_characters_open(nn_characters *c, const char *file, bool bytes) {
    c->bytes = bytes;
    c->ended = false;
    c->n = c->at = 0;
    c->offset = 0;
    c->line = 1;
    return nn_input_open(&c->in, file);
}

void nn_characters_close(nn_characters *c) {
    nn_input_close(&c->in);
}

/* Reads on when fewer than `wanted` bytes are left: what is left moves to the front. */
static nn_status fill(nn_characters *c, int64_t wanted) {
    int64_t left = c->n - c->at, room = (int64_t)sizeof c->block - left, got;
    if (left >= wanted || c->ended) return NN_OK;
    memmove(c->block, c->block + c->at, (size_t)left);
    c->offset += c->at;
    NN_TRY(nn_input_read(&c->in, c->block + left, room, &got));
    c->ended = got < room;
    c->n = left + got;
    c->at = 0;
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

static nn_status not_utf8(const nn_characters *c) {
    const char *zero = c->block[c->at] == 0 ? "is zero, so this is no text" : "is not UTF-8";
    return nn_error(NN_BAD_DATA,
                    "%s: line %lld: the byte 0x%02x at offset %lld %s (--bytes takes any file; "
                    "`iconv` converts other encodings)",
                    c->in.file, (long long)c->line, c->block[c->at], (long long)(c->offset + c->at),
                    zero);
}

nn_status nn_characters_next(nn_characters *c, int32_t *code) {
    NN_TRY(fill(c, 4));
    *code = -1;
    if (c->at == c->n) return NN_OK;
    int length = 1;
    if (c->bytes)
        *code = c->block[c->at];
    else
        length = decode(c->block + c->at, c->n - c->at, code);
    if (length == 0 || (*code == 0 && !c->bytes)) return not_utf8(c);
    c->line += *code == '\n';
    c->at += length;
    bool byte_order_mark = *code == 0xfeff && c->offset == 0 && c->at == 3;
    return byte_order_mark ? nn_characters_next(c, code) : NN_OK;
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

bool nn_utf8_is(const char *text) {
    int64_t n = (int64_t)strlen(text);
    while (n > 0) {
        int32_t code;
        int length = decode((const unsigned char *)text, n, &code);
        if (length == 0) return false;
        text += length;
        n -= length;
    }
    return true;
}
