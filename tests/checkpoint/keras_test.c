/* model_config says in Keras's words what the model is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/scratch.h"
#include "example.h"
#include "nnmpi/store.h"

static nn_comm *comm;

/* Saves a model of these layers and opens the file. */
static nn_store *saved(const char *layers) {
    nn_checkpoint_options options = {.directory = scratch("run"), .present = true};
    nn_store *store;
    example *e = example_create(layers, 1, 1);
    expect_ok(nn_checkpoint_folder(options.directory, comm));
    expect_ok(nn_checkpoint_save(&e->snapshot, &options, "model", false, comm));
    example_destroy(e);
    expect_ok(nn_store_open(&store, scratch("run/model.h5")));
    return store;
}

/* The model_config of these layers, parsed. */
static json_t *config_of(const char *layers) {
    char *text;
    nn_store *store = saved(layers);
    expect_ok(nn_store_read_text(store, "/", "model_config", &text));
    expect_ok(nn_store_close(store));
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    free(text);
    return json;
}

static json_t *layer_of(json_t *model, const char *name) {
    json_t *layer, *layers = json_object_get(json_object_get(model, "config"), "layers");
    size_t i;
    json_array_foreach(layers, i, layer) {
        if (strcmp(json_string_value(json_object_get(layer, "name")), name) == 0) return layer;
    }
    fail_msg("there is no layer %s", name);
    return NULL;
}

static void is(const json_t *value, const char *text) {
    char *dumped =
        value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    assert_non_null(dumped);
    assert_string_equal(dumped, text);
    free(dumped);
}

static json_t *option(json_t *model, const char *layer, const char *key) {
    return json_object_get(json_object_get(layer_of(model, layer), "config"), key);
}

static json_t *nodes(json_t *model, const char *layer) {
    return json_object_get(layer_of(model, layer), "inbound_nodes");
}

static json_t *class_of(json_t *model, const char *layer) {
    return json_object_get(layer_of(model, layer), "class_name");
}

static void a_dense_layer_has_the_options_of_keras(void **unused) {
    json_t *model = config_of("[{type: dense, units: 4, activation: silu, use_bias: false, "
                              "kernel_initializer: {type: uniform, minval: -2, maxval: 3}, "
                              "trainable: false}]");
    is(json_object_get(model, "class_name"), "\"Functional\"");
    is(class_of(model, "dense"), "\"Dense\"");
    is(option(model, "dense", "units"), "4");
    is(option(model, "dense", "activation"), "\"swish\"");
    is(option(model, "dense", "use_bias"), "false");
    is(option(model, "dense", "trainable"), "false");
    is(option(model, "dense", "dtype"), "\"" NN_REAL_WORD "\"");
    is(option(model, "dense", "kernel_initializer"),
       "{\"class_name\":\"RandomUniform\",\"config\":{\"maxval\":3.0,\"minval\":-2.0}}");
    is(nodes(model, "dense"), "[[[\"input\",0,0,{}]]]");
    is(option(model, "input", "batch_input_shape"), "[null,6]");
    is(json_object_get(json_object_get(model, "config"), "input_layers"), "[[\"input\",0,0]]");
    is(json_object_get(json_object_get(model, "config"), "output_layers"), "[[\"dense\",0,0]]");
    json_decref(model);
}

static void the_activation_that_was_left_to_the_loss_is_there(void **unused) {
    json_t *model = config_of(example_small);
    is(option(model, "probs", "activation"), "\"softmax\"");
    json_decref(model);
    model = config_of("[{type: dense, units: 4}, softmax]");
    is(class_of(model, "softmax"), "\"Activation\"");
    is(option(model, "softmax", "activation"), "\"softmax\"");
    json_decref(model);
}

static void an_activation_without_a_word_becomes_a_layer(void **unused) {
    json_t *model = config_of("[{type: dense, units: 4, activation: {type: elu, alpha: 0.5}}, "
                              "{type: dense, units: 2, activation: leaky_relu}, elu]");
    is(option(model, "dense", "activation"), "\"linear\"");
    is(class_of(model, "dense_elu"), "\"ELU\"");
    is(option(model, "dense_elu", "alpha"), "0.5");
    is(nodes(model, "dense_elu"), "[[[\"dense\",0,0,{}]]]");
    is(nodes(model, "dense_1"), "[[[\"dense_elu\",0,0,{}]]]");
    is(class_of(model, "dense_1_leaky_relu"), "\"LeakyReLU\"");
    is(nodes(model, "elu"), "[[[\"dense_1_leaky_relu\",0,0,{}]]]");
    json_decref(model);
}

