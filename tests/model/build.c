/* Compiled with the program that uses it, in its precision. */
#include "build.h"

#include <math.h>
#include <string.h>

#include "model/private.h"

static void bind(built *b, nn_model_options *options, nn_typed *loss, const char *loss_text) {
    nn_node *root = nn_document_root(b->document);
    nn_config_bind(b->document, nn_node_child(root, "model"), nn_model_keys, NULL, options);
    if (loss_text)
        *loss = nn_config_bind_kind(b->document, nn_node_child(root, "loss"), nn_loss_kinds, NULL,
                                    "loss");
}

built build_model(const char *layers, const char *loss_text, nn_shape input, int64_t capacity) {
    built b = {0};
    nn_buffer text = {0};
    nn_typed loss = {0};
    nn_model_options options = {0};
    nn_buffer_add(&text, "model:\n  layers: %s\n", layers);
    if (loss_text) nn_buffer_add(&text, "loss: %s\n", loss_text);
    nn_error_clear();
    b.status = nn_document_parse(&b.document, text.text, text.length, "test.yaml", NULL, 0);
    if (b.status == NN_OK) {
        bind(&b, &options, &loss, loss_text);
        b.status = nn_config_verdict(b.document);
    }
    if (b.status == NN_OK) b.status = nn_model_build(&b.model, b.document, &options, &input);
    if (b.status == NN_OK) {
        if (loss.kind) nn_model_attach_loss(b.model, &loss);
        nn_model_plan(b.model, capacity, true);
        b.status = nn_model_allocate(b.model);
        nn_model_initialize(b.model, 1);
    }
    nn_buffer_free(&text);
    return b;
}

void destroy_model(built *b) {
    nn_model_destroy(b->model);
    nn_document_destroy(b->document);
    *b = (built){0};
}

void poison(nn_model *model) {
    struct nn_model_private *p = model->private;
    nn_real *buffers = p->pass[0].temp - p->temp_offset;
    for (int64_t i = 0; i < p->buffer_size + p->temp_size; i++) buffers[i] = NAN;
}
