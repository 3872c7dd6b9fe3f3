/* init_from: weights by layer and name, from a checkpoint, any Keras .h5 file, or safetensors. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "content.h"
#include "keras.h"
#include "nnmpi/text.h"
#include "safetensors.h"

/* "dense/kernel:0", "lstm/lstm_cell/kernel:0" and "kernel" are all the weight `kernel`. */
static bool ends_in(const char *path, const char *weight) {
    size_t n = strcspn(path, ":"), m = strlen(weight); /* of names of layers no part has a colon */
    return m <= n && strncmp(path + n - m, weight, m) == 0 && (m == n || path[n - m - 1] == '/');
}

/* Of the last part of the path that names a direction: is it this one? */
static bool goes(const char *path, const char *way) {
    const char *found = NULL;
    for (const char *part = path; part; part = strchr(part + 1, '/'))
        if (strncmp(part, "/forward_", 9) == 0 || strncmp(part, "/backward_", 10) == 0)
            found = part + 1;
    return found && strncmp(found, way, strlen(way)) == 0;
}

/* "bidirectional/forward_lstm/lstm_cell/kernel:0" is the weight forward_kernel. */
static bool is_one_way(const char *path, const char *weight) {
    static const char *const way[] = {"forward_", "backward_"};
    for (int i = 0; i < 2; i++)
        if (strncmp(weight, way[i], strlen(way[i])) == 0)
            return goes(path, way[i]) && ends_in(path, weight + strlen(way[i]));
    return false;
}

/* Under our name, or under Keras's. */
static bool is_weight(const char *path, const char *weight) {
    char keras[NN_KERAS_WEIGHT_SIZE];
    return ends_in(path, weight) || ends_in(path, nn_keras_weight(weight, keras)) ||
           is_one_way(path, weight);
}

typedef struct nn_search {
    const char *weight;
    char *path; /* found */
} nn_search;

static nn_status look_at(void *context, nn_store *store, const char *path, bool is_group) {
    nn_search *search = context;
    if (!is_group && !search->path && is_weight(path, search->weight)) search->path = strdup(path);
    return NN_OK;
}

/* The data set of a weight, by malloc; NULL if there is none. */
static nn_status find_weight(nn_store *store, const nn_tensor *tensor, char **path) {
    static const char *const roots[] = {"/model_weights", ""};
    nn_search search = {.weight = tensor->weight};
    nn_status status = NN_OK;
    for (int i = 0; i < 2 && !search.path && status == NN_OK; i++) {
        nn_buffer group = {0};
        nn_buffer_add(&group, "%s/%s", roots[i], tensor->layer);
        if (nn_store_is_group(store, group.text))
            status = nn_store_walk(store, group.text, look_at, &search);
        nn_buffer_free(&group);
    }
    *path = search.path;
    return status;
}

/* The message for a weight of `rank` axes `dim` where the model has others. */
static nn_status wrong_shape(const char *file, const char *path, int rank, const int64_t *dim,
                             const nn_tensor *tensor) {
    char here[NN_SHAPE_TEXT_SIZE];
    nn_buffer there = {0};
    for (int i = 0; i < rank; i++)
        nn_buffer_add(&there, "%s%lld", i ? ", " : "", (long long)dim[i]);
    nn_status status = nn_error(NN_BAD_CONFIG, "%s: %s has shape (%s), %s of the model %s", file,
                                path, there.text ? there.text : "", tensor->name,
                                nn_shape_text(&tensor->shape, here, sizeof here));
    nn_buffer_free(&there);
    return status;
}

static bool same_shape(int rank, const int64_t *dim, const nn_tensor *tensor) {
    bool same = rank == tensor->shape.rank;
    for (int i = 0; same && i < rank; i++) same = dim[i] == tensor->shape.dim[i];
    return same;
}

static nn_status take(nn_store *store, const char *path, const nn_tensor *tensor,
                      nn_real *numbers) {
    nn_store_info info;
    NN_TRY(nn_store_describe(store, path, &info));
    if (same_shape(info.rank, info.dim, tensor))
        return nn_store_read(store, path, NN_REAL_DTYPE, tensor->size, numbers + tensor->offset);
    return wrong_shape(nn_store_file(store), path, info.rank, info.dim, tensor);
}

static nn_status take_all(nn_store *store, const nn_tensor *tensor, int n, nn_real *numbers,
                          int *found) {
    for (int i = 0; i < n; i++) {
        char *path;
        nn_status status = find_weight(store, &tensor[i], &path);
        if (status == NN_OK && path) status = take(store, path, &tensor[i], numbers);
        *found += path != NULL;
        free(path);
        NN_TRY(status);
    }
    return NN_OK;
}

static nn_status open_any(nn_store **store, const char *path) {
    bool ours;
    NN_TRY(nn_store_open(store, path));
    ours = nn_store_is_group(*store, "/nnmpi/checksums");
    if (!ours) return NN_OK;
    nn_store_close(*store);
    return nn_checkpoint_open(store, path);
}

/* ---- safetensors ---- */

/* "dense/kernel" and "dense.kernel", "both.forward_lstm.kernel": parts end at dots too. */
static bool is_saved_weight(const char *name, const nn_tensor *tensor) {
    size_t n = strlen(tensor->layer);
    if (strncmp(name, tensor->layer, n) != 0 || (name[n] != '/' && name[n] != '.')) return false;
    nn_buffer path = {0};
    nn_buffer_add(&path, "/%s", name + n + 1);
    for (char *c = path.text; *c; c++)
        if (*c == '.') *c = '/';
    bool is = is_weight(path.text, tensor->weight);
    nn_buffer_free(&path);
    return is;
}

