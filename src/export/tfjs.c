/* TensorFlow.js: model.json with the Keras topology of the checkpoint and a list of weights, whose
 * numbers are beside it in files of 4 MB.
 *
 * The weights' files carry a hash in their names, and model.json is written last: at any instant
 * the folder holds one whole model. Everything is float32. tfjs-layers has no layer for
 * normalisation: the model wants its inputs normalised, and userDefinedMetadata says how. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exported.h"
#include "nnmpi/file.h"
#include "nnmpi/hash.h"
#include "tfjs_topology.h"

#define SHARD_BYTES ((int64_t)4 << 20)

/* All weights one after the other, in the order of the list. */
typedef struct nn_tfjs_weights {
    json_t *list;
    float *x;
    int64_t n;
    const nn_model *model;
} nn_tfjs_weights;

static void add_tensor(nn_tfjs_weights *w, const nn_tensor *t, const nn_real *x,
                       const nn_layer *layer) {
    nn_buffer name = {0};
    json_t *shape = json_array();
    nn_tfjs_weight_name(t, layer, &name);
    for (int i = 0; i < t->shape.rank; i++)
        json_array_append_new(shape, json_integer(t->shape.dim[i]));
    json_array_append_new(w->list, json_pack("{s:s, s:o, s:s}", "name", name.text, "shape", shape,
                                             "dtype", "float32"));
    for (int64_t i = 0; i < t->size; i++) w->x[w->n++] = (float)x[t->offset + i];
    nn_buffer_free(&name);
}

static void add_vertex(nn_tfjs_weights *w, const nn_vertex *v) {
    const nn_model *m = w->model;
    for (int i = 0; i < v->layer->n_params; i++)
        add_tensor(w, &m->param[v->param[i]], m->W, v->layer);
    for (int i = 0; i < v->layer->n_state; i++)
        add_tensor(w, &m->state[v->state[i]], m->S, v->layer);
}

static nn_tfjs_weights weights_of(const nn_model *m) {
    nn_tfjs_weights w = {.list = json_array(), .model = m};
    w.x = malloc((size_t)(m->size + m->state_size + 1) * sizeof *w.x);
    if (!w.x) nn_panic("out of memory");
    for (int v = 0; v < m->n_vertices; v++)
        if (m->vertex[v].shares < 0) add_vertex(&w, &m->vertex[v]);
    return w;
}

/* ---- files ---- */

static nn_status write_file(const char *path, const void *bytes, size_t length, bool force) {
    nn_outfile *file;
    NN_TRY(nn_outfile_open(&file, path, force));
    nn_outfile_write(file, bytes, length);
    return nn_outfile_close(file, NN_OK);
}

/* Files of weights; *paths: their names. */
static nn_status write_shards(const nn_tfjs_weights *w, const char *folder, const char *prefix,
                              json_t *paths) {
    int64_t bytes = w->n * (int64_t)sizeof *w->x, shards = (bytes + SHARD_BYTES - 1) / SHARD_BYTES;
    nn_status status = NN_OK;
    for (int64_t k = 0; k < shards && status == NN_OK; k++) {
        int64_t at = k * SHARD_BYTES, length = bytes - at < SHARD_BYTES ? bytes - at : SHARD_BYTES;
        nn_buffer name = {0}, path = {0};
        nn_buffer_add(&name, "%s-%lldof%lld.bin", prefix, (long long)k + 1, (long long)shards);
        nn_buffer_add(&path, "%s/%s", folder, name.text);
        status = write_file(path.text, (const char *)w->x + at, (size_t)length, true);
        json_array_append_new(paths, json_string(name.text));
        nn_buffer_free(&name);
        nn_buffer_free(&path);
    }
    return status;
}

/* weights-<16 digits of a hash>-<k>of<n>.bin */
static bool is_shard(const char *name) {
    int at = 0, k, n;
    uint64_t hash;
    return sscanf(name, "weights-%16" SCNx64 "-%dof%d.bin%n", &hash, &k, &n, &at) == 3 && at > 0 &&
           name[at] == '\0' && name[24] == '-';
}

