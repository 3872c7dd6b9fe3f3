/* Two models in Keras's words, layer by layer. What does not change the function that is computed
 * (initial values, what is trained and how, the rate of dropout) may differ. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "keras.h"

__attribute__((format(printf, 1, 2))) static char *say(const char *format, ...) {
    char *text;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0) nn_panic("out of memory");
    va_end(arguments);
    return text;
}

static bool may_differ(const char *key) {
    return strstr(key, "initializer") || strstr(key, "regularizer") ||
           strcmp(key, "trainable") == 0 || strcmp(key, "rate") == 0;
}

static char *value_text(const json_t *value) {
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : strdup("nothing");
    if (!text) nn_panic("out of memory");
    return text;
}

static char *compare_value(const char *layer, const char *key, const json_t *there,
                           const json_t *here) {
    if (json_equal(there, here)) return NULL;
    char *a = value_text(there), *b = value_text(here);
    char *text = say("layer \"%s\" has %s %s in the checkpoint, %s in the model", layer, key, a, b);
    free(a);
    free(b);
    return text;
}

static const char *text_of(const json_t *layer, const char *key) {
    const char *text = json_string_value(json_object_get(layer, key));
    return text ? text : "";
}

static char *compare_layer(const json_t *there, json_t *here) {
    const char *name = text_of(here, "name"), *key;
    if (strcmp(text_of(there, "name"), name) != 0)
        return say("it has layer \"%s\" (%s) where the model has \"%s\" (%s)",
                   text_of(there, "name"), text_of(there, "class_name"), name,
                   text_of(here, "class_name"));
    if (strcmp(text_of(there, "class_name"), text_of(here, "class_name")) != 0)
        return say("its layer \"%s\" is %s, the model's %s", name, text_of(there, "class_name"),
                   text_of(here, "class_name"));
    json_t *value, *config = json_object_get(here, "config");
    json_object_foreach(config, key, value) {
        char *difference =
            may_differ(key)
                ? NULL
                : compare_value(name, key, json_object_get(json_object_get(there, "config"), key),
                                value);
        if (difference) return difference;
    }
    return compare_value(name, "inputs", json_object_get(there, "inbound_nodes"),
                         json_object_get(here, "inbound_nodes"));
}

static char *compare(const json_t *there, const json_t *here) {
    const json_t *a = json_object_get(json_object_get(there, "config"), "layers"),
                 *b = json_object_get(json_object_get(here, "config"), "layers");
    size_t n = json_array_size(a), m = json_array_size(b);
    for (size_t i = 0; i < n && i < m; i++) {
        char *difference = compare_layer(json_array_get(a, i), json_array_get(b, i));
        if (difference) return difference;
    }
    if (n > m)
        return say("it has layer \"%s\" (%s), the model ends before it",
                   text_of(json_array_get(a, m), "name"),
                   text_of(json_array_get(a, m), "class_name"));
    if (m > n)
        return say("it has no layer \"%s\" (%s), the model has",
                   text_of(json_array_get(b, n), "name"),
                   text_of(json_array_get(b, n), "class_name"));
    return NULL;
}

char *nn_compare_models(const char *file, const nn_model *model, const char *name) {
    json_t *there = json_loads(file, 0, NULL);
    /* written and read again, so that numbers are compared as they are written */
    json_t *built = nn_keras_model(model, name);
    char *text = json_dumps(built, JSON_COMPACT);
    json_t *here = text ? json_loads(text, 0, NULL) : NULL;
    char *difference = compare(there, here);
    json_decref(here);
    json_decref(built);
    json_decref(there);
    free(text);
    return difference;
}
