/* What libfyaml itself complains of, in our form. */
#ifndef NNMPI_CONFIG_SYNTAX_H
#define NNMPI_CONFIG_SYNTAX_H

#include "private.h"

struct fy_diag;

/* Keeps errors for nn_syntax_complain; never NULL; for fy_diag_destroy. */
struct fy_diag *nn_syntax_diag_create(void);
/* Complains of the first error kept. `start` is where the text begins (line 0: it has no lines to
 * tell), `open` the list or map that was being read, or NULL. */
void nn_syntax_complain(nn_document *document, struct fy_diag *diag, const char *text,
                        size_t length, nn_place start, const nn_node *open);

#endif
