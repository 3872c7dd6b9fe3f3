#include "tfjs_topology.h"

#include <string.h>

/* The classes of tfjs-layers 4.22 that ours can be. */
static const char *const classes[] = {
#define X(name) #name,
#include "tfjs_classes.def"
#undef X
    NULL};

static bool is_class(const char *class) {
    for (int i = 0; classes[i]; i++)
        if (strcmp(classes[i], class) == 0) return true;
    return false;
}

static nn_status refuse(const char *from, json_t *layer, const char *why, const char *what) {
    return nn_error(NN_BAD_CONFIG, "%s: layer `%s` cannot be said in TensorFlow.js: %s%s", from,
                    json_string_value(json_object_get(layer, "name")), why, what);
}

/* In prediction both are the identity. */
static void plain_dropout(json_t *layer) {
    const char *class = json_string_value(json_object_get(layer, "class_name"));
    if (class && strncmp(class, "SpatialDropout", 14) == 0)
        json_object_set_new(layer, "class_name", json_string("Dropout"));
}

/* Padding by numbers, which Keras has no word for. */
static bool pads_by_numbers(const char *class, const json_t *config) {
    const json_t *padding = json_object_get(config, "padding");
    return padding && !json_is_string(padding) && strncmp(class, "ZeroPadding", 11) != 0;
}

/* A layer, or the one inside a Bidirectional. */
static nn_status check(const char *from, json_t *layer, json_t *config, const char *class) {
    const char *activation = json_string_value(json_object_get(config, "activation"));
    if (!is_class(class)) return refuse(from, layer, "it has no ", class);
    if (strcmp(class, "GRU") == 0 && json_is_true(json_object_get(config, "reset_after")))
        return refuse(from, layer, "its GRU has no reset_after: true", "");
    if (activation && strncmp(activation, "nnmpi>", 6) == 0)
        return refuse(from, layer, "it has no activation ", activation + 6);
    if (pads_by_numbers(class, config)) return refuse(from, layer, "padding by numbers in ", class);
    json_t *inner = json_object_get(config, "layer");
    if (!inner) return NN_OK;
    return check(from, layer, json_object_get(inner, "config"),
                 json_string_value(json_object_get(inner, "class_name")));
}

nn_status nn_tfjs_topology(const char *from, const char *model_config, json_t **topology) {
    json_t *model = json_loads(model_config, 0, NULL), *layer;
    size_t i;
    nn_status status = NN_OK;
    if (!model) return nn_error(NN_BAD_DATA, "%s: model_config is no JSON", from);
    json_array_foreach(json_object_get(json_object_get(model, "config"), "layers"), i, layer) {
        plain_dropout(layer);
        json_t *config = json_object_get(layer, "config");
        const char *class = json_string_value(json_object_get(layer, "class_name"));
        if (status == NN_OK) status = check(from, layer, config, class ? class : "layer");
        json_object_set_new(config, "dtype", json_string("float32"));
    }
    if (status == NN_OK)
        *topology = model;
    else
        json_decref(model);
    return status;
}

void nn_tfjs_weight_name(const nn_tensor *tensor, const nn_layer *layer, nn_buffer *name) {
    const char *weight = tensor->weight, *rest = strchr(weight, '_');
    if (strcmp(layer->ops->kind.name, "bidirectional") != 0 || !rest) {
        nn_buffer_add(name, "%s/%s", tensor->layer, weight);
        return;
    }
    for (const nn_key *key = layer->ops->kind.keys; key->name; key++)
        if (strcmp(key->name, "layer") == 0) {
            const nn_typed *inner = (const void *)((const char *)layer->options + key->offset);
            nn_buffer_add(name, "%s/%.*s_%s/%s", tensor->layer, (int)(rest - weight), weight,
                          inner->kind->name, rest + 1);
        }
}
