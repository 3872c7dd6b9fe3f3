/* Which key of the configuration named the data that are not there. */
#include <string.h>

#include "nnmpi/train.h"
#include "blame.h"

/* Is the message about one of these files? Which: its number, or -1. */
static int file_of(const char *message, const nn_texts *files) {
    for (int i = 0; i < files->n; i++) {
        const char *file = files->value[i];
        if (nn_begins(message, file) && message[strlen(file)] == ':') return i;
    }
    return -1;
}

/* Is the message that there is no data set of this name? */
static bool is_missing(const char *message, const char *name) {
    const char *at = strstr(message, ": there is no data set "), *rest = strrchr(message, ';');
    size_t length = name ? strlen(name) : 0;
    if (!at || length == 0) return false;
    at += strlen(": there is no data set ");
    return strncmp(at, name, length) == 0 && (at[length] == '\0' || at + length == rest);
}

/* The key of this source that the message is about; NULL: none. */
static const nn_node *find_in(const nn_node *section, const nn_source *source,
                              const char *message) {
    const struct {
        const char *key, *name;
    } named[] = {
        {"inputs", source->inputs}, {"targets", source->targets}, {"weights", source->weights}};
    const struct {
        const char *key;
        const nn_texts *files;
    } files[] = {{"file", &source->file}, {"target_file", &source->target_file}};
    for (int i = 0; i < 3; i++)
        if (is_missing(message, named[i].name)) return nn_node_child(section, named[i].key);
    for (int i = 0; i < 2; i++) {
        int at = file_of(message, files[i].files);
        const nn_node *node = at < 0 ? NULL : nn_node_child(section, files[i].key);
        for (const nn_node *item = node ? node->first : NULL; item && at >= 0; item = item->next)
            if (at-- == 0) return item;
        if (node) return node;
    }
    return NULL;
}

nn_status nn_blame_data(nn_document *document, const nn_data_options *options, nn_status status) {
    const nn_node *data = nn_node_child(nn_document_root(document), "data");
    if (status != NN_NO_INPUT || !*nn_error_message()) return status;
    for (int split = 0; data && split < NN_SPLITS; split++) {
        const nn_node *section = nn_node_child(data, nn_split_name[split]);
        const nn_node *key =
            section && section->type == NN_NODE_MAP
                ? find_in(section, nn_source_of(options, (nn_split)split), nn_error_message())
                : NULL;
        if (key) return nn_error_add(status, "\n  (%s)", nn_config_place(document, key));
    }
    return status;
}
