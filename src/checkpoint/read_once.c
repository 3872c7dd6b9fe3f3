/* What a checkpoint says of itself, without its model. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content.h"

static nn_status read_text(nn_store *store, const char *path, const char *name, nn_arena *arena,
                           const char **out) {
    char *text;
    *out = "";
    if (!nn_store_has_attribute(store, path, name)) return NN_OK;
    NN_TRY(nn_store_read_text(store, path, name, &text));
    *out = nn_arena_text(arena, text);
    free(text);
    return NN_OK;
}

static nn_status read_constants(nn_store *store, nn_arena *arena, nn_constants *constants) {
    nn_store_info info;
    if (!nn_store_has(store, "/nnmpi/data/shift")) return NN_OK;
    NN_TRY(nn_store_describe(store, "/nnmpi/data/shift", &info));
    if (info.rank != 1)
        return nn_error(NN_BAD_DATA, "%s: /nnmpi/data/shift: a vector was expected",
                        nn_store_file(store));
    int64_t n = info.dim[0];
    double *shift = NN_NEW_ARRAY(arena, double, n), *factor = NN_NEW_ARRAY(arena, double, n);
    NN_TRY(nn_store_read(store, "/nnmpi/data/shift", NN_F64, n, shift));
    NN_TRY(nn_store_read(store, "/nnmpi/data/factor", NN_F64, n, factor));
    *constants = (nn_constants){.n = n, .shift = shift, .factor = factor};
    return NN_OK;
}

static nn_status read_words(nn_store *store, const char *path, nn_arena *arena, nn_texts *texts) {
    char **words;
    if (!nn_store_has(store, path)) return NN_OK;
    NN_TRY(nn_store_read_words(store, path, &words, &texts->n));
    const char **copy = NN_NEW_ARRAY(arena, const char *, texts->n);
    for (int i = 0; i < texts->n; i++) copy[i] = nn_arena_text(arena, words[i]);
    texts->value = copy;
    free(words);
    return NN_OK;
}

/* batch_input_shape of the first layer, which is an InputLayer: [null, 28, 28]. */
static bool find_input(const json_t *model, nn_shape *input) {
    json_t *layers = json_object_get(json_object_get(model, "config"), "layers");
    json_t *config = json_object_get(json_array_get(layers, 0), "config");
    json_t *shape = json_object_get(config, "batch_input_shape");
    size_t axes = json_array_size(shape);
    *input = (nn_shape){.rank = (int)axes - 1};
    if (axes < 1 || axes > NN_MAX_RANK + 1) return false;
    for (int i = 0; i < input->rank; i++) {
        input->dim[i] = json_integer_value(json_array_get(shape, (size_t)i + 1));
        if (input->dim[i] < 1) return false;
    }
    return true;
}

static nn_texts find_layers(const json_t *model, const char *key, nn_arena *arena) {
    const json_t *layers = json_object_get(json_object_get(model, "config"), "layers");
    int n = json_array_size(layers) > 0 ? (int)json_array_size(layers) - 1 : 0;
    const char **word = NN_NEW_ARRAY(arena, const char *, n);
    for (int i = 0; i < n; i++) {
        const json_t *layer = json_array_get(layers, (size_t)i + 1);
        const char *text = json_string_value(json_object_get(layer, key));
        word[i] = nn_arena_text(arena, text ? text : "");
    }
    return (nn_texts){n, word};
}

static nn_status read_model(nn_store *store, nn_arena *arena, nn_checkpoint_about *about) {
    char *text;
    NN_TRY(nn_store_read_text(store, "/", "model_config", &text));
    json_t *model = json_loads(text, 0, NULL);
    bool good = find_input(model, &about->input);
    const char *name = json_string_value(json_object_get(json_object_get(model, "config"), "name"));
    about->name = nn_arena_text(arena, name ? name : "");
    about->layers = find_layers(model, "name", arena);
    about->layer_classes = find_layers(model, "class_name", arena);
    json_decref(model);
    free(text);
    return good ? NN_OK
                : nn_error(NN_BAD_DATA, "%s: model_config does not say the shape of the input",
                           nn_store_file(store));
}

