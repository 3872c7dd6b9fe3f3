/* From a checkpoint to what the exporters read. */
#include <stdlib.h>

#include "exported.h"
#include "nnmpi/store.h"

static nn_status (*const writers[NN_EXPORTS])(const nn_exported *, const char *, bool) = {
    [NN_EXPORT_ONNX] = nn_export_onnx,
    [NN_EXPORT_SAFETENSORS] = nn_export_safetensors,
    [NN_EXPORT_TFJS] = nn_export_tfjs,
};

/* What the file says beside its configuration, on rank 0. */
static nn_status read_about(const char *path, nn_arena *arena, nn_exported *e, nn_shape *input) {
    nn_store *store;
    nn_checkpoint_about about;
    char *text;
    NN_TRY(nn_checkpoint_read_about(path, false, arena, &about));
    e->constants = about.constants;
    e->vocabulary = about.vocabulary;
    e->class_names = about.class_names;
    *input = about.input;
    NN_TRY(nn_store_open(&store, path));
    nn_status status = nn_store_read_text(store, "/", "model_config", &text);
    if (status == NN_OK) {
        e->model_config = nn_arena_text(arena, text);
        free(text);
    }
    nn_store_close(store);
    return status;
}

/* The model with the weights of the checkpoint. Collective. */
static nn_status load(const nn_export_options *o, const nn_shape *input, nn_arena *arena,
                      nn_comm *comm, nn_model **model) {
    NN_TRY(nn_comm_agree(comm, nn_model_build(model, o->document, o->model, input)));
    NN_TRY(nn_comm_agree(comm, nn_config_verdict(o->document)));
    nn_model_plan(*model, 1, false);
    NN_TRY(nn_comm_agree(comm, nn_model_allocate(*model)));
    nn_snapshot snapshot = {.model = *model, .model_name = o->name};
    return nn_checkpoint_load(&snapshot, o->checkpoint, arena, comm);
}

static nn_status write_all(const nn_exported *e, const nn_export_options *o) {
    for (int i = 0; i < NN_EXPORTS; i++)
        if (o->path[i]) NN_TRY(writers[i](e, o->path[i], o->force));
    return NN_OK;
}

nn_status nn_export(const nn_export_options *o, nn_comm *comm) {
    nn_arena *arena = nn_arena_create();
    nn_exported e = {.from = o->checkpoint, .name = o->name, .scale = o->scale};
    nn_shape input = {0};
    nn_model *model = NULL;
    bool speaks = nn_comm_rank(comm) == 0;
    nn_status status =
        nn_comm_agree(comm, speaks ? read_about(o->checkpoint, arena, &e, &input) : NN_OK);
    if (status == NN_OK) {
        nn_comm_broadcast(comm, &input, sizeof input, 0);
        status = load(o, &input, arena, comm, &model);
    }
    if (status == NN_OK) {
        e.model = model;
        status = nn_comm_agree(comm, speaks ? write_all(&e, o) : NN_OK);
    }
    nn_model_destroy(model);
    nn_arena_destroy(arena);
    return status;
}
