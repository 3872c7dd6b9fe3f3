/* What `nnmpi help` can explain beyond commands: registries, their members, keys, exit codes, the
 * environment. */
#ifndef NNMPI_TOPICS_H
#define NNMPI_TOPICS_H

#include <stdbool.h>

#include "nnmpi/config.h"
#include "nnmpi/text.h"

/* A registry: a list of kinds. */
typedef struct nn_registry {
    const char *name, *member, *help;
    const nn_kind *const *kinds; /* ended by NULL */
    const char *also;            /* said below each member, or NULL */
} nn_registry;
extern const nn_registry nn_registries[];
extern const int nn_registry_count;

/* A variable of the environment that the program or one of its job scripts reads. */
typedef struct nn_variable {
    const char *name, *help;
} nn_variable;
extern const nn_variable nn_variables[]; /* ended by a name of NULL */
/* One line a variable. */
void nn_explain_environment(nn_buffer *out);

/* Not a code of ours: what mpirun and srun make of a rank that a signal ended. */
#define NN_EXIT_BY_SIGNAL "128+n"
#define NN_EXIT_BY_SIGNAL_HELP                                                                     \
    "a rank was ended by signal n: 137 killed (often for lack of memory), 139 a segmentation "     \
    "fault"

/* One line a topic, for the end of the program's help. */
void nn_topics_list(nn_buffer *out);
/* Everything known by that name; false: nothing is. */
bool nn_topics_explain(const char *topic, nn_buffer *out);
/* Adds the words that `topic` might have meant to words[n..room), each once, keys by their whole
 * paths if it has a point; returns the new n. */
int nn_topics_words(const char *topic, const char **words, int n, int room);

/* A page in Markdown of all that a configuration is made of: docs/blocks.md. */
void nn_topics_page(nn_buffer *out);

#endif