static nn_status read_about(nn_store *store, nn_arena *arena, nn_checkpoint_about *about) {
    NN_TRY(nn_store_read_int(store, "/nnmpi", "format_version", &about->format));
    NN_TRY(read_text(store, "/nnmpi", "nnmpi_version", arena, &about->version));
    NN_TRY(read_text(store, "/nnmpi", "precision", arena, &about->precision));
    NN_TRY(read_text(store, "/nnmpi", "config_yaml", arena, &about->config_yaml));
    NN_TRY(read_text(store, "/nnmpi/state/optimizer", "type", arena, &about->optimizer));
    NN_TRY(read_model(store, arena, about));
    NN_TRY(read_constants(store, arena, &about->constants));
    if (nn_store_has(store, "/nnmpi/data/fingerprints"))
        NN_TRY(nn_store_read(store, "/nnmpi/data/fingerprints", NN_U64, NN_SPLITS,
                             about->fingerprint));
    NN_TRY(read_words(store, "/nnmpi/data/vocabulary", arena, &about->vocabulary));
    NN_TRY(read_words(store, "/nnmpi/data/class_names", arena, &about->class_names));
    return nn_content_read_state(store, &about->state, arena);
}

nn_status nn_checkpoint_read_about(const char *path, bool verify, nn_arena *arena,
                                   nn_checkpoint_about *about) {
    nn_store *store;
    *about = (nn_checkpoint_about){0};
    NN_TRY(verify ? nn_checkpoint_open(&store, path) : nn_store_open(&store, path));
    nn_status status = read_about(store, arena, about);
    nn_status closed = nn_store_close(store);
    if (status == NN_NO_INPUT) status = NN_BAD_DATA; /* what is missing is damage */
    return status != NN_OK ? status : closed;
}

const char *nn_checkpoint_follow(const char *path, nn_arena *arena) {
    char target[4096];
    const char *slash = strrchr(path, '/');
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n <= 0) return path;
    target[n] = '\0';
    if (strchr(target, '/')) return path;
    return nn_arena_format(arena, "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, target);
}

static bool has(const char *folder, const char *file, nn_arena *arena) {
    struct stat about;
    return stat(nn_arena_format(arena, "%s/%s", folder, file), &about) == 0;
}

/* There is no such link to a checkpoint: its file is gone; it is a run that has none, the folder of
 * a sweep, or any other. */
static nn_status refuse_folder(const char *folder, const char *link, nn_arena *arena) {
    const char *path = nn_arena_format(arena, "%s/%s", folder, link);
    const char *target = nn_checkpoint_follow(path, arena);
    if (target != path)
        return nn_error(NN_NO_INPUT, "%s is a link to %s, which is not there", path,
                        target + strlen(folder) + 1);
    if (has(folder, "latest.h5", arena))
        return nn_error(NN_NO_INPUT,
                        "%s: there is no %s in this folder: the run had no checkpoint.best", folder,
                        link);
    if (has(folder, "sweep.json", arena))
        return nn_error(NN_NO_INPUT,
                        "%s: this is the folder of a sweep; name one of its trials, such as "
                        "%s/trial_000",
                        folder, folder);
    if (has(folder, "summary.json", arena))
        return nn_error(
            NN_NO_INPUT,
            "%s: the run has ended, and has no checkpoint here: see `checkpoint` in its "
            "config.yaml",
            folder);
    if (has(folder, "config.yaml", arena))
        return nn_error(NN_NO_INPUT, "%s: the run has no checkpoint yet", folder);
    return nn_error(NN_NO_INPUT, "%s: there is no %s in this folder; is it a run folder?", folder,
                    link);
}

nn_status nn_checkpoint_locate(const char *given, bool best, nn_arena *arena, const char **path) {
    struct stat about;
    *path = nn_arena_text(arena, given);
    if (stat(given, &about) != 0)
        return nn_error(NN_NO_INPUT, "%s: there is no such file or run folder", given);
    bool folder = S_ISDIR(about.st_mode);
    if (best && !folder)
        return nn_error(NN_USAGE, "--best chooses in a run folder, but %s is a file", given);
    const char *link = best ? "best.h5" : "latest.h5";
    if (folder) *path = nn_arena_format(arena, "%s/%s", given, link);
    if (stat(*path, &about) == 0) return NN_OK;
    if (errno == EACCES) return nn_error(NN_NO_INPUT, "%s: %s", *path, strerror(errno));
    return refuse_folder(given, link, arena);
}

nn_status nn_checkpoint_read_config(const char *given, bool best, nn_arena *arena,
                                    const char **path, char **text) {
    nn_checkpoint_about about;
    NN_TRY(nn_checkpoint_locate(given, best, arena, path));
    if (nn_ends(*path, ".yaml") || nn_ends(*path, ".yml"))
        return nn_error(
            NN_BAD_DATA,
            "%s: this is a configuration; the run folder that training made of it, or a "
            "checkpoint in there, is expected",
            *path);
    NN_TRY(nn_checkpoint_read_about(*path, true, arena, &about));
    if (!*about.config_yaml)
        return nn_error(NN_BAD_DATA, "%s: the checkpoint has no configuration", *path);
    *text = strdup(about.config_yaml);
    nn_assert(*text);
    return NN_OK;
}
