#include "nnmpi/proto.h"

#include <stdlib.h>
#include <string.h>

#include "nnmpi/status.h"

enum { VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5 };

#define NN_VARINT_MOST 10 /* bytes: 64 bits, 7 a byte */

void nn_proto_raw(nn_proto *p, const void *bytes, size_t length) {
    if (p->length + length > p->room) {
        p->room = (p->length + length) * 3 / 2 + 64;
        p->bytes = realloc(p->bytes, p->room);
        if (!p->bytes) nn_panic("out of memory: %zu bytes", p->room);
    }
    if (length) memcpy(p->bytes + p->length, bytes, length);
    p->length += length;
}

/* Seven bits a byte, the lowest first; the top bit says that more follow. Returns how many. */
static size_t encode(uint64_t value, unsigned char out[NN_VARINT_MOST]) {
    size_t n = 0;
    for (; value >= 0x80; value >>= 7) out[n++] = (unsigned char)(value | 0x80);
    out[n++] = (unsigned char)value;
    return n;
}

static void varint(nn_proto *p, uint64_t value) {
    unsigned char text[NN_VARINT_MOST];
    nn_proto_raw(p, text, encode(value, text));
}

static void key(nn_proto *p, int field, int type) {
    varint(p, (uint64_t)field << 3 | (uint64_t)type);
}

void nn_proto_int(nn_proto *p, int field, int64_t value) {
    key(p, field, VARINT);
    varint(p, (uint64_t)value);
}

void nn_little_endian(uint64_t value, int bytes, unsigned char *out) {
    for (int i = 0; i < bytes; i++) out[i] = (unsigned char)(value >> 8 * i);
}

static void fixed(nn_proto *p, uint64_t bits, int bytes) {
    unsigned char text[8];
    nn_little_endian(bits, bytes, text);
    nn_proto_raw(p, text, (size_t)bytes);
}

void nn_proto_double(nn_proto *p, int field, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    key(p, field, FIXED64);
    fixed(p, bits, 8);
}

void nn_proto_float(nn_proto *p, int field, float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    key(p, field, FIXED32);
    fixed(p, bits, 4);
}

void nn_proto_bytes(nn_proto *p, int field, const void *bytes, size_t length) {
    key(p, field, LENGTH);
    varint(p, length);
    nn_proto_raw(p, bytes, length);
}

void nn_proto_text(nn_proto *p, int field, const char *text) {
    nn_proto_bytes(p, field, text, strlen(text));
}

size_t nn_proto_begin(nn_proto *p, int field) {
    key(p, field, LENGTH);
    return p->length;
}

/* The length is known only now: what was written moves up to make room for it. */
void nn_proto_end(nn_proto *p, size_t begun) {
    unsigned char length[NN_VARINT_MOST];
    size_t size = p->length - begun, n = encode(size, length);
    nn_proto_raw(p, length, n);
    memmove(p->bytes + begun + n, p->bytes + begun, size);
    memcpy(p->bytes + begun, length, n);
}

void nn_proto_clear(nn_proto *p) {
    p->length = 0;
}

void nn_proto_free(nn_proto *p) {
    free(p->bytes);
    *p = (nn_proto){0};
}