static nn_status take_saved(nn_safetensors *file, const char *path, const nn_tensor *tensor, int n,
                            nn_real *numbers, int *found) {
    for (int i = 0; i < n; i++)
        for (int k = 0; k < nn_safetensors_count(file); k++) {
            const nn_shape *shape = nn_safetensors_shape(file, k);
            if (!is_saved_weight(nn_safetensors_name(file, k), &tensor[i])) continue;
            if (!same_shape(shape->rank, shape->dim, &tensor[i]))
                return wrong_shape(path, nn_safetensors_name(file, k), shape->rank, shape->dim,
                                   &tensor[i]);
            NN_TRY(nn_safetensors_read(file, k, NN_REAL_DTYPE, numbers + tensor[i].offset));
            (*found)++;
            break;
        }
    return NN_OK;
}

/* ---- nothing found ---- */

/* The names in a file. */
typedef struct nn_names {
    int n, room;
    char **name;
} nn_names;

static void add_name(nn_names *names, const char *name) {
    if (names->n == names->room) {
        names->room = 2 * names->room + 64;
        names->name = realloc(names->name, (size_t)names->room * sizeof *names->name);
        if (!names->name) nn_panic("out of memory");
    }
    names->name[names->n++] = strdup(name);
}

static nn_status add_path(void *names, nn_store *store, const char *path, bool is_group) {
    static const char root[] = "/model_weights/";
    bool below = strncmp(path, root, sizeof root - 1) == 0;
    if (!is_group && strncmp(path, "/nnmpi/", 7) != 0)
        add_name(names, below ? path + sizeof root - 1 : path + 1);
    return NN_OK;
}

/* A layer of PyTorch: NAME.weight. */
static const char *of_pytorch(const nn_names *names) {
    for (int i = 0; i < names->n; i++) {
        size_t n = strlen(names->name[i]);
        if (n > 7 && strcmp(names->name[i] + n - 7, ".weight") == 0) return names->name[i];
    }
    return NULL;
}

/* Says what was looked for and what is nearest; frees the names. */
static nn_status nothing_found(const nn_model *model, const char *path, nn_names *names) {
    const char *wanted = model->n_params ? model->param[0].name : "any";
    const char *near = nn_nearest_word(wanted, (const char *const *)names->name, names->n);
    const char *torch = of_pytorch(names);
    if (!near && names->n) near = names->name[0];
    nn_status status;
    if (torch)
        status = nn_error(NN_BAD_DATA,
                          "%s: no weights with the names of this model: %s is PyTorch's, whose "
                          "kernels are transposed; save them as LAYER/kernel in Keras's shape",
                          path, torch);
    else
        status = nn_error(
            NN_BAD_DATA, "%s: no weights with the names of this model, such as %s; %s%s", path,
            wanted, near ? "the nearest there is " : "there are none at all", near ? near : "");
    for (int i = 0; i < names->n; i++) free(names->name[i]);
    free(names->name);
    return status;
}

static nn_status load_saved(nn_model *model, const char *path, int *found) {
    nn_safetensors *file;
    nn_names names = {0};
    NN_TRY(nn_safetensors_open(&file, path));
    nn_status status = take_saved(file, path, model->param, model->n_params, model->W, found);
    if (status == NN_OK)
        status = take_saved(file, path, model->state, model->n_state, model->S, found);
    if (status == NN_OK && *found == 0) {
        for (int k = 0; k < nn_safetensors_count(file); k++)
            add_name(&names, nn_safetensors_name(file, k));
        status = nothing_found(model, path, &names);
    }
    nn_safetensors_close(file);
    return status;
}

static nn_status load(nn_model *model, const char *path, int *found) {
    nn_store *store;
    nn_names names = {0};
    if (nn_safetensors_looks_so(path)) return load_saved(model, path, found);
    NN_TRY(open_any(&store, path));
    nn_status status = take_all(store, model->param, model->n_params, model->W, found);
    if (status == NN_OK) status = take_all(store, model->state, model->n_state, model->S, found);
    if (status == NN_OK && *found == 0) {
        nn_store_walk(store, "/", add_path, &names);
        status = nothing_found(model, path, &names);
    }
    nn_store_close(store);
    return status;
}

/* Of a run folder latest.h5. */
static nn_status load_any(nn_model *model, const char *given, int *found) {
    struct stat about;
    nn_arena *arena = nn_arena_create();
    const char *path = given;
    nn_status status = NN_OK;
    if (stat(given, &about) == 0 && S_ISDIR(about.st_mode))
        status = nn_checkpoint_locate(given, false, arena, &path);
    if (status == NN_OK) status = load(model, path, found);
    nn_arena_destroy(arena);
    return status;
}

nn_status nn_checkpoint_load_weights(nn_model *model, const char *path, nn_comm *comm, int *found) {
    *found = 0;
    NN_TRY(nn_comm_agree(comm, nn_comm_rank(comm) == 0 ? load_any(model, path, found) : NN_OK));
    nn_comm_broadcast(comm, model->W, model->size * (int64_t)sizeof(nn_real), 0);
    nn_comm_broadcast(comm, model->S, model->state_size * (int64_t)sizeof(nn_real), 0);
    nn_comm_broadcast(comm, found, sizeof *found, 0);
    return NN_OK;
}
