/* The tables of keys as manual pages, in the markup that scdoc reads (scdoc(5)). Floor 1. */
#ifndef NNMPI_MAN_H
#define NNMPI_MAN_H

#include "nnmpi/config.h"

/* "# TITLE": a section. */
void nn_man_section(const char *title, nn_buffer *out);
/* Text to be read as it is, its lines filled to paragraphs; a line that begins with a blank is one
 * of a block that stays as it is. Ends with an empty line. */
void nn_man_paragraphs(const char *text, nn_buffer *out);
/* The same in one line, for a term or after one; no line ends. */
void nn_man_words(const char *text, nn_buffer *out);
/* A term in bold, then what it wants, then what is said of it. */
void nn_man_term(const char *term, const char *value, const char *text, nn_buffer *out);
/* As it is. */
void nn_man_block(const char *text, nn_buffer *out);

/* Keys by their dotted paths, those of maps in them too. */
void nn_man_keys(const nn_key *keys, const char *prefix, nn_buffer *out);
/* A kind, as a subsection. */
void nn_man_kind(const nn_kind *kind, nn_buffer *out);

#endif
