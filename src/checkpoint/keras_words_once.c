/* Where Keras says something otherwise than our tables of keys. One line a difference. */
#include <stdio.h>
#include <string.h>

#include "keras.h"

/* Options of another name in Keras 2; NULL: it has none. */
static const struct {
    const char *class, *ours, *keras;
} renamed[] = {
    {"LeakyReLU", "negative_slope", "alpha"},
};

/* Options that Keras has and we do not. */
static const struct {
    const char *class, *key, *value;
} added[] = {
    {"Flatten", "data_format", "channels_last"},
};

/* Keras and tfjs-layers write the name of this family in two ways (LecunNormal, LeCunNormal). */
static const struct {
    const char *class, *distribution;
} scaled[] = {
    {"LecunNormal", "normal"},
    {"LecunUniform", "uniform"},
};

#define NN_COUNT(table) (sizeof(table) / sizeof *(table))

const char *nn_keras_key(const char *class, const char *key) {
    for (size_t i = 0; i < NN_COUNT(renamed); i++)
        if (strcmp(renamed[i].class, class) == 0 && strcmp(renamed[i].ours, key) == 0)
            return renamed[i].keras;
    return key;
}

/* Keras infers an axis of -1, tfjs-layers does so only when the batch is known. */
static void complete_reshape(json_t *config, const nn_shape *out) {
    json_t *shape = json_array();
    for (int i = 0; i < out->rank; i++) json_array_append_new(shape, json_integer(out->dim[i]));
    json_object_set_new(config, "target_shape", shape);
}

/* A list of two numbers an axis as Keras writes it: [before, after], or a pair for each axis. */
static json_t *pairs_of(const int64_t *list, int axes) {
    json_t *pairs = json_array();
    for (int i = 0; i < axes; i++)
        json_array_append_new(
            pairs, json_pack("[I, I]", (json_int_t)list[2 * i], (json_int_t)list[2 * i + 1]));
    if (axes > 1) return pairs;
    json_t *pair = json_incref(json_array_get(pairs, 0));
    json_decref(pairs);
    return pair;
}

/* The numbers of a config: one for all, one an axis, or two an axis. */
static void read_pairs(const json_t *value, int axes, int64_t list[6]) {
    int n = json_is_array(value) ? (int)json_array_size(value) : 1;
    for (int i = 0; i < 2 * axes; i++) {
        int k = n == 1 ? 0 : n == axes ? i / 2 : i;
        list[i] =
            json_integer_value(json_is_array(value) ? json_array_get(value, (size_t)k) : value);
    }
}

static void pair(json_t *config, const char *key) {
    int64_t list[6];
    read_pairs(json_object_get(config, key), 2, list);
    json_object_set_new(config, key, pairs_of(list, 2));
}

/* Convolutions, by the axes of their windows. Zeros around the input are what their padding is;
 * not so of pools. */
static const struct {
    const char *class, *pad_class;
    int axes;
} padded[] = {
    {"Conv1D", "ZeroPadding1D", 1},          {"Conv2D", "ZeroPadding2D", 2},
    {"Conv3D", "ZeroPadding3D", 3},          {"DepthwiseConv2D", "ZeroPadding2D", 2},
    {"SeparableConv2D", "ZeroPadding2D", 2},
};

json_t *nn_keras_pad(const char *class, json_t *config, const char **pad_class) {
    const json_t *padding = json_object_get(config, "padding");
    for (size_t i = 0; i < NN_COUNT(padded) && !json_is_string(padding); i++) {
        if (strcmp(padded[i].class, class) != 0) continue;
        int64_t list[6];
        read_pairs(padding, padded[i].axes, list);
        json_object_set_new(config, "padding", json_string("valid"));
        *pad_class = padded[i].pad_class;
        return json_pack("{s:o}", "padding", pairs_of(list, padded[i].axes));
    }
    return NULL;
}

