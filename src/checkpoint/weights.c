/* init_from: weights by layer and name, from a checkpoint or any Keras .h5 file. */
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "keras.h"
#include "nnmpi/text.h"

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

static nn_status take(nn_store *store, const char *path, const nn_tensor *tensor,
                      nn_real *numbers) {
    nn_store_info info;
    NN_TRY(nn_store_describe(store, path, &info));
    bool same = info.rank == tensor->shape.rank;
    for (int i = 0; same && i < info.rank; i++) same = info.dim[i] == tensor->shape.dim[i];
    if (same)
        return nn_store_read(store, path, NN_REAL_DTYPE, tensor->size, numbers + tensor->offset);
    char here[NN_SHAPE_TEXT_SIZE];
    nn_buffer there = {0};
    for (int i = 0; i < info.rank; i++)
        nn_buffer_add(&there, "%s%lld", i ? ", " : "", (long long)info.dim[i]);
    nn_status status = nn_error(NN_BAD_CONFIG, "%s: %s has shape (%s), %s of the model %s",
                                nn_store_file(store), path, there.text ? there.text : "",
                                tensor->name, nn_shape_text(&tensor->shape, here, sizeof here));
    nn_buffer_free(&there);
    return status;
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

static nn_status load(nn_model *model, const char *path, int *found) {
    nn_store *store;
    NN_TRY(open_any(&store, path));
    nn_status status = take_all(store, model->param, model->n_params, model->W, found);
    if (status == NN_OK) status = take_all(store, model->state, model->n_state, model->S, found);
    nn_store_close(store);
    return status;
}

nn_status nn_checkpoint_load_weights(nn_model *model, const char *path, nn_comm *comm, int *found) {
    *found = 0;
    NN_TRY(nn_comm_agree(comm, nn_comm_rank(comm) == 0 ? load(model, path, found) : NN_OK));
    nn_comm_broadcast(comm, model->W, model->size * (int64_t)sizeof(nn_real), 0);
    nn_comm_broadcast(comm, model->S, model->state_size * (int64_t)sizeof(nn_real), 0);
    nn_comm_broadcast(comm, found, sizeof *found, 0);
    return NN_OK;
}
