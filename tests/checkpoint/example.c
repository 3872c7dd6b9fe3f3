#include "example.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/text.h"

const char *const example_small = "[{type: dense, units: 4, activation: relu}, "
                                  "{type: dense, units: 3, activation: softmax, name: probs}]";

const char *const example_layers =
    "\n"
    "- {type: dense, units: 12, activation: relu, name: stem}\n"
    "- type: concat\n"
    "  branches:\n"
    "    - [{type: dense, units: 6, activation: tanh, kernel_initializer: lecun_normal}]\n"
    "    - [{type: dense, units: 6, activation: {type: leaky_relu, negative_slope: 0.2}}]\n"
    "    - []\n"
    "- type: residual\n"
    "  name: early\n"
    "  layers:\n"
    "    - {type: dense, units: 24, activation: elu, bias_initializer: {type: constant, value: "
    "1}}\n"
    "    - elu\n"
    "- {type: dense, units: 24, activation: {type: leaky_relu, negative_slope: 0.05}, name: "
    "twice}\n"
    "- softplus\n"
    "- {type: shared, layer: twice}\n"
    "- {type: dense, units: 24, activation: selu, use_bias: false}\n"
    "- {type: shared, layer: twice, name: thrice}\n"
    "- {type: dense, units: 24, activation: tanh, name: late}\n"
    "- {type: shared, layer: late, inputs: early, name: later}\n" /* Keras makes it first */
    "- {type: concat, inputs: [late, later]}\n"
    "- {type: dense, units: 24, activation: gelu, kernel_initializer: {type: normal, stddev: "
    "0.2}}\n"
    "- type: multiply\n"
    "  branches: [[silu], [sigmoid], [tanh]]\n"
    "- {type: reshape, target_shape: [4, -1]}\n"
    "- {type: dense, units: 5, activation: silu, kernel_initializer: orthogonal}\n"
    "- {type: concat, axis: 1, branches: [[], [{type: leaky_relu, negative_slope: 0.1}], [relu]]}\n"
    "- {type: dropout, rate: 0.3}\n"
    "- {type: add, branches: [[linear], [selu], [softmax]]}\n"
    "- flatten\n"
    "- {type: dense, units: 5, activation: softmax, name: probs}\n";

const char *const example_images =
    "\n"
    "- {type: dense, units: 108, activation: tanh}\n"
    "- {type: reshape, target_shape: [6, 6, 3]}\n"
    "- {type: conv2d, filters: 5, kernel_size: [3, 2], padding: same, activation: leaky_relu}\n"
    "- {type: batch_norm}\n"
    "- {type: zero_pad2d, padding: [1, 0, 2, 1]}\n"
    "- {type: depthwise_conv2d, kernel_size: 2, depth_multiplier: 2, activation: relu}\n"
    "- {type: max_pool2d}\n"
    "- {type: crop2d, cropping: [0, 1, 0, 1]}\n"
    "- {type: separable_conv2d, filters: 7, kernel_size: 2, padding: same, use_bias: false}\n"
    "- {type: upsample2d, size: 2}\n"
    "- {type: avg_pool2d, pool_size: 2, strides: 1}\n"
    "- {type: conv2d_transpose, filters: 4, kernel_size: 3, strides: 2, padding: same}\n"
    "- type: concat\n"
    "  branches: [[{type: global_avg_pool}], [{type: global_max_pool}]]\n"
    "- {type: repeat_vector, n: 4}\n"
    "- {type: conv1d, filters: 6, kernel_size: 2, activation: elu}\n"
    "- {type: permute, dims: [2, 1]}\n"
    "- {type: lstm, units: 7}\n"
    "- {type: dense, units: 5, activation: softmax, name: probs}\n";

static nn_document *parse(const char *layers) {
    nn_buffer text = {0};
    nn_document *document;
    nn_buffer_add(&text, "layers: %s", layers);
    if (nn_document_parse(&document, text.text, text.length, "example.yaml", NULL, 0) != NN_OK)
        nn_panic("%s", nn_error_message());
    nn_buffer_free(&text);
    return document;
}

static nn_model *build(nn_document *document) {
    nn_model *model = NULL;
    nn_model_options options = {.layers = nn_node_child(nn_document_root(document), "layers")};
    nn_shape input = nn_shape_of(1, (int64_t[]){6});
    if (nn_model_build(&model, document, &options, &input) != NN_OK)
        nn_panic("%s", nn_error_message());
    return model;
}

