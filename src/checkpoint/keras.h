/* The model in Keras's words: the JSON of attribute model_config (Keras 2, class Functional).
 *
 * A layer's config comes from its table of keys, because the keys of layers are Keras's. What Keras
 * says otherwise is in keras_words.c. */
#ifndef NNMPI_CHECKPOINT_KERAS_H
#define NNMPI_CHECKPOINT_KERAS_H

#include <jansson.h>

#include "nnmpi/model.h"

#define nn_keras_model NN_REAL_NAME(nn_keras_model)
#define nn_keras_number NN_REAL_NAME(nn_keras_number)
#define nn_keras_config NN_REAL_NAME(nn_keras_config)
#define nn_keras_activation NN_REAL_NAME(nn_keras_activation)
#define nn_keras_initializer NN_REAL_NAME(nn_keras_initializer)

/* {"class_name": "Functional", "config": ...}: a new reference. */
json_t *nn_keras_model(const nn_model *model, const char *name);

/* node[v]: which inbound node of its layer vertex v is. split[v]: the output of the layer that v
 * owns is that of another Keras layer right after it. */
void nn_keras_number(const nn_model *model, const bool *split, int *node);

/* The options that `keys` describe as an object, under the names that Keras class `class` has for
 * them. A new reference. */
json_t *nn_keras_config(const nn_key *keys, const void *options, const char *class);
/* The word for an activation as an option of a layer ("relu"); NULL if Keras has none for it with
 * these options. */
const char *nn_keras_activation(const nn_typed *activation);
/* {"class_name": "GlorotUniform", "config": {}}: a new reference. */
json_t *nn_keras_initializer(const nn_typed *initializer);

/* keras_words_once.c */

/* Keras's word for the option `key` of `class`; NULL: Keras has no such option. */
const char *nn_keras_key(const char *class, const char *key);
/* Makes of the options in `config` what Keras wants to be told of the layer. */
void nn_keras_complete(const nn_layer *layer, json_t *config);
/* Takes numeric padding off the config of a convolution: the config of the layer that does it
 * before, a new reference, and its class; NULL: there is none. */
json_t *nn_keras_pad(const char *class, json_t *config, const char **pad_class);
/* Keras calls the layer with a query and other arguments by name; with a causal mask. */
bool nn_keras_takes_query(const nn_layer *layer);
bool nn_keras_is_causal(const nn_layer *layer);
/* The path of a weight in its layer: "query_kernel" is "query/kernel". Returns text. */
#define NN_KERAS_WEIGHT_SIZE 64
const char *nn_keras_weight(const char *weight, char text[NN_KERAS_WEIGHT_SIZE]);
/* An initializer that other readers of Keras files do not know by its class: the same under a name
 * that all know, a new reference; NULL: its own name will do. */
json_t *nn_keras_plain_initializer(const char *class);

#endif
