/* The keys of the section `model:` and those that every layer may have. */
#include "nnmpi/model.h"

const nn_key nn_model_keys[] = {
    {"layers", NN_KEY_NODE, offsetof(nn_model_options, layers), .required = true,
     .help = "the list of layers: a composition, read from first to last"},
    {"init_from", NN_KEY_PATH, offsetof(nn_model_options, init_from),
     .help = "a checkpoint (or a Keras .h5 file) to take weights from, by name"},
    {0}};

const nn_key nn_node_keys[] = {
    {"type", NN_KEY_TEXT, offsetof(nn_node_options, type), .required = true,
     .help = "which layer: `nnmpi help layers` lists them"},
    {"name", NN_KEY_TEXT, offsetof(nn_node_options, name),
     .help = "a name of its own; by default its type and a number"},
    {"inputs", NN_KEY_TEXTS, offsetof(nn_node_options, inputs),
     .help = "names of the layers it reads; `input` is the data; by default the layer before it"},
    {"branches", NN_KEY_NODE, offsetof(nn_node_options, branches),
     .help = "for concat, add, multiply: lists of layers side by side; [] is the identity"},
    {"trainable", NN_KEY_BOOL, offsetof(nn_node_options, trainable), .preset = "true",
     .help = "false: its weights stay as they are"},
    {0}};
