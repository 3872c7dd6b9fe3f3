/* HTML and SVG as text. Private to src/report. */
#ifndef NNMPI_REPORT_HTML_H
#define NNMPI_REPORT_HTML_H

#include "nnmpi/text.h"

/* Adds text from outside: & < > " ' are escaped, control characters and bytes that are no UTF-8
 * become U+FFFD. NULL: nothing. */
void nn_html_text(nn_buffer *out, const char *text);
/* At most `most` characters, the last of them an ellipsis where text is lost. */
void nn_html_short(nn_buffer *out, const char *text, int most);
/* How many characters a text of UTF-8 has. */
int nn_html_length(const char *text);

/* The page from its doctype to the body, styles included; what ends it. */
void nn_html_begin(nn_buffer *out, const char *title);
void nn_html_end(nn_buffer *out);

/* <section id=ID><h2>TITLE</h2> ... </section> */
void nn_html_section(nn_buffer *out, const char *id, const char *title);
void nn_html_section_end(nn_buffer *out);

/* The rules for colours and shapes that pictures need, for a page or for an SVG file of its own. */
extern const char nn_html_picture_style[];

#endif
