/* Where Keras says something otherwise than our tables of keys. One line a difference. */
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

/* [top, bottom, left, right] is [[top, bottom], [left, right]]. */
static void pair(json_t *config, const char *key) {
    json_t *list = json_object_get(config, key), *pairs = json_array();
    if (json_array_size(list) == 4) {
        for (size_t i = 0; i < 4; i += 2)
            json_array_append_new(
                pairs, json_pack("[O, O]", json_array_get(list, i), json_array_get(list, i + 1)));
        json_object_set(config, key, pairs);
    }
    json_decref(pairs);
}

void nn_keras_complete(const char *class, const nn_shape *out, json_t *config) {
    if (strcmp(class, "Reshape") == 0) complete_reshape(config, out);
    if (strcmp(class, "ZeroPadding2D") == 0) pair(config, "padding");
    if (strcmp(class, "Cropping2D") == 0) pair(config, "cropping");
    for (size_t i = 0; i < NN_COUNT(added); i++)
        if (strcmp(added[i].class, class) == 0)
            json_object_set_new(config, added[i].key, json_string(added[i].value));
}

json_t *nn_keras_plain_initializer(const char *class) {
    for (size_t i = 0; i < NN_COUNT(scaled); i++)
        if (strcmp(scaled[i].class, class) == 0)
            return json_pack("{s:s, s:{s:f, s:s, s:s}}", "class_name", "VarianceScaling", "config",
                             "scale", 1.0, "mode", "fan_in", "distribution",
                             scaled[i].distribution);
    return NULL;
}
