/* The keys of the section `model:` and those that every layer may have. */
#include "nnmpi/model.h"

#include "rules.h"

const nn_key nn_model_keys[] = {
    {"layers", NN_KEY_NODE, offsetof(nn_model_options, layers), .required = true,
     .help = "the list of layers: a composition, read from first to last"},
    {"init_from", NN_KEY_PATH, offsetof(nn_model_options, init_from),
     .help = "a checkpoint, a Keras .h5 file or safetensors, to take weights from by name"},
    {0}};

static const nn_key regularizer_keys[] = {
    {"l1", NN_KEY_REAL, offsetof(nn_regularizer, l1), .preset = "0", .min = 0, .max = 1e30,
     .help = "times the sum of |w|, added to the loss"},
    {"l2", NN_KEY_REAL, offsetof(nn_regularizer, l2), .preset = "0", .min = 0, .max = 1e30,
     .help = "times the sum of w^2, added to the loss"},
    {0}};

static const nn_key activity_keys[] = {
    {"l1", NN_KEY_REAL, offsetof(nn_regularizer, l1), .preset = "0", .min = 0, .max = 1e30,
     .help = "times the sum of |z|, mean over samples, added to the loss"},
    {"l2", NN_KEY_REAL, offsetof(nn_regularizer, l2), .preset = "0", .min = 0, .max = 1e30,
     .help = "times the sum of z^2, mean over samples, added to the loss"},
    {0}};

/* i: its place in rules_once.c. */
#define REGULARIZER(name_, i, text)                                                                \
    {                                                                                              \
        name_, NN_KEY_MAP, offsetof(nn_node_options, rules.regularizer[i]),                        \
            .keys = regularizer_keys, .present = offsetof(nn_regularizer, present),                \
            .help = "penalty on " text                                                             \
    }

const nn_key nn_node_keys[] = {
    {"type", NN_KEY_TEXT, offsetof(nn_node_options, type), .required = true,
     .help = "which layer: `nnmpi help layers` lists them"},
    {"name", NN_KEY_TEXT, offsetof(nn_node_options, name),
     .help = "a name of its own; by default its type and a number"},
    {"inputs", NN_KEY_TEXTS, offsetof(nn_node_options, inputs),
     .help = "names of the layers it reads; `input` is the data; by default the layer before it"},
    {"branches", NN_KEY_NODE, offsetof(nn_node_options, branches),
     .help = "for concat, add, multiply: lists of layers side by side; [] is the identity"},
    {"trainable", NN_KEY_BOOL, offsetof(nn_node_options, rules.trainable), .preset = "true",
     .help = "false: its weights stay as they are, and batch_norm uses its running averages"},
    {"learning_rate_factor", NN_KEY_REAL, offsetof(nn_node_options, rules.learning_rate_factor),
     .preset = "1", .min = 0, .max = 1e6,
     .help = "of its weights: times the learning rate; 0: as trainable: false"},
    {"weight_decay_factor", NN_KEY_REAL, offsetof(nn_node_options, rules.weight_decay_factor),
     .preset = "1", .min = 0, .max = 1e6,
     .help = "of its weights: times the optimizer's weight_decay; 0: none"},
    REGULARIZER("regularizer", 9, "all kernels and embeddings that have none of their own"),
    REGULARIZER("recurrent_regularizer", 0, "recurrent kernels"),
    REGULARIZER("depthwise_regularizer", 1, "depthwise kernels"),
    REGULARIZER("pointwise_regularizer", 2, "pointwise kernels"),
    REGULARIZER("kernel_regularizer", 3, "the other kernels"),
    REGULARIZER("embeddings_regularizer", 4, "embeddings"),
    REGULARIZER("bias_regularizer", 5, "biases"),
    REGULARIZER("gamma_regularizer", 6, "the gamma of a normalisation"),
    REGULARIZER("beta_regularizer", 7, "the beta of a normalisation"),
    REGULARIZER("alpha_regularizer", 8, "the alpha of prelu"),
    {"activity_regularizer", NN_KEY_MAP, offsetof(nn_node_options, activity), .keys = activity_keys,
     .present = offsetof(nn_regularizer, present), .help = "penalty on what the layer gives"},
    {0}};
