/* How the weights of a layer are trained: what a user may write beside the options of any layer. A
 * composition, and a layer with branches, hands its rules to the layers inside it. */
#ifndef NNMPI_MODEL_RULES_H
#define NNMPI_MODEL_RULES_H

#include <stdbool.h>

#include "nnmpi/config.h"

/* The keys ..._regularizer, by the weights they are for (rules_once.c). The last is for those of
 * the others that multiply. */
#define NN_REGULARIZERS 10

/* l1 sum |w| + l2 sum w^2 */
typedef struct nn_regularizer {
    double l1, l2;
    bool present;   /* the user wrote it ... */
    bool inherited; /* ... for a composition around the layer */
} nn_regularizer;

typedef struct nn_rules {
    bool trainable;
    double learning_rate_factor, weight_decay_factor;
    nn_regularizer regularizer[NN_REGULARIZERS];
} nn_rules;

/* What every layer may have beside its own options. */
typedef struct nn_node_options {
    const char *type, *name;
    nn_texts inputs;
    nn_node *branches;
    nn_rules rules;
    nn_regularizer activity; /* of the layer's output */
} nn_node_options;

/* Those of a layer that says nothing. */
nn_rules nn_rules_plain(void);
bool nn_rules_are_plain(const nn_rules *rules);
/* Those of what stands inside a composition: factors multiply, and of two regularizers for the same
 * weights the inner one counts. `pass_on`: they are for layers further inside. */
nn_rules nn_rules_inside(const nn_rules *outer, const nn_rules *inner, bool pass_on);
/* The regularizer that counts for weights of this name ("kernel", "query_bias"); NULL: none. */
const nn_regularizer *nn_rules_regularizer(const nn_rules *rules, const char *weight);
/* A regularizer that the layer itself was given but that is for none of its weights: its key; NULL:
 * there is none. */
const char *nn_rules_unused(const nn_rules *rules, const char *const *weights, int n);

#endif
