/* Models from YAML text, for tests. */
#ifndef NNMPI_TESTS_MODEL_BUILD_H
#define NNMPI_TESTS_MODEL_BUILD_H

#include "nnmpi/model.h"

/* A model and the document that its options live in. */
typedef struct built {
    nn_document *document;
    nn_model *model; /* NULL: the message is nn_error_message() */
    nn_status status;
} built;

/* `layers`: YAML of the list; `loss`: YAML of a loss or NULL. Planned for `capacity` samples of
 * training, allocated and initialised with seed 1. */
built build_model(const char *layers, const char *loss, nn_shape input, int64_t capacity);
void destroy_model(built *b);
/* Fills every planned buffer with NaN: what is read must have been written. */
void poison(nn_model *model);

#endif
