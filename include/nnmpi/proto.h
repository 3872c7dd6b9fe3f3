/* Protocol Buffers, writing only. Floor 0. The shapes that the wire format has are these few
 * functions, so that neither a library nor a compiler of .proto files is needed.
 *
 *     field = key, value;  key = number << 3 | type   (varint)
 *     type 0: a varint   1: 8 bytes   2: a length (varint) and so many bytes   5: 4 bytes
 *
 * A message inside a message is of type 2: what is written between begin and end. */
#ifndef NNMPI_PROTO_H
#define NNMPI_PROTO_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that grow. Zero-initialise; free with nn_proto_free. */
typedef struct nn_proto {
    unsigned char *bytes;
    size_t length, room;
} nn_proto;

void nn_proto_int(nn_proto *p, int field, int64_t value);
void nn_proto_double(nn_proto *p, int field, double value);
void nn_proto_float(nn_proto *p, int field, float value);
void nn_proto_bytes(nn_proto *p, int field, const void *bytes, size_t length);
void nn_proto_text(nn_proto *p, int field, const char *text);
/* Returns what end wants to be told. Messages may be nested. */
size_t nn_proto_begin(nn_proto *p, int field);
void nn_proto_end(nn_proto *p, size_t begun);
/* Bytes as they are: fields written elsewhere. */
void nn_proto_raw(nn_proto *p, const void *bytes, size_t length);
void nn_proto_clear(nn_proto *p); /* keeps its memory for the next message */
void nn_proto_free(nn_proto *p);

/* A number, its lowest byte first. */
void nn_little_endian(uint64_t value, int bytes, unsigned char *out);

#endif
