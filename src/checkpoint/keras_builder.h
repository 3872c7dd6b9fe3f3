/* The list of Keras layers while it is made. Its entries belong to owners: the vertices that have
 * weights of their own, of which those that share them are further uses. */
#ifndef NNMPI_CHECKPOINT_KERAS_BUILDER_H
#define NNMPI_CHECKPOINT_KERAS_BUILDER_H

#include "keras.h"

#define nn_keras_connect NN_REAL_NAME(nn_keras_connect)
#define nn_keras_owner NN_REAL_NAME(nn_keras_owner)

typedef struct nn_keras_builder {
    const nn_model *model;
    json_t *layers;
    json_t **nodes;       /* by owner: inbound_nodes of its layer, borrowed */
    json_t **after_nodes; /* by owner: those of the activation split off */
    json_t **pad_nodes;   /* by owner: those of the padding before it */
    const char **pad;     /* by owner: the layer that pads its input; NULL: none */
    const char **output;  /* by owner: the Keras layer whose output it is */
    bool *split;          /* by owner: that is the layer of its activation */
    int *node;            /* by vertex: which of them it is */
    nn_arena *arena;
} nn_keras_builder;

int nn_keras_owner(const nn_model *model, int v);
/* Writes the inbound node of vertex v, and those of the layers before and after it. */
void nn_keras_connect(nn_keras_builder *b, int v);

#endif
