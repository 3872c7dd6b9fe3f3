/* onnx_tool FILE.h5: runs what node_cases.py made of ONNX's cases. A line "CASE/RUN passed
 * DIFFERENCE" or "CASE/RUN failed WHY" each; exit code 1 if one failed.
 *
 * The difference is the largest |given - expected| / max(1, |expected|); it may be TOLERANCE. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/arena.h"
#include "nnmpi/model.h"
#include "nnmpi/optimizer.h"
#include "nnmpi/store.h"

#define TOLERANCE 1e-5

typedef struct run {
    nn_store *store;
    const char *path; /* "/conv_with_strides_padding/0" */
    nn_arena *arena;
    char *yaml;
    char failure[400]; /* "": none so far */
    double difference;
} run;

static void fail(run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fail(run *r, const char *format, ...) {
    va_list arguments;
    if (*r->failure) return;
    va_start(arguments, format);
    vsnprintf(r->failure, sizeof r->failure, format, arguments);
    va_end(arguments);
}

static bool good(run *r, nn_status status) {
    if (status != NN_OK) fail(r, "%s", nn_error_message());
    return status == NN_OK;
}

/* ---- reading ---- */

static const char *path_of(const run *r, const char *name) {
    return nn_arena_format(r->arena, "%s/%s", r->path, name);
}

static bool has(const run *r, const char *name) {
    return nn_store_has(r->store, path_of(r, name));
}

/* A whole array and its shape, axis 0 the samples'; NULL after a failure. */
static void *read_as(run *r, nn_dtype dtype, const char *name, nn_store_info *info, int64_t *size) {
    if (!good(r, nn_store_describe(r->store, path_of(r, name), info))) return NULL;
    *size = 1;
    for (int i = 0; i < info->rank; i++) *size *= info->dim[i];
    void *data = nn_arena_alloc(r->arena, (size_t)(*size * nn_dtype_size(dtype)));
    return good(r, nn_store_read(r->store, path_of(r, name), dtype, *size, data)) ? data : NULL;
}

/* `size` numbers; NULL after a failure. */
static nn_real *read_numbers(run *r, const char *name, int64_t size) {
    nn_store_info info;
    int64_t there;
    nn_real *x = read_as(r, NN_REAL_DTYPE, name, &info, &there);
    if (x && there != size)
        fail(r, "%s has %lld numbers instead of %lld", name, (long long)there, (long long)size);
    return x && there == size ? x : NULL;
}

static double real_of(run *r, const char *name) {
    double value = 0;
    good(r, nn_store_read_real(r->store, r->path, name, &value));
    return value;
}

static int64_t int_of(run *r, const char *name) {
    int64_t value = 0;
    good(r, nn_store_read_int(r->store, r->path, name, &value));
    return value;
}

static void compare(run *r, const char *name, int64_t n, const nn_real *given) {
    const nn_real *expected = read_numbers(r, name, n);
    for (int64_t i = 0; expected && i < n; i++) {
        double is = (double)given[i], should = (double)expected[i];
        double difference = fabs(is - should) / fmax(1, fabs(should));
        if (is == should) difference = 0; /* infinite ones too */
        if (!(difference <= TOLERANCE))
            fail(r, "%s, number %lld: %.9g instead of %.9g", name, (long long)i, is, should);
        r->difference = fmax(r->difference, difference);
    }
}

/* ---- a model: evaluated, or one forward pass of training ---- */

static nn_model *build(run *r, nn_document *document, const nn_shape *input) {
    nn_model_options options = {0};
    nn_model *model = NULL;
    nn_config_bind(document, nn_node_child(nn_document_root(document), "it"), nn_model_keys, NULL,
                   &options);
    if (good(r, nn_config_verdict(document)))
        good(r, nn_model_build(&model, document, &options, input));
    return model;
}

/* `tensors`, whose values are at `flat`, from weight/NAME; returns how many. */
static int set_weights(run *r, const nn_tensor *tensors, int n, nn_real *flat) {
    for (int k = 0; k < n; k++) {
        const char *name = nn_arena_format(r->arena, "weight/%s", tensors[k].weight);
        const nn_real *x = read_numbers(r, name, tensors[k].size);
        if (x) memcpy(flat + tensors[k].offset, x, (size_t)tensors[k].size * sizeof *x);
    }
    return n;
}

static nn_status count_one(void *context, nn_store *store, const char *path, bool is_group) {
    *(int *)context += !is_group;
    return NN_OK;
}

static void fill(run *r, nn_model *model) {
    int given = 0;
    if (has(r, "weight")) good(r, nn_store_walk(r->store, path_of(r, "weight"), count_one, &given));
    int taken = set_weights(r, model->param, model->n_params, model->W) +
                set_weights(r, model->state, model->n_state, model->S);
    if (given != taken) fail(r, "%d arrays of weights for %d", given, taken);
}

static void check_state(run *r, const nn_model *model) {
    for (int k = 0; k < model->n_state; k++) {
        const char *name = nn_arena_format(r->arena, "after/%s", model->state[k].weight);
        if (has(r, name)) compare(r, name, model->state[k].size, model->S + model->state[k].offset);
    }
}

static void check_shape(run *r, const nn_shape *out, int64_t n) {
    nn_store_info info;
    if (!good(r, nn_store_describe(r->store, path_of(r, "output"), &info))) return;
    nn_shape should = nn_shape_of(info.rank - 1, info.dim + 1);
    char is[NN_SHAPE_TEXT_SIZE], text[NN_SHAPE_TEXT_SIZE];
    if (info.dim[0] != n || !nn_shape_equal(out, &should))
        fail(r, "an output of shape %s instead of %s", nn_shape_text(out, is, sizeof is),
             nn_shape_text(&should, text, sizeof text));
}

static void pass(run *r, nn_model *model, int64_t n, const nn_real *x) {
    int64_t *sample = NN_NEW_ARRAY(r->arena, int64_t, n);
    nn_real *z = NN_NEW_ARRAY(r->arena, nn_real, n * nn_shape_size(&model->output));
    for (int64_t i = 0; i < n; i++) sample[i] = i;
    nn_batch batch = {.n = n, .x = x, .sample = sample, .training = int_of(r, "training")};
    nn_model_plan(model, n, batch.training);
    if (!good(r, nn_model_allocate(model))) return;
    fill(r, model);
    check_shape(r, &model->output, n);
    if (*r->failure) return;
    nn_model_forward(model, &batch);
    nn_model_predict(model, n, z);
    compare(r, "output", n * nn_shape_size(&model->output), z);
    check_state(r, model);
}

static void run_model(run *r, nn_document *document) {
    nn_store_info info;
    int64_t size;
    const nn_real *x = read_as(r, NN_REAL_DTYPE, "input", &info, &size);
    if (!x) return;
    nn_shape input = nn_shape_of(info.rank - 1, info.dim + 1);
    nn_model *model = build(r, document, &input);
    if (model) pass(r, model, info.dim[0], x);
    nn_model_destroy(model);
}

/* ---- a loss: its sum, its mean, or row by row ---- */

static nn_typed bind(run *r, nn_document *document, const nn_kind *const *kinds, const char *what) {
    nn_node *node = nn_node_child(nn_document_root(document), "it");
    nn_typed typed = nn_config_bind_kind(document, node, kinds, NULL, what);
    good(r, nn_config_verdict(document));
    return typed;
}

static void reduce(run *r, const nn_loss *loss, const void *options, nn_rows rows) {
    char *how;
    if (!good(r, nn_store_read_text(r->store, r->path, "reduction", &how))) return;
    bool by_row = !strcmp(how, "none"), mean = !strcmp(how, "mean");
    int64_t n = by_row ? rows.n : 1, length = by_row ? 1 : rows.n;
    nn_real *value = NN_NEW_ARRAY(r->arena, nn_real, n);
    for (int64_t i = 0; i < n; i++) {
        nn_rows part = rows;
        part.n = length, part.z += i * rows.width, part.label += i, part.weight += i;
        nn_loss_sum sum = loss->value_gradient(options, &part, NULL);
        value[i] = (nn_real)(mean ? sum.loss / sum.weight : sum.loss);
    }
    compare(r, "output", n, value);
    free(how);
}

static void run_loss(run *r, nn_document *document) {
    nn_store_info info;
    int64_t size;
    nn_typed typed = bind(r, document, nn_loss_kinds, "loss");
    const nn_real *z = read_as(r, NN_REAL_DTYPE, "z", &info, &size);
    if (*r->failure) return;
    nn_rows rows = {.n = info.dim[0], .width = info.dim[1], .z = z, .fused = int_of(r, "fused")};
    rows.by_row = rows.fused;
    rows.weight = read_numbers(r, "weight", rows.n);
    rows.label = read_as(r, NN_I32, "label", &info, &size);
    if (!*r->failure) reduce(r, nn_loss_of(typed.kind), typed.options, rows);
}

/* ---- an optimizer: one step of one tensor ---- */

static void run_optimizer(run *r, nn_document *document) {
    nn_store_info info;
    nn_typed typed = bind(r, document, nn_optimizer_kinds, "optimizer");
    nn_step step = {.learning_rate = real_of(r, "learning_rate"),
                    .scale = real_of(r, "scale"),
                    .weight_decay_factor = 1,
                    .t = int_of(r, "t")};
    step.W = read_as(r, NN_REAL_DTYPE, "weights", &info, &step.n);
    if (*r->failure) return;
    step.dW = read_numbers(r, "gradient", step.n);
    const nn_optimizer *optimizer = nn_optimizer_of(typed.kind);
    int slots = optimizer->slots ? optimizer->slots(typed.options) : 0;
    for (int k = 0; k < slots; k++)
        step.slot[k] = read_numbers(r, nn_arena_format(r->arena, "slot.%d", k), step.n);
    if (*r->failure) return;
    optimizer->step(typed.options, &step);
    compare(r, "output", step.n, step.W);
    for (int k = 0; k < slots; k++)
        compare(r, nn_arena_format(r->arena, "after.%d", k), step.n, step.slot[k]);
}

/* ---- all of them ---- */

static const struct runner {
    const char *kind;
    void (*run)(run *r, nn_document *document);
} runners[] = {{"model", run_model}, {"loss", run_loss}, {"optimizer", run_optimizer}};

static void dispatch(run *r, const char *kind) {
    nn_buffer text = {0};
    nn_document *document = NULL;
    bool is_model = !strcmp(kind, "model"), known = false;
    nn_buffer_add(&text, is_model ? "it: {layers: %s}\n" : "it: %s\n", r->yaml);
    if (good(r, nn_document_parse(&document, text.text, text.length, "case", NULL, 0)))
        for (size_t i = 0; i < sizeof runners / sizeof *runners; i++)
            if (!strcmp(runners[i].kind, kind)) known = true, runners[i].run(r, document);
    if (!known) fail(r, "nothing runs a %s", kind);
    nn_document_destroy(document);
    nn_buffer_free(&text);
}

static nn_status visit(void *failures, nn_store *store, const char *path, bool is_group) {
    char *kind;
    if (!is_group || !nn_store_has_attribute(store, path, "kind")) return NN_OK;
    run r = {.store = store, .path = path, .arena = nn_arena_create()};
    NN_TRY(nn_store_read_text(store, path, "kind", &kind));
    NN_TRY(nn_store_read_text(store, path, "yaml", &r.yaml));
    nn_error_clear();
    dispatch(&r, kind);
    if (*r.failure)
        printf("%s failed %s\n", path + 1, r.failure);
    else
        printf("%s passed %.1e\n", path + 1, r.difference);
    *(int *)failures += *r.failure != '\0';
    nn_error_clear();
    nn_arena_destroy(r.arena);
    free(r.yaml);
    free(kind);
    return NN_OK;
}

int main(int argc, char **argv) {
    nn_store *store;
    int failures = 0;
    if (argc != 2) return NN_USAGE;
    nn_status status = nn_store_open(&store, argv[1]);
    if (status == NN_OK) status = nn_store_walk(store, "/", visit, &failures);
    if (status == NN_OK) status = nn_store_close(store);
    if (status != NN_OK) fprintf(stderr, "%s\n", nn_error_message());
    return status != NN_OK ? (int)status : failures > 0;
}
