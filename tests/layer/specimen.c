#include "specimen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nnmpi/model.h"

static nn_stream stream_of(uint64_t what, uint64_t k) {
    return nn_stream_of(20240229, NN_RANDOM_TEST, what, k);
}

static nn_real *normal_numbers(nn_arena *arena, int64_t n, uint64_t what, uint64_t k) {
    nn_stream stream = stream_of(what, k);
    nn_real *x = NN_NEW_ARRAY(arena, nn_real, n > 0 ? n : 1);
    for (int64_t i = 0; i < n; i++) x[i] = (nn_real)nn_random_normal(&stream, (uint64_t)i);
    return x;
}

/* "layers:\n- " and the YAML, indented below the dash. */
static nn_document *parse(const char *yaml) {
    nn_buffer text = {0};
    nn_document *document;
    nn_buffer_add(&text, "layers:\n- ");
    for (const char *c = yaml; *c; c++) nn_buffer_add(&text, *c == '\n' ? "\n  " : "%c", *c);
    nn_buffer_add(&text, "\n");
    nn_error_clear();
    if (nn_document_parse(&document, text.text, text.length, "example", NULL, 0) != NN_OK)
        fail_msg("%s\n%s", yaml, nn_error_message());
    nn_buffer_free(&text);
    return document;
}

static nn_typed bind(nn_document *document, nn_node **node) {
    *node = nn_node_at(nn_node_child(nn_document_root(document), "layers"), 0);
    nn_typed chosen = nn_config_bind_kind(document, *node, nn_layer_kinds, nn_node_keys, "layer");
    if (nn_config_verdict(document) != NN_OK) fail_msg("%s", nn_error_message());
    return chosen;
}

static void set_title(nn_specimen *s, const char *yaml) {
    char text[NN_SHAPE_TEXT_SIZE];
    int at = snprintf(s->title, sizeof s->title, "%s", s->habitat.kind);
    for (int k = 0; k < s->habitat.n_inputs; k++)
        at += snprintf(s->title + at, sizeof s->title - (size_t)at, " %s",
                       nn_shape_text(&s->habitat.in[k], text, sizeof text));
    snprintf(s->title + at, sizeof s->title - (size_t)at, ": %s", yaml);
}

static void fill_inputs(nn_specimen *s) {
    for (int k = 0; k < s->layer.n_inputs; k++) {
        int64_t size = s->n * nn_specimen_in(s, k);
        s->z_in[k] = normal_numbers(s->arena, size, 1, (uint64_t)k);
        nn_stream stream = stream_of(2, (uint64_t)k);
        for (int64_t i = 0; s->habitat.ids && i < size; i++)
            s->z_in[k][i] =
                (nn_real)(nn_random_bits(&stream, (uint64_t)i) % (uint64_t)s->habitat.ids);
    }
    s->sample = NN_NEW_ARRAY(s->arena, int64_t, s->n);
    for (int64_t i = 0; i < s->n; i++) s->sample[i] = 100 + 7 * i;
    s->v = normal_numbers(s->arena, s->n * nn_specimen_out(s), 3, 0);
}

/* What the initializer gives and a little more, so that nothing is zero or equal by chance. */
static nn_real *weights(nn_specimen *s, const nn_weight *weight, uint64_t what, int k) {
    int64_t size = nn_shape_size(&weight->shape);
    nn_real *noise = normal_numbers(s->arena, size, what, (uint64_t)k);
    nn_real *w = NN_NEW_ARRAY(s->arena, nn_real, size);
    nn_stream stream = stream_of(what + 1, (uint64_t)k);
    if (weight->initializer.kind) nn_initialize(&weight->initializer, &stream, &weight->shape, w);
    for (int64_t i = 0; i < size; i++) w[i] += (nn_real)(0.3 * fabs((double)noise[i]));
    return w;
}

nn_specimen *nn_specimen_create(const nn_habitat *habitat, int64_t n) {
    nn_arena *arena = nn_arena_create();
    nn_specimen *s = NN_NEW(arena, nn_specimen);
    const char *yaml = habitat->yaml;
    for (int i = 0; !yaml && nn_layer_kinds[i]; i++)
        if (!strcmp(nn_layer_kinds[i]->name, habitat->kind)) yaml = nn_layer_kinds[i]->example;
    if (!yaml) fail_msg("%s has no example", habitat->kind);
    *s = (nn_specimen){.arena = arena, .habitat = *habitat, .n = n, .seed = 5, .step = 11};
    set_title(s, yaml);
    s->document = parse(yaml);
    s->layer = (nn_layer){.name = "specimen",
                          .key = 77,
                          .n_inputs = habitat->n_inputs,
                          .in = s->habitat.in,
                          .arena = arena};
    nn_typed chosen = bind(s->document, &s->layer.node);
    if (!nn_layer_setup(&s->layer, &chosen)) {
        nn_specimen_destroy(s);
        return NULL;
    }
    fill_inputs(s);
    for (int k = 0; k < s->layer.n_params; k++) s->W[k] = weights(s, &s->layer.param[k], 10, k);
    for (int k = 0; k < s->layer.n_state; k++) s->state[k] = weights(s, &s->layer.state[k], 20, k);
    return s;
}

nn_specimen *nn_specimen_of(const char *yaml, nn_shape shape, int64_t n) {
    static char kinds[4][40];
    static int turn;
    char *kind = kinds[turn++ % 4];
    size_t length = strcspn(yaml + strlen("{type: "), ",}");
    snprintf(kind, sizeof kinds[0], "%.*s", (int)length, yaml + strlen("{type: "));
    nn_habitat habitat = {.kind = kind, .yaml = yaml, .n_inputs = 1, .in = {shape}};
    nn_error_clear();
    return nn_specimen_create(&habitat, n);
}

nn_specimen *nn_specimen_good(const char *yaml, nn_shape shape, int64_t n) {
    nn_specimen *s = nn_specimen_of(yaml, shape, n);
    if (!s) fail_msg("%s: %s", yaml, nn_error_message());
    return s;
}

void nn_specimen_destroy(nn_specimen *s) {
    if (!s) return;
    nn_document_destroy(s->document);
    nn_arena_destroy(s->arena);
}

int64_t nn_specimen_in(const nn_specimen *s, int k) {
    return nn_shape_size(&s->layer.in[k]);
}
int64_t nn_specimen_out(const nn_specimen *s) {
    return nn_shape_size(&s->layer.out);
}
int64_t nn_specimen_param(const nn_specimen *s, int k) {
    return nn_shape_size(&s->layer.param[k].shape);
}
