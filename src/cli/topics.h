/* What `nnmpi help` can explain beyond commands: registries, their members, keys, exit codes. */
#ifndef NNMPI_TOPICS_H
#define NNMPI_TOPICS_H

#include <stdbool.h>

#include "nnmpi/text.h"

/* One line a topic, for the end of the program's help. */
void nn_topics_list(nn_buffer *out);
/* Everything known by that name; false: nothing is. */
bool nn_topics_explain(const char *topic, nn_buffer *out);
/* Adds the words that `topic` might have meant to words[n..room); returns the new n. */
int nn_topics_words(const char *topic, const char **words, int n, int room);

/* A page in Markdown of all that a configuration is made of: docs/blocks.md. */
void nn_topics_page(nn_buffer *out);

#endif