static void a_split_activation_gets_a_name_that_is_free(void **unused) {
    json_t *model = config_of("[{type: dense, units: 4, activation: leaky_relu}, "
                              "{type: dense, units: 4, name: dense_leaky_relu}]");
    is(class_of(model, "dense_leaky_relu"), "\"Dense\"");
    is(class_of(model, "dense_leaky_relu_"), "\"LeakyReLU\"");
    is(nodes(model, "dense_leaky_relu"), "[[[\"dense_leaky_relu_\",0,0,{}]]]");
    json_decref(model);
}

/* Keras has one gelu by erf; it must not take the other one for it. */
static void an_activation_that_keras_lacks_is_not_mistaken(void **unused) {
    json_t *model =
        config_of("[{type: dense, units: 4, activation: {type: gelu, approximate: true}}"
                  ", {type: gelu, approximate: true}, gelu]");
    is(option(model, "dense", "activation"), "\"nnmpi>gelu\"");
    is(option(model, "gelu", "activation"), "\"nnmpi>gelu\"");
    is(option(model, "gelu_1", "activation"), "\"gelu\"");
    json_decref(model);
}

static void a_shared_layer_has_a_node_for_each_use(void **unused) {
    json_t *model =
        config_of("[{type: dense, units: 6, name: twice, activation: leaky_relu}, tanh, "
                  "{type: shared, layer: twice, name: again}, {type: add, inputs: "
                  "[again, twice]}]");
    is(nodes(model, "twice"), "[[[\"input\",0,0,{}]],[[\"tanh\",0,0,{}]]]");
    is(nodes(model, "twice_leaky_relu"), "[[[\"twice\",0,0,{}]],[[\"twice\",1,0,{}]]]");
    is(nodes(model, "add"), "[[[\"twice_leaky_relu\",1,0,{}],[\"twice_leaky_relu\",0,0,{}]]]");
    is(json_object_get(json_object_get(model, "config"), "output_layers"), "[[\"add\",0,0]]");
    json_decref(model);
    model = config_of("[{type: dense, units: 6, name: twice}, {type: shared, layer: twice}]");
    is(json_object_get(json_object_get(model, "config"), "output_layers"), "[[\"twice\",1,0]]");
    json_decref(model);
}

/* Readers make a node when its inputs are there, and number it then. */
static void a_use_that_keras_can_make_earlier_is_an_earlier_node(void **unused) {
    json_t *model =
        config_of("[{type: dense, units: 6, name: a}, tanh, {type: shared, layer: a, "
                  "name: a2}, {type: dense, units: 6, name: b}, {type: shared, layer: b, "
                  "inputs: input, name: b2}, {type: concat, inputs: [b, b2]}]");
    is(nodes(model, "b"), "[[[\"input\",0,0,{}]],[[\"a\",1,0,{}]]]");
    is(nodes(model, "concat"), "[[[\"b\",1,0,{}],[\"b\",0,0,{}]]]");
    json_decref(model);
}

static void shapes_and_axes_are_those_of_keras(void **unused) {
    json_t *model =
        config_of("[{type: reshape, target_shape: [3, -1]}, {type: concat, axis: 1, "
                  "branches: [[], [{type: leaky_relu, negative_slope: 0.5}]]}, flatten]");
    is(option(model, "reshape", "target_shape"), "[3,2]");
    is(option(model, "concat", "axis"), "1");
    is(option(model, "leaky_relu", "alpha"), "0.5");
    is(option(model, "flatten", "data_format"), "\"channels_last\"");
    json_decref(model);
}

