/* Is the checkpoint one of this model, optimizer and precision? The first difference is named. */
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "nnmpi/text.h"

static nn_status differs(nn_store *store, const char *there, const char *here) {
    return nn_error(NN_BAD_CONFIG,
                    "%s: this is a checkpoint of another model: it has %s, the "
                    "model %s",
                    nn_store_file(store), there, here);
}

static nn_status compare_text(nn_store *store, const char *path, const char *name, const char *what,
                              const char *here) {
    char *there = NULL;
    if (!nn_store_has_attribute(store, path, name)) return NN_OK;
    NN_TRY(nn_store_read_text(store, path, name, &there));
    nn_status status = NN_OK;
    if (strcmp(there, here) != 0)
        status = nn_error(NN_BAD_CONFIG, "%s: the checkpoint has %s %s, the configuration %s",
                          nn_store_file(store), what, there, here);
    free(there);
    return status;
}

/* "dense_1/kernel (64, 10)" */
static void describe(nn_buffer *out, const char *name, int rank, const int64_t *dim) {
    nn_buffer_add(out, "%s (", name);
    for (int i = 0; i < rank; i++) nn_buffer_add(out, "%s%lld", i ? ", " : "", (long long)dim[i]);
    nn_buffer_add(out, ")");
}

static bool same_shape(const nn_store_info *info, const nn_shape *shape) {
    bool same = info->rank == shape->rank;
    for (int i = 0; same && i < shape->rank; i++) same = info->dim[i] == shape->dim[i];
    return same;
}

static nn_status compare_tensor(void *context, const char *path, const nn_tensor *tensor,
                                nn_real *data) {
    nn_store *store = context;
    nn_store_info info;
    nn_buffer there = {0}, here = {0};
    describe(&here, tensor->name, tensor->shape.rank, tensor->shape.dim);
    nn_status status = NN_OK;
    if (!nn_store_has(store, path)) {
        nn_buffer_add(&there, "no %s", strstr(path, "/state/") ? path : tensor->name);
        status = differs(store, there.text, here.text);
    } else if ((status = nn_store_describe(store, path, &info)) == NN_OK &&
               !same_shape(&info, &tensor->shape)) {
        describe(&there, tensor->name, info.rank, info.dim);
        status = differs(store, there.text, here.text);
    } else if (status == NN_OK && info.dtype != NN_REAL_DTYPE)
        status = differs(store, nn_dtype_name(info.dtype), NN_REAL_WORD);
    nn_buffer_free(&there);
    nn_buffer_free(&here);
    return status;
}

static nn_status count_data(void *count, nn_store *store, const char *path, bool is_group) {
    *(int *)count += !is_group;
    return NN_OK;
}

/* Every weight of the model is in the file: are there more? */
static nn_status compare_count(nn_store *store, const nn_model *model) {
    int there = 0, here = model->n_params + model->n_state;
    NN_TRY(nn_store_walk(store, "/model_weights", count_data, &there));
    if (there == here) return NN_OK;
    return nn_error(NN_BAD_CONFIG,
                    "%s: this is a checkpoint of another model: it has %d weights, the model %d",
                    nn_store_file(store), there, here);
}

/* Layers that have no weights, options and connections. */
static nn_status compare_graph(nn_store *store, const nn_snapshot *s) {
    char *text = NULL;
    NN_TRY(nn_store_read_text(store, "/", "model_config", &text));
    char *difference = nn_compare_models(text, s->model, s->model_name);
    free(text);
    if (!difference) return NN_OK;
    nn_status status = nn_error(NN_BAD_CONFIG, "%s: this is a checkpoint of another model: %s",
                                nn_store_file(store), difference);
    free(difference);
    return status;
}

nn_status nn_content_compare(nn_store *store, const nn_snapshot *s) {
    nn_snapshot weights = {.model = s->model};
    nn_snapshot slots = *s;
    slots.trained_W = slots.best_W = slots.best_S = NULL;
    NN_TRY(compare_text(store, "/nnmpi", "precision", "precision", NN_REAL_WORD));
    NN_TRY(nn_content_each(&weights, compare_tensor, store));
    NN_TRY(compare_count(store, s->model));
    NN_TRY(compare_graph(store, s));
    if (s->optimizer)
        NN_TRY(compare_text(store, "/nnmpi/state/optimizer", "type", "optimizer",
                            s->optimizer->kind.name));
    return nn_content_each(&slots, compare_tensor, store);
}
