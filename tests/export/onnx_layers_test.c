/* Every registered layer, everywhere its own tests try it, becomes an ONNX file or is refused by
 * name. With NNMPI_EXPORT_FOLDER the files stay there, with inputs and our outputs, for other
 * readers (onnx_test.sh, onnx_npm_test.sh):
 *
 *     NAME.onnx   NAME.x   NAME.y (float32)   index.tsv: NAME, ids or numbers, shapes of x and y,
 * YAML */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../layer/habitats.c"
#include "../layer/specimen.c"
#include "export/onnx_use.h"
#include "common/scratch.h"

#define SAMPLES 3
#define ROOM 512

static FILE *list; /* index.tsv */
static const char *folder;
static int written;

static const char *path_of(const char *name) {
    static char path[2][4096];
    static int turn;
    turn = !turn;
    if (!folder) return scratch(name);
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

/* ---- a model of one layer: its inputs are pieces of one ---- */

static void add_pieces(const nn_habitat *h, nn_buffer *yaml) {
    int64_t at = 0;
    for (int k = 0; k < h->n_inputs; k++) {
        int64_t size = nn_shape_size(&h->in[k]);
        nn_buffer_add(yaml, "- {type: slice, axis: 1, start: %lld, size: %lld, inputs: input}\n",
                      (long long)at, (long long)size);
        nn_buffer_add(yaml, "- {type: reshape, name: in%d, target_shape: [", k);
        for (int i = 0; i < h->in[k].rank; i++)
            nn_buffer_add(yaml, "%s%lld", i ? ", " : "", (long long)h->in[k].dim[i]);
        nn_buffer_add(yaml, "]}\n");
        at += size;
    }
}

/* The layer's own YAML with the pieces as its inputs. */
static void add_layer(const nn_habitat *h, const char *own, nn_buffer *yaml) {
    const char *inputs = strstr(own, ", inputs:"), *end = strrchr(own, '}');
    if (own[0] != '{') nn_buffer_add(yaml, "- {type: %s", h->kind);
    if (own[0] == '{') nn_buffer_add(yaml, "- %.*s", (int)((inputs ? inputs : end) - own), own);
    nn_buffer_add(yaml, ", inputs: [");
    for (int k = 0; k < h->n_inputs; k++) nn_buffer_add(yaml, "%sin%d", k ? ", " : "", k);
    nn_buffer_add(yaml, "]}\n");
}

static void add_model(const nn_habitat *h, const nn_kind *kind, nn_buffer *yaml, nn_shape *input) {
    const char *own = h->yaml ? h->yaml : kind->example;
    nn_buffer_add(yaml, "layers:\n");
    *input = h->in[0];
    if (h->n_inputs == 1) {
        nn_buffer_add(yaml, "- %s\n", own);
        return;
    }
    int64_t size = 0;
    for (int k = 0; k < h->n_inputs; k++) size += nn_shape_size(&h->in[k]);
    *input = nn_shape_of(1, &size);
    add_pieces(h, yaml);
    add_layer(h, own, yaml);
}

static nn_model *build(const char *yaml, const nn_shape *input, nn_document **document) {
    nn_model *model;
    expect_ok(nn_document_parse(document, yaml, strlen(yaml), "model", NULL, 0));
    nn_model_options options = {.layers = nn_node_child(nn_document_root(*document), "layers")};
    expect_ok(nn_model_build(&model, *document, &options, input));
    expect_ok(nn_config_verdict(*document));
    nn_model_plan(model, SAMPLES, false);
    expect_ok(nn_model_allocate(model));
    return model;
}

static void fill(nn_model *m) {
    nn_stream stream = nn_stream_of(8, NN_RANDOM_TEST, 0, 0);
    for (int64_t i = 0; i < m->size; i++)
        m->W[i] = (nn_real)(0.4 * nn_random_normal(&stream, (uint64_t)i));
    for (int64_t i = 0; i < m->state_size; i++) /* variances are positive */
        m->S[i] = (nn_real)(0.3 + fabs(nn_random_normal(&stream, (uint64_t)(m->size + i))));
}

static void make_inputs(const nn_habitat *h, nn_real *x, int64_t n) {
    nn_stream stream = nn_stream_of(9, NN_RANDOM_TEST, 0, 0);
    for (int64_t i = 0; i < n; i++) {
        double r = nn_random_normal(&stream, (uint64_t)i);
        x[i] = (nn_real)(h->ids ? floor(fmod(fabs(r) * 1000, (double)h->ids)) : r);
    }
}

/* ---- what other readers are given ---- */

static void add_shape(const nn_shape *shape) {
    fprintf(list, "\t%d", SAMPLES);
    for (int i = 0; i < shape->rank; i++) fprintf(list, ",%lld", (long long)shape->dim[i]);
}

static void leave(const char *name, const char *yaml, nn_model *m, const nn_habitat *h) {
    int64_t in = SAMPLES * nn_shape_size(&m->input), out = SAMPLES * nn_shape_size(&m->output);
    int64_t sample[SAMPLES] = {0};
    nn_real *x = calloc((size_t)in, sizeof *x), *y = calloc((size_t)out, sizeof *y);
    char file[64];
    make_inputs(h, x, in);
    nn_model_forward(m, &(nn_batch){.n = SAMPLES, .x = x, .sample = sample});
    nn_model_predict(m, SAMPLES, y);
    snprintf(file, sizeof file, "%s.x", name);
    scratch_write(path_of(file), x, (size_t)in * sizeof *x);
    snprintf(file, sizeof file, "%s.y", name);
    scratch_write(path_of(file), y, (size_t)out * sizeof *y);
    fprintf(list, "%s\t%s", name, nn_model_ids(m) ? "ids" : "numbers");
    add_shape(&m->input);
    add_shape(&m->output);
    fputc('\t', list);
    for (const char *c = yaml + strlen("layers:\n"); *c; c++) fputc(*c == '\n' ? ' ' : *c, list);
    fputc('\n', list);
    free(x);
    free(y);
}

/* True if it became a file, false if it was refused by name. */
static bool try_habitat(const nn_kind *kind, const nn_habitat *h) {
    nn_buffer yaml = {0};
    nn_shape input;
    nn_document *document;
    char name[48], file[64];
    add_model(h, kind, &yaml, &input);
    nn_model *m = build(yaml.text, &input, &document);
    fill(m);
    nn_exported e = {.model = m, .from = "model", .name = kind->name, .scale = 1};
    snprintf(name, sizeof name, "%s_%03d", kind->name, written++);
    snprintf(file, sizeof file, "%s.onnx", name);
    nn_status status = nn_export_onnx(&e, path_of(file), true);
    if (status == NN_OK)
        leave(name, yaml.text, m, h);
    else
        EXPECT_ERROR(status, NN_BAD_CONFIG, "model: layer", kind->name, "cannot be said in ONNX");
    nn_model_destroy(m);
    nn_document_destroy(document);
    nn_buffer_free(&yaml);
    return status == NN_OK;
}

static void every_layer_becomes_a_file_or_is_refused_by_name(void **unused) {
    nn_habitat *habitats = calloc(ROOM, sizeof *habitats);
    for (int i = 0; nn_layer_kinds[i]; i++) {
        const nn_kind *kind = nn_layer_kinds[i];
        int n = nn_habitats_of(kind, habitats, ROOM), good = 0;
        nn_error_clear();
        for (int k = 0; k < n; k++) good += try_habitat(kind, &habitats[k]);
        if (nn_onnx_rule_of(kind) ? good == 0 : good > 0)
            fail_msg("%s: %d of %d became files", kind->name, good, n);
    }
    free(habitats);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layer_becomes_a_file_or_is_refused_by_name),
    };
    folder = getenv("NNMPI_EXPORT_FOLDER");
    list = fopen(path_of("index.tsv"), "w");
    if (!list) return 1;
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    fclose(list);
    return failures;
}
