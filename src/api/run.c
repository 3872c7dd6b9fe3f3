/* Training, and what can be had from a model. */
#include <math.h>

#include "nnmpi/log.h"
#include "trainer.h"

nn_status nn_trainer_begin(const nn_trainer *t, const char *what) {
    nn_error_clear();
    nn_log_setup(NN_SILENT, nn_comm_rank(t->comm) == 0);
    if (!t->restored || !what) return NN_OK;
    return nn_error(NN_USAGE,
                    "nn_trainer_%s: this trainer was opened by nn_trainer_open_checkpoint, to "
                    "predict; checkpoint.resume and init_from of a configuration go on training",
                    what);
}

static void tell_epoch(void *context, const nn_tick *tick) {
    nn_trainer *t = context;
    const char *name[64];
    double value[64];
    int n = 0;
    for (; n < tick->n_values && n < 64; n++) {
        name[n] = tick->value[n].name;
        value[n] = tick->value[n].value;
    }
    t->epoch(t->context, tick->epoch, n, name, value);
}

nn_status nn_trainer_watch(nn_trainer *t, nn_trainer_epoch *epoch, void *context) {
    NN_TRY(nn_trainer_begin(t, "watch"));
    if (t->run) return nn_error(NN_USAGE, "the run is prepared: it is too late to watch it");
    t->epoch = epoch;
    t->context = context;
    t->observer = (nn_observer){.context = t, .epoch = epoch ? tell_epoch : NULL};
    return NN_OK;
}

/* A run that could not be opened leaves nothing behind: it may be tried again. */
nn_status nn_trainer_prepare(nn_trainer *t) {
    NN_TRY(nn_trainer_begin(t, NULL));
    if (t->run) return NN_OK;
    nn_status status = NN_OK;
    if (!t->options.data.train.present)
        status = nn_error(NN_USAGE, "there is nothing to train on: nn_trainer_give \"train\", or "
                                    "data.train in the configuration");
    NN_TRY(nn_trainer_door(t, 0, status));
    status = t->embedding->open(&t->run, t->document, &t->options, t->comm, &t->observer);
    if (status == NN_OK) return NN_OK;
    t->embedding->close(t->run);
    t->run = NULL;
    return status;
}

nn_status nn_trainer_train(nn_trainer *t) {
    NN_TRY(nn_trainer_begin(t, "train"));
    NN_TRY(nn_trainer_prepare(t));
    if (t->trained) return nn_error(NN_USAGE, "this run has been trained; open another trainer");
    t->trained = true;
    return t->embedding->train(t->run);
}

int64_t nn_trainer_epochs(const nn_trainer *t) {
    return t->run ? t->embedding->epochs(t->run) : 0;
}

double nn_trainer_value(const nn_trainer *t, int64_t epoch, const char *name) {
    return t->run && name ? t->embedding->value(t->run, epoch, name) : NAN;
}

static nn_status need_run(const nn_trainer *t) {
    nn_error_clear();
    return t->run ? NN_OK : nn_error(NN_USAGE, "there is no model yet: nn_trainer_prepare first");
}

nn_status nn_trainer_predict(nn_trainer *t, int64_t count, const nn_view *inputs, double *out) {
    nn_memory memory;
    NN_TRY(need_run(t));
    if (count < 0 || (count > 0 && !inputs->data))
        return nn_error(NN_USAGE, "%s to predict from",
                        count < 0 ? "less than no samples" : "there are no inputs");
    NN_TRY(nn_memory_of(inputs, count, "inputs", &memory));
    return t->embedding->predict(t->run, &memory, out);
}

int64_t nn_trainer_outputs(const nn_trainer *t) {
    nn_shape shape;
    if (!t->run) return 0;
    t->embedding->output(t->run, &shape);
    return nn_shape_size(&shape);
}

int nn_trainer_parameters(const nn_trainer *t) {
    return t->run ? t->embedding->tensors(t->run) : 0;
}

static nn_status need_parameter(const nn_trainer *t, int i) {
    NN_TRY(need_run(t));
    int n = nn_trainer_parameters(t);
    return i >= 0 && i < n ? NN_OK
                           : nn_error(NN_USAGE, "there is no parameter %d; there are %d", i, n);
}

nn_status nn_trainer_parameter(const nn_trainer *t, int i, nn_parameter *about) {
    NN_TRY(need_parameter(t, i));
    nn_embedded_tensor tensor = t->embedding->tensor(t->run, i);
    *about = (nn_parameter){.name = tensor.name,
                            .rank = tensor.shape.rank,
                            .size = tensor.size,
                            .trained = tensor.trained};
    for (int k = 0; k < tensor.shape.rank; k++) about->dim[k] = tensor.shape.dim[k];
    return NN_OK;
}

nn_status nn_trainer_copy(nn_trainer *t, int i, double *out) {
    NN_TRY(need_parameter(t, i));
    t->embedding->copy(t->run, i, out);
    return NN_OK;
}

nn_status nn_trainer_save(nn_trainer *t, const char *folder) {
    NN_TRY(nn_trainer_begin(t, "save"));
    NN_TRY(need_run(t));
    return t->embedding->save(t->run, folder);
}