static void classes_that_depend_on_the_shape_are_those_of_keras(void **unused) {
    json_t *model = config_of(
        "[{type: reshape, target_shape: [1, 3, 2]}, {type: spatial_dropout, rate: 0.5, name: s2}, "
        "{type: prelu, shared_axes: [1, 2]}, {type: gaussian_noise, stddev: 2}, "
        "{type: reshape, target_shape: [3, 2]}, {type: spatial_dropout, rate: 0.5, name: s1}, "
        "{type: prelu, name: alone}, {type: global_avg_pool, name: pool}]");
    is(class_of(model, "s2"), "\"SpatialDropout2D\"");
    is(class_of(model, "s1"), "\"SpatialDropout1D\"");
    is(option(model, "s1", "rate"), "0.5");
    is(class_of(model, "pool"), "\"GlobalAveragePooling1D\"");
    is(class_of(model, "prelu"), "\"PReLU\"");
    is(option(model, "prelu", "shared_axes"), "[1,2]");
    is(option(model, "prelu", "alpha_initializer"), "{\"class_name\":\"Zeros\",\"config\":{}}");
    is(option(model, "alone", "shared_axes"), "null");
    is(class_of(model, "gaussian_noise"), "\"GaussianNoise\"");
    is(option(model, "gaussian_noise", "stddev"), "2.0");
    json_decref(model);
}

static void regularizers_are_those_of_keras(void **unused) {
    json_t *model = config_of("[{type: dense, units: 4, kernel_regularizer: {l1: 0.5, l2: 2}}, "
                              "{type: dense, units: 4, bias_regularizer: {l2: 1}}]");
    is(option(model, "dense", "kernel_regularizer"),
       "{\"class_name\":\"L1L2\",\"config\":{\"l1\":0.5,\"l2\":2.0}}");
    is(option(model, "dense_1", "bias_regularizer"),
       "{\"class_name\":\"L1L2\",\"config\":{\"l1\":0.0,\"l2\":1.0}}");
    assert_null(option(model, "dense", "bias_regularizer"));
    json_decref(model);
}

static void texts_are(nn_store *store, const char *path, const char *name, const char *joined) {
    char **texts, all[4096] = "";
    int n;
    expect_ok(nn_store_read_texts(store, path, name, &texts, &n));
    for (int i = 0; i < n; i++) {
        strcat(all, texts[i]);
        strcat(all, " ");
    }
    free(texts);
    assert_string_equal(all, joined);
}

static void every_layer_names_its_weights(void **unused) {
    nn_store *store =
        saved("[{type: dense, units: 4, activation: leaky_relu}, tanh, {type: dense, units: 3, "
              "name: probs, use_bias: false}]");
    texts_are(store, "/model_weights", "layer_names", "input dense dense_leaky_relu tanh probs ");
    texts_are(store, "/model_weights/input", "weight_names", "");
    texts_are(store, "/model_weights/dense", "weight_names", "dense/kernel:0 dense/bias:0 ");
    texts_are(store, "/model_weights/dense_leaky_relu", "weight_names", "");
    texts_are(store, "/model_weights/probs", "weight_names", "probs/kernel:0 ");
    texts_are(store, "/model_weights", "backend", "tensorflow ");
    texts_are(store, "/", "keras_version", "2.15.0 ");
    nn_store_info info;
    expect_ok(nn_store_describe(store, "/model_weights/dense/dense/kernel:0", &info));
    assert_int_equal(info.rank, 2);
    assert_int_equal(info.dim[0], 6);
    assert_int_equal(info.dim[1], 4);
    assert_int_equal(info.dtype, NN_REAL_DTYPE);
    assert_int_equal(info.chunk_rows, 0);
    expect_ok(nn_store_close(store));
}

static void attention_is_called_with_a_query(void **unused) {
    json_t *model = config_of(
        "[{type: reshape, target_shape: [3, 2], name: x}, {type: multi_head_attention, "
        "num_heads: 2, key_dim: 1, use_causal_mask: true, name: self}, {type: dense, "
        "units: 4, name: d}, {type: multi_head_attention, num_heads: 1, inputs: [x, self, "
        "d], name: three}]");
    is(class_of(model, "self"), "\"MultiHeadAttention\"");
    is(nodes(model, "self"), "[[[\"x\",0,0,{\"use_causal_mask\":true,\"value\":[\"x\",0,0]}]]]");
    is(nodes(model, "three"), "[[[\"x\",0,0,{\"key\":[\"d\",0,0],\"value\":[\"self\",0,0]}]]]");
    is(option(model, "three", "query_shape"), "[null,3,2]");
    is(option(model, "three", "value_shape"), "[null,3,2]");
    is(option(model, "three", "key_shape"), "[null,3,4]");
    assert_null(option(model, "self", "use_causal_mask"));
    assert_null(option(model, "self", "use_padding_mask"));
    json_decref(model);
    nn_store *store = saved("[{type: reshape, target_shape: [3, 2]}, {type: multi_head_attention, "
                            "num_heads: 2, key_dim: 1, name: m}]");
    texts_are(store, "/model_weights/m", "weight_names",
              "m/query/kernel:0 m/query/bias:0 m/key/kernel:0 m/key/bias:0 m/value/kernel:0 "
              "m/value/bias:0 m/attention_output/kernel:0 m/attention_output/bias:0 ");
    nn_store_info info;
    expect_ok(nn_store_describe(store, "/model_weights/m/m/attention_output/kernel:0", &info));
    assert_int_equal(info.rank, 3);
    assert_int_equal(info.dim[0], 2);
    expect_ok(nn_store_close(store));
}