/* A slice that is a crop: of an axis of positions. */
static void complete_slice(const nn_layer *layer, json_t *config) {
    int axes = layer->out.rank - 1;
    int64_t start = json_integer_value(json_object_get(config, "start")), list[6] = {0};
    for (int i = 0; i < axes; i++) {
        int64_t length = layer->in[0].dim[i], left = length - layer->out.dim[i];
        if (left == 0) continue;
        list[2 * i] = start < 0 ? length + start : start;
        list[2 * i + 1] = left - list[2 * i];
    }
    json_object_clear(config);
    json_object_set_new(config, "cropping", pairs_of(list, axes));
}

static bool option(const nn_layer *layer, const char *name) {
    for (const nn_key *key = layer->ops->kind.keys; key && key->name; key++)
        if (key->type == NN_KEY_BOOL && strcmp(key->name, name) == 0)
            return *(const bool *)((const char *)layer->options + key->offset);
    return false;
}

/* Its padding mask is an input here and another kind of thing in Keras. */
bool nn_keras_takes_query(const nn_layer *layer) {
    return strcmp(layer->keras_class, "MultiHeadAttention") == 0 &&
           !option(layer, "use_padding_mask");
}

bool nn_keras_is_causal(const nn_layer *layer) {
    return option(layer, "use_causal_mask");
}

static json_t *batch_shape(const nn_shape *shape) {
    json_t *list = json_pack("[n]");
    for (int i = 0; i < shape->rank; i++) json_array_append_new(list, json_integer(shape->dim[i]));
    return list;
}

/* Masks are arguments of the call; the shapes that it was built for are part of its config. */
static void complete_attention(const nn_layer *layer, json_t *config) {
    int value = layer->n_inputs > 1, key = layer->n_inputs > 2 ? 2 : value;
    json_object_del(config, "use_padding_mask");
    json_object_del(config, "use_causal_mask");
    json_object_set_new(config, "query_shape", batch_shape(&layer->in[0]));
    json_object_set_new(config, "value_shape", batch_shape(&layer->in[value]));
    json_object_set_new(config, "key_shape", batch_shape(&layer->in[key]));
}

void nn_keras_complete(const nn_layer *layer, json_t *config) {
    const char *class = layer->keras_class;
    bool crops = strncmp(class, "Cropping", 8) == 0;
    if (strcmp(class, "Reshape") == 0) complete_reshape(config, &layer->out);
    if (strcmp(class, "ZeroPadding2D") == 0) pair(config, "padding");
    if (crops && strcmp(layer->ops->kind.name, "slice") == 0) complete_slice(layer, config);
    if (crops && strcmp(layer->ops->kind.name, "crop2d") == 0) pair(config, "cropping");
    if (nn_keras_takes_query(layer)) complete_attention(layer, config);
    for (size_t i = 0; i < NN_COUNT(added); i++)
        if (strcmp(added[i].class, class) == 0)
            json_object_set_new(config, added[i].key, json_string(added[i].value));
}

/* Layers inside multi_head_attention, in Keras. */
static const char *const inside[] = {"query_", "key_", "value_", "attention_output_"};

const char *nn_keras_weight(const char *weight, char text[NN_KERAS_WEIGHT_SIZE]) {
    snprintf(text, NN_KERAS_WEIGHT_SIZE, "%s", weight);
    for (size_t i = 0; i < NN_COUNT(inside); i++)
        if (strncmp(weight, inside[i], strlen(inside[i])) == 0) text[strlen(inside[i]) - 1] = '/';
    return text;
}

json_t *nn_keras_plain_initializer(const char *class) {
    for (size_t i = 0; i < NN_COUNT(scaled); i++)
        if (strcmp(scaled[i].class, class) == 0)
            return json_pack("{s:s, s:{s:f, s:s, s:s}}", "class_name", "VarianceScaling", "config",
                             "scale", 1.0, "mode", "fan_in", "distribution",
                             scaled[i].distribution);
    return NULL;
}