/* A loss that takes the softmax off the output layer, as in training. */
static void attach_loss(nn_model *model, nn_arena *arena) {
    for (int i = 0; nn_loss_kinds[i]; i++)
        if (strcmp(nn_loss_kinds[i]->name, "categorical_crossentropy") == 0) {
            nn_typed loss = nn_kind_preset(arena, nn_loss_kinds[i]);
            nn_model_attach_loss(model, &loss);
            return;
        }
    nn_panic("no cross-entropy");
}

static void choose_optimizer(nn_snapshot *s) {
    for (int i = 0; nn_optimizer_kinds[i]; i++)
        if (strcmp(nn_optimizer_kinds[i]->name, "sgd") == 0)
            s->optimizer = nn_optimizer_of(nn_optimizer_kinds[i]);
    nn_assert(s->optimizer);
    s->n_slots = 1;
}

example *example_empty(const char *layers) {
    nn_arena *arena = nn_arena_create();
    example *e = NN_NEW(arena, example);
    *e = (example){.arena = arena, .document = parse(layers)};
    nn_model *model = build(e->document);
    attach_loss(model, arena);
    nn_model_plan(model, 16, true);
    if (nn_model_allocate(model) != NN_OK) nn_panic("%s", nn_error_message());
    nn_snapshot *s = &e->snapshot;
    *s = (nn_snapshot){.model = model,
                       .model_name = "example",
                       .state = &e->state,
                       .trained_W = NN_NEW_ARRAY(arena, nn_real, model->size),
                       .best_W = NN_NEW_ARRAY(arena, nn_real, model->size),
                       .best_S = NN_NEW_ARRAY(arena, nn_real, model->state_size)};
    choose_optimizer(s);
    s->slot[0] = NN_NEW_ARRAY(arena, nn_real, model->size);
    return e;
}

/* Numbers where tensors are; the padding between them stays zero. */
static void fill(nn_real *flat, const nn_tensor *tensor, int n, uint64_t seed) {
    for (int t = 0; t < n; t++) {
        nn_stream stream = nn_stream_of(seed, NN_RANDOM_TEST, (uint64_t)t, 0);
        for (int64_t i = 0; i < tensor[t].size; i++)
            flat[tensor[t].offset + i] = (nn_real)(0.25 * nn_random_normal(&stream, (uint64_t)i));
        if (!strcmp(tensor[t].weight, "moving_variance")) /* which is positive */
            for (int64_t i = 0; i < tensor[t].size; i++)
                flat[tensor[t].offset + i] = 1 + (nn_real)fabs((double)flat[tensor[t].offset + i]);
    }
}

static void fill_state(example *e, uint64_t seed, int64_t step) {
    static const char *const columns[] = {"epoch", "train_loss", "validation_accuracy"};
    static double sums[] = {1.0 / 3, 2e300, -0.0}, history[6] = {1, 0.1, 0.7, 2, 0.05, 0};
    history[5] = NAN;
    e->state = (nn_state){.seed = (int64_t)seed,
                          .epoch = 2,
                          .epoch_step = 5,
                          .step = step,
                          .best_epoch = 1,
                          .best_value = 0.7,
                          .monitor_best = NAN,
                          .elapsed = 12.5,
                          .n_sums = 3,
                          .sums = sums,
                          .columns = 3,
                          .column_name = columns,
                          .rows = 2,
                          .history = history};
}

example *example_create(const char *layers, uint64_t seed, int64_t step) {
    static const double shift[] = {1, 2, 3, 4, 5, 6}, factor[] = {.1, .2, .3, .4, .5, .6};
    example *e = example_empty(layers);
    nn_snapshot *s = &e->snapshot;
    nn_model *m = s->model;
    fill(m->W, m->param, m->n_params, seed);
    fill(m->S, m->state, m->n_state, seed + 1);
    fill(s->slot[0], m->param, m->n_params, seed + 2);
    fill(s->best_W, m->param, m->n_params, seed + 3);
    fill(s->trained_W, m->param, m->n_params, seed + 5);
    fill(s->best_S, m->state, m->n_state, seed + 4);
    fill_state(e, seed, step);
    e->constants = (nn_constants){6, shift, factor};
    s->constants = &e->constants;
    static const char *const letters[] = {"\n", " ", "a", "\xc3\xa4"};
    static const char *const classes[] = {"cat", "dog", "a long name"};
    s->vocabulary = (nn_texts){4, letters};
    s->class_names = (nn_texts){3, classes};
    s->config_yaml = "name: example\nseed: 1\n";
    s->fingerprint[NN_TRAIN] = 0xfedcba9876543210u;
    return e;
}

void example_destroy(example *e) {
    nn_model_destroy(e->snapshot.model);
    nn_document_destroy(e->document);
    nn_arena_destroy(e->arena);
}
