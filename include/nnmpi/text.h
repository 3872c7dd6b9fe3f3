/* Small helpers on text. Floor 0. */
#ifndef NNMPI_TEXT_H
#define NNMPI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The word of the list nearest to `word` (Damerau-Levenshtein distance, case ignored); else the one
 * that `word` abbreviates (mse of mean_squared_error), or that has most letters in a row in common
 * with it (CrossEntropyLoss and categorical_crossentropy); or NULL if none is worth suggesting. */
const char *nn_nearest_word(const char *word, const char *const *words, int n);
/* The word of the list that was meant for certain: a slip of one letter in five or more, or what
 * another library calls it; or NULL. */
const char *nn_word_meant(const char *word, const char *const *words, int n);

/* Human figures, in a rotating set of static buffers (valid for the next 15 calls):
 * "12.3 MB" (SI), "1h50m" / "12.4 s", "1,437". */
const char *nn_text_bytes(double bytes);
const char *nn_text_duration(double seconds);
const char *nn_text_count(int64_t count);

bool nn_begins(const char *text, const char *prefix);
bool nn_ends(const char *text, const char *ending); /* and is longer */

/* A growing string. Zero-initialise; `text` is NULL or zero-terminated; free with nn_buffer_free.*/
typedef struct nn_buffer {
    char *text;
    size_t length, room;
} nn_buffer;
void nn_buffer_add(nn_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void nn_buffer_free(nn_buffer *buffer);

/* Bytes of the UTF-8 character at `text`, of which `left` > 0 bytes are there; 0: it is none. */
int nn_utf8_length(const char *text, size_t left);
/* Bytes of the text, `most` at most, so that no character of UTF-8 is cut. */
size_t nn_utf8_cut(const char *text, size_t most);
/* Adds text from outside as it can be printed: control characters, and bytes that are no UTF-8, as
 * \n, \t, \x1b. */
void nn_text_plain(nn_buffer *buffer, const char *text);
/* Adds it as UTF-8: only what is none becomes \xff. */
void nn_text_utf8(nn_buffer *buffer, const char *text);

/* Adds it as one word of the shell, in quotes where it needs them. */
void nn_text_shell(nn_buffer *buffer, const char *text);

#endif