/* Keras has no such input: what it is not to mistake keeps a word that it refuses. */
static void attention_with_a_padding_mask_is_not_mistaken(void **unused) {
    json_t *model =
        config_of("[{type: reshape, target_shape: [3, 2], name: x}, {type: slice, axis: "
                  "2, size: 1, name: shown}, {type: multi_head_attention, num_heads: 1, "
                  "use_padding_mask: true, inputs: [x, shown], name: m}]");
    is(option(model, "m", "use_padding_mask"), "true");
    is(class_of(model, "shown"), "\"slice\"");
    json_decref(model);
}

static void a_slice_of_positions_is_a_crop(void **unused) {
    json_t *model = config_of(
        "[{type: reshape, target_shape: [3, 2]}, {type: slice, start: -2, size: 1, name: "
        "one}, {type: reshape, target_shape: [1, 2, 1]}, {type: slice, axis: 2, start: 1, "
        "name: two}, {type: reshape, target_shape: [1, 1, 1, 1]}, {type: slice, axis: 3, "
        "name: three}]");
    is(class_of(model, "one"), "\"Cropping1D\"");
    is(option(model, "one", "cropping"), "[1,1]");
    assert_null(option(model, "one", "start"));
    is(class_of(model, "two"), "\"Cropping2D\"");
    is(option(model, "two", "cropping"), "[[0,0],[1,0]]");
    is(class_of(model, "three"), "\"Cropping3D\"");
    is(option(model, "three", "cropping"), "[[0,0],[0,0],[0,0]]");
    json_decref(model);
}

static void padding_by_numbers_is_a_layer_before(void **unused) {
    json_t *model = config_of(
        "[{type: reshape, target_shape: [2, 3, 1]}, {type: conv2d, filters: 1, kernel_size: 3, "
        "padding: 1, activation: leaky_relu, name: c}, {type: shared, layer: c}, {type: "
        "depthwise_conv2d, kernel_size: 2, padding: [1, 0, 0, 2], name: d}, {type: conv2d, "
        "filters: "
        "1, kernel_size: 1, padding: [0, 1], name: e}, {type: conv2d, filters: 1, kernel_size: 3, "
        "padding: same, name: f}, {type: reshape, target_shape: [-1, 1]}, {type: conv1d, filters: "
        "1, kernel_size: 2, padding: [1, 0], name: g}]");
    is(class_of(model, "c_pad"), "\"ZeroPadding2D\"");
    is(option(model, "c_pad", "padding"), "[[1,1],[1,1]]");
    is(option(model, "c", "padding"), "\"valid\"");
    is(nodes(model, "c_pad"), "[[[\"reshape\",0,0,{}]],[[\"c_leaky_relu\",0,0,{}]]]");
    is(nodes(model, "c"), "[[[\"c_pad\",0,0,{}]],[[\"c_pad\",1,0,{}]]]");
    is(nodes(model, "c_leaky_relu"), "[[[\"c\",0,0,{}]],[[\"c\",1,0,{}]]]");
    is(option(model, "d_pad", "padding"), "[[1,0],[0,2]]");
    is(option(model, "e_pad", "padding"), "[[0,0],[1,1]]");
    is(option(model, "f", "padding"), "\"same\"");
    is(nodes(model, "f"), "[[[\"e\",0,0,{}]]]");
    is(class_of(model, "g_pad"), "\"ZeroPadding1D\"");
    is(option(model, "g_pad", "padding"), "[1,0]");
    json_decref(model);
}

