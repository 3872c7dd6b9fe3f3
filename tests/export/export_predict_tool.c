/* export_predict_tool CHECKPOINT FOLDER NAME: appends to the index.tsv of FOLDER, beside NAME.x and
 * NAME.y (float32), what nnmpi predicts for the first samples of the test data, or if there are
 * none of the training data: x as it is in the data, y as a user sees it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/train.h"

#define SAMPLES 7

static void check(nn_status status) {
    if (status == NN_OK) return;
    fprintf(stderr, "%s\n", nn_error_message());
    exit(status);
}

/* x[SAMPLES, input] of the data, by these options and constants. */
static nn_real *inputs(const nn_data_options *options, const nn_constants *constants, nn_comm *comm,
                       nn_shape *shape) {
    nn_data *data;
    int64_t sample[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) sample[i] = i;
    check(nn_data_open(&data, options, constants, 1, comm));
    const nn_dataset *set = nn_data_split(data, NN_TEST);
    if (!set) set = nn_data_split(data, NN_TRAIN);
    *shape = set->input;
    nn_real *x = calloc((size_t)(SAMPLES * nn_shape_size(shape)), sizeof *x);
    nn_dataset_inputs(set, sample, SAMPLES, x);
    nn_data_close(data);
    return x;
}

static nn_model *load(nn_document *document, const nn_run_options *run, const char *path,
                      const nn_shape *input, nn_arena *arena, nn_comm *comm) {
    nn_model *model;
    check(nn_model_build(&model, document, &run->model, input));
    nn_model_plan(model, SAMPLES, false);
    check(nn_model_allocate(model));
    nn_snapshot snapshot = {.model = model, .model_name = run->name};
    check(nn_checkpoint_load(&snapshot, path, arena, comm));
    return model;
}

static void write_numbers(const char *folder, const char *name, const char *ending,
                          const nn_real *x, int64_t n) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    FILE *file = fopen(path, "wb");
    if (!file) exit(NN_IO);
    for (int64_t i = 0; i < n; i++) {
        const float number = (float)x[i];
        if (fwrite(&number, sizeof number, 1, file) != 1) exit(NN_IO);
    }
    if (fclose(file) != 0) exit(NN_IO);
}

static void add_shape(FILE *list, const nn_shape *shape) {
    fprintf(list, "\t%d", SAMPLES);
    for (int i = 0; i < shape->rank; i++) fprintf(list, ",%lld", (long long)shape->dim[i]);
}

static void write_all(const char *folder, const char *name, const nn_model *m, const nn_real *raw,
                      const nn_real *y) {
    char path[4096];
    write_numbers(folder, name, "x", raw, SAMPLES * nn_shape_size(&m->input));
    write_numbers(folder, name, "y", y, SAMPLES * nn_shape_size(&m->output));
    snprintf(path, sizeof path, "%s/index.tsv", folder);
    FILE *list = fopen(path, "a");
    if (!list) exit(NN_IO);
    fprintf(list, "%s\t%s", name, nn_model_ids(m) ? "ids" : "numbers");
    add_shape(list, &m->input);
    add_shape(list, &m->output);
    fprintf(list, "\ta trained model\n");
    fclose(list);
}

int main(int argc, char **argv) {
    nn_comm *comm;
    check(nn_comm_start(&comm, &argc, &argv));
    if (argc != 4) return NN_USAGE;
    nn_arena *arena = nn_arena_create();
    nn_document *document;
    nn_run_options run;
    nn_checkpoint_about about;
    nn_shape shape;
    check(nn_checkpoint_read_about(argv[1], true, arena, &about));
    check(nn_document_parse(&document, about.config_yaml, strlen(about.config_yaml), argv[1], NULL,
                            0));
    check(nn_run_options_bind(document, &run));
    nn_data_options as_is = run.data;
    as_is.scale = 1;
    nn_real *x = inputs(&run.data, &about.constants, comm, &shape);
    nn_real *raw = inputs(&as_is, &(nn_constants){0}, comm, &shape);
    nn_model *model = load(document, &run, argv[1], &shape, arena, comm);
    int64_t sample[SAMPLES] = {0};
    nn_real *y = calloc((size_t)(SAMPLES * nn_shape_size(&model->output)), sizeof *y);
    nn_model_forward(model, &(nn_batch){.n = SAMPLES, .x = x, .sample = sample});
    nn_model_predict(model, SAMPLES, y);
    write_all(argv[2], argv[3], model, raw, y);
    free(x), free(raw), free(y);
    nn_model_destroy(model);
    nn_document_destroy(document);
    nn_arena_destroy(arena);
    nn_comm_finish(comm);
    return 0;
}
