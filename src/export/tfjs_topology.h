/* What of Keras's model tfjs-layers understands. */
#ifndef NNMPI_EXPORT_TFJS_TOPOLOGY_H
#define NNMPI_EXPORT_TFJS_TOPOLOGY_H

#include <jansson.h>

#include "nnmpi/model.h"
#include "nnmpi/text.h"

/* model_config as tfjs-layers wants it, a new reference. NN_BAD_CONFIG naming the first layer that
 * it has no counterpart for. `from` is for the message. */
nn_status nn_tfjs_topology(const char *from, const char *model_config, json_t **topology);

/* The name by which tfjs-layers finds a weight: "lstm/kernel", "both/forward_lstm/kernel". */
void nn_tfjs_weight_name(const nn_tensor *tensor, const nn_layer *layer, nn_buffer *name);

#endif