/* A file as Keras writes it: weights of layers inside layers, under names of their own. */
static void weights_of_a_keras_file_are_found_inside_layers(void **unused) {
    static const char *const paths[] = {"m/m/query/kernel:0", "m/m/attention_output/bias:0",
                                        "b/b/forward_lstm_3/lstm_cell_7/recurrent_kernel:0",
                                        "b/b/backward_lstm_3/lstm_cell_8/recurrent_kernel:0",
                                        "forward_l/forward_l/lstm_cell/bias:0"};
    static const char *const names[] = {"m/query_kernel", "m/attention_output_bias",
                                        "b/forward_recurrent_kernel", "b/backward_recurrent_kernel",
                                        "forward_l/bias"};
    example *e = example_empty(
        "[{type: reshape, target_shape: [3, 2]}, {type: multi_head_attention, num_heads: 2, "
        "key_dim: 1, name: m}, {type: bidirectional, name: b, layer: {type: lstm, units: 2, "
        "return_sequences: true}}, {type: lstm, units: 1, name: forward_l}]");
    nn_model *model = e->snapshot.model;
    nn_store *store;
    double numbers[64];
    int found;
    expect_ok(nn_store_create(&store, scratch("keras.h5")));
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < model->n_params; k++) {
            const nn_tensor *t = &model->param[k];
            if (strcmp(t->name, names[i]) != 0) continue;
            for (int n = 0; n < t->size; n++) numbers[n] = 100 * (i + 1) + n;
            expect_ok(
                nn_store_write(store, paths[i], NN_F64, t->shape.rank, t->shape.dim, numbers));
        }
    expect_ok(nn_store_close(store));
    expect_ok(nn_checkpoint_load_weights(model, scratch("keras.h5"), comm, &found));
    assert_int_equal(found, 5);
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < model->n_params; k++)
            if (strcmp(model->param[k].name, names[i]) == 0)
                assert_true(model->W[model->param[k].offset + 1] == 100 * (i + 1) + 1);
    example_destroy(e);
}

/* Names of 100 letters: more than 64 KiB of them, which no attribute can hold. */
static void a_long_list_of_layers_is_cut_as_keras_does(void **unused) {
    enum { LAYERS = 900 };
    char *layers = malloc(LAYERS * 160), *at = layers;
    assert_non_null(layers);
    *at++ = '[';
    for (int i = 0; i < LAYERS; i++) at += sprintf(at, "{type: linear, name: a%0*d},", 99, i);
    at[-1] = ']';
    nn_store *store = saved(layers);
    free(layers);
    assert_false(nn_store_has_attribute(store, "/model_weights", "layer_names"));
    int total = 0;
    for (int piece = 0; piece < 2; piece++) {
        char name[32], **texts;
        int n;
        snprintf(name, sizeof name, "layer_names%d", piece);
        expect_ok(nn_store_read_texts(store, "/model_weights", name, &texts, &n));
        assert_true(n * 100 < 64 * 1024);
        total += n;
        free(texts);
    }
    assert_int_equal(total, LAYERS + 1);
    char *text;
    expect_ok(nn_store_read_text(store, "/", "model_config", &text));
    assert_true(strlen(text) > 64 * 1024);
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    json_decref(json);
    free(text);
    expect_ok(nn_store_close(store));
}

int main(int argc, char **argv) {
    expect_ok(nn_comm_start(&comm, &argc, &argv));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dense_layer_has_the_options_of_keras),
        cmocka_unit_test(the_activation_that_was_left_to_the_loss_is_there),
        cmocka_unit_test(an_activation_without_a_word_becomes_a_layer),
        cmocka_unit_test(a_split_activation_gets_a_name_that_is_free),
        cmocka_unit_test(an_activation_that_keras_lacks_is_not_mistaken),
        cmocka_unit_test(a_shared_layer_has_a_node_for_each_use),
        cmocka_unit_test(a_use_that_keras_can_make_earlier_is_an_earlier_node),
        cmocka_unit_test(shapes_and_axes_are_those_of_keras),
        cmocka_unit_test(classes_that_depend_on_the_shape_are_those_of_keras),
        cmocka_unit_test(regularizers_are_those_of_keras),
        cmocka_unit_test(every_layer_names_its_weights),
        cmocka_unit_test(attention_is_called_with_a_query),
        cmocka_unit_test(attention_with_a_padding_mask_is_not_mistaken),
        cmocka_unit_test(a_slice_of_positions_is_a_crop),
        cmocka_unit_test(padding_by_numbers_is_a_layer_before),
        cmocka_unit_test(weights_of_a_keras_file_are_found_inside_layers),
        cmocka_unit_test(a_long_list_of_layers_is_cut_as_keras_does),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    nn_comm_finish(comm);
    return failed;
}
