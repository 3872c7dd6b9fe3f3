/* The characters of a file, one after another. */
#ifndef NNMPI_IMPORT_CHARACTERS_H
#define NNMPI_IMPORT_CHARACTERS_H

#include "input.h"

#define NN_CODE_POINTS 0x110000
#define NN_CHARACTER_BYTES 4 /* at most, in UTF-8 */

typedef struct nn_characters {
    nn_input in;
    bool bytes;   /* each byte is a character */
    bool ended;   /* there is nothing after the block */
    bool no_text; /* it has failed, since the file is not UTF-8 */
    unsigned char block[1 << 16];
    int64_t n, at;        /* bytes in the block, and how many are used */
    int64_t offset, line; /* of the block's first byte, from 0; of the next character, from 1 */
} nn_characters;

nn_status nn_characters_open(nn_characters *c, const char *file, bool bytes);
void nn_characters_close(nn_characters *c);
/* *code: the next code point, or byte; -1 at the end. NN_BAD_DATA (not UTF-8), NN_IO. A byte order
 * mark at the beginning of a file is left out. */
nn_status nn_characters_next(nn_characters *c, int32_t *code);
/* The same, many at a time: *n bytes of whole characters; 0 at the end. */
nn_status nn_characters_block(nn_characters *c, const char **text, int64_t *n);

/* One code point in UTF-8, ended by a zero. */
typedef struct nn_utf8 {
    char text[5];
} nn_utf8;
nn_utf8 nn_utf8_of(int32_t code);
/* The one code point that the text is; -1 if it is not one. */
int32_t nn_utf8_code(const char *text);

#endif