/* Weights of a model that was here before. */
static void remove_others(const char *folder, const char *prefix) {
    DIR *open = opendir(folder);
    for (struct dirent *entry; open && (entry = readdir(open));) {
        const char *name = entry->d_name;
        if (!is_shard(name)) continue;
        if (strncmp(name, prefix, strlen(prefix)) == 0) continue;
        nn_buffer path = {0};
        nn_buffer_add(&path, "%s/%s", folder, name);
        remove(path.text);
        nn_buffer_free(&path);
    }
    if (open) closedir(open);
}

/* ---- model.json ---- */

static json_t *words(const nn_texts *texts) {
    json_t *list = json_array();
    for (int i = 0; i < texts->n; i++) {
        json_t *word = json_string(texts->value[i]);
        json_array_append_new(list, word ? word : json_null()); /* no UTF-8 */
    }
    return list;
}

static json_t *numbers(int64_t n, const double *x) {
    json_t *list = json_array();
    for (int64_t i = 0; i < n; i++) json_array_append_new(list, json_real(x[i]));
    return list;
}

/* How inputs are made of the numbers in the data, and what classes and ids are called. */
static json_t *about(const nn_exported *e) {
    json_t *object = json_pack("{s:f, s:o, s:o}", "scale", e->scale, "shift",
                               numbers(e->constants.n, e->constants.shift), "factor",
                               numbers(e->constants.n, e->constants.factor));
    json_object_set_new(object, "inputs", json_string("(x * scale - shift) * factor"));
    if (e->class_names.n) json_object_set_new(object, "class_names", words(&e->class_names));
    if (e->vocabulary.n) json_object_set_new(object, "vocabulary", words(&e->vocabulary));
    return object;
}

static nn_status write_model(const nn_exported *e, const char *path, json_t *topology,
                             json_t *paths, json_t *weights, bool force) {
    json_t *model = json_pack("{s:s, s:s, s:n, s:{s:s, s:s, s:O}, s:[{s:O, s:O}], s:o}", "format",
                              "layers-model", "generatedBy", "nnmpi " NNMPI_VERSION, "convertedBy",
                              "modelTopology", "keras_version", "2.15.0", "backend", "tensorflow",
                              "model_config", topology, "weightsManifest", "paths", paths,
                              "weights", weights, "userDefinedMetadata", about(e));
    char *text = model ? json_dumps(model, JSON_COMPACT) : NULL;
    if (!text) nn_panic("out of memory");
    nn_status status = write_file(path, text, strlen(text), force);
    free(text);
    json_decref(model);
    return status;
}

static nn_status prepare(const char *folder, const char *model, bool force) {
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return nn_error(NN_CANNOT_WRITE, "%s: cannot be created: %s", folder, strerror(errno));
    struct stat there;
    if (stat(folder, &there) != 0 || !S_ISDIR(there.st_mode))
        return nn_error(NN_CANNOT_WRITE, "%s: it is no folder", folder);
    return nn_file_may_write(model, force);
}

static nn_status write_all(const nn_exported *e, const char *folder, const char *model, bool force,
                           json_t *topology) {
    NN_TRY(prepare(folder, model, force));
    nn_tfjs_weights w = weights_of(e->model);
    json_t *paths = json_array();
    char prefix[64];
    snprintf(prefix, sizeof prefix, "weights-%016llx",
             (unsigned long long)nn_hash(w.x, (size_t)w.n * sizeof *w.x));
    nn_status status = write_shards(&w, folder, prefix, paths);
    if (status == NN_OK) status = write_model(e, model, topology, paths, w.list, force);
    if (status == NN_OK) remove_others(folder, prefix);
    json_decref(w.list);
    json_decref(paths);
    free(w.x);
    return status;
}

nn_status nn_export_tfjs(const nn_exported *e, const char *folder, bool force) {
    nn_buffer model = {0};
    json_t *topology;
    NN_TRY(nn_tfjs_topology(e->from, e->model_config, &topology));
    nn_buffer_add(&model, "%s/model.json", folder);
    nn_status status = write_all(e, folder, model.text, force, topology);
    nn_buffer_free(&model);
    json_decref(topology);
    return status;
}
