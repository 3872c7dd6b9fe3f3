#include "habitats.h"

#include <string.h>

#include "nnmpi/status.h"

#define SHAPE(...)                                                                                 \
    {                                                                                              \
        (int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), {                               \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

#define TRY_IDS(kind_, yaml_, n, ids_, ...)                                                        \
    {                                                                                              \
        .kind = kind_, .yaml = yaml_, .n_inputs = n, .ids = ids_, .in = { __VA_ARGS__ }            \
    }

#define TRY(kind_, yaml_, n, ...)                                                                  \
    {                                                                                              \
        .kind = kind_, .yaml = yaml_, .n_inputs = n, .in = { __VA_ARGS__ }                         \
    }

/* Every kind is tried by its example on these, with 2 and with 3 inputs where any number will do.
 */
static const nn_shape usual[] = {SHAPE(6), SHAPE(5, 4), SHAPE(4, 6, 3), SHAPE(3, 4, 2, 2)};

/* And here, where other options or shapes go other ways through the code. To try a new layer with
 * other options add lines here; a layer that takes class ids needs one with `ids`. */
static const nn_habitat more[] = {
    TRY("dense", "{type: dense, units: 4}", 1, SHAPE(3)),
    TRY("dense", "{type: dense, units: 3, use_bias: false, activation: tanh}", 1, SHAPE(2, 4)),
    TRY("dense", "{type: dense, units: 5, activation: gelu}", 1, SHAPE(4)),
    TRY("dense", "{type: dense, units: 5, activation: softmax}", 1, SHAPE(3, 4)),
    TRY("dense", "{type: dense, units: 1, activation: {type: leaky_relu}}", 1, SHAPE(1)),
    TRY("dense", "{type: dense, units: 700, activation: silu}", 1, SHAPE(2)),
    TRY("gelu", "{type: gelu, approximate: true}", 1, SHAPE(7)),
    TRY("elu", "elu", 1, SHAPE(7)),
    TRY("leaky_relu", "{type: leaky_relu, negative_slope: 0}", 1, SHAPE(7)),
    TRY("softmax", "softmax", 1, SHAPE(1)),
    TRY("reshape", "{type: reshape, target_shape: [3, 2]}", 1, SHAPE(2, 3)),
    TRY("reshape", "{type: reshape, target_shape: 6}", 1, SHAPE(2, 3)),
    TRY("dropout", "{type: dropout, rate: 0.1}", 1, SHAPE(37)),
    TRY("dropout", "{type: dropout, rate: 0.3}", 1, SHAPE(3, 171)),
    TRY("spatial_dropout", "{type: spatial_dropout, rate: 0.4}", 1, SHAPE(3, 13)),
    TRY("spatial_dropout", "{type: spatial_dropout, rate: 0}", 1, SHAPE(2, 3, 2)),
    TRY("gaussian_noise", "{type: gaussian_noise, stddev: 0}", 1, SHAPE(7)),
    TRY("prelu", "{type: prelu, alpha_initializer: ones}", 1, SHAPE(1)),
    TRY("prelu", "{type: prelu, shared_axes: 1}", 1, SHAPE(5)),
    TRY("prelu", "{type: prelu, shared_axes: [1, 2]}", 1, SHAPE(2, 3, 4)),
    TRY("prelu", "{type: prelu, shared_axes: 2}", 1, SHAPE(2, 3, 4)),
    TRY("prelu", "{type: prelu, shared_axes: [3, 1]}", 1, SHAPE(2, 3, 4)),
    TRY("prelu", "{type: prelu, shared_axes: [1, 2, 3]}", 1, SHAPE(2, 3, 1)),
    TRY("concat", "{type: concat, inputs: [a, b]}", 2, SHAPE(2, 3), SHAPE(2, 5)),
    TRY("concat", "{type: concat, axis: 1, inputs: [a, b]}", 2, SHAPE(2, 3), SHAPE(1, 3)),
    TRY("concat", "{type: concat, axis: -2, inputs: [a]}", 3, SHAPE(2, 3), SHAPE(1, 3),
        SHAPE(4, 3)),
    TRY_IDS("embedding", "{type: embedding, input_dim: 50, output_dim: 8}", 1, 50, SHAPE(5)),
    TRY_IDS("embedding", "{type: embedding, input_dim: 3, output_dim: 1}", 1, 3, SHAPE(2, 3)),
    TRY_IDS("embedding", "{type: embedding, input_dim: 4, output_dim: 5}", 1, 4, {0}),
    TRY("positional_embedding", "{type: positional_embedding, encoding: sinusoidal}", 1,
        SHAPE(5, 3)),
    TRY("layer_norm", "{type: layer_norm, center: false}", 1, SHAPE(2, 5)),
    TRY("layer_norm", "{type: layer_norm, scale: false, epsilon: 0.1}", 1, SHAPE(2, 19)),
    TRY("layer_norm", "{type: layer_norm, scale: false, center: false}", 1, SHAPE(1)),
    TRY("rms_norm", "{type: rms_norm, epsilon: 0.01}", 1, SHAPE(3, 9)),
    TRY("group_norm", "{type: group_norm, groups: 1}", 1, SHAPE(2, 3, 4)),
    TRY("group_norm", "{type: group_norm, groups: -1, scale: false}", 1, SHAPE(3, 2, 4)),
    TRY("group_norm", "{type: group_norm, groups: 3, center: false}", 1, SHAPE(2, 6)),
    TRY("multi_head_attention", "{type: multi_head_attention, num_heads: 2}", 1, SHAPE(5, 6)),
    TRY("multi_head_attention",
        "{type: multi_head_attention, num_heads: 3, key_dim: 2, use_causal_mask: true}", 1,
        SHAPE(5, 4)),
    TRY("multi_head_attention",
        "{type: multi_head_attention, num_heads: 2, key_dim: 3, value_dim: 5, use_bias: false}", 2,
        SHAPE(2, 4), SHAPE(6, 3)),
    TRY("multi_head_attention",
        "{type: multi_head_attention, num_heads: 1, key_dim: 4, use_causal_mask: true}", 3,
        SHAPE(5, 4), SHAPE(3, 2), SHAPE(3, 7)),
    TRY("multi_head_attention",
        "{type: multi_head_attention, num_heads: 2, key_dim: 2, dropout: 0.4}", 1, SHAPE(5, 3)),
    TRY("multi_head_attention",
        "{type: multi_head_attention, num_heads: 2, key_dim: 2, use_padding_mask: true}", 2,
        SHAPE(5, 3), SHAPE(5)),
    TRY_IDS("multi_head_attention",
            "{type: multi_head_attention, num_heads: 2, key_dim: 2, use_padding_mask: true, "
            "use_causal_mask: true}",
            3, 2, SHAPE(3, 3), SHAPE(4, 2), SHAPE(4, 1)),
    TRY("bidirectional", "{type: bidirectional, layer: {type: lstm, units: 3}}", 1, SHAPE(4, 2)),
    TRY("bidirectional",
        "{type: bidirectional, merge_mode: mul, layer: {type: gru, units: 3, return_sequences: "
        "true, dropout: 0.3}}",
        1, SHAPE(4, 5)),
    TRY("bidirectional", "{type: bidirectional, merge_mode: mul, layer: {type: lstm, units: 2}}", 1,
        SHAPE(3, 2)),
    TRY("bidirectional",
        "{type: bidirectional, merge_mode: ave, layer: {type: simple_rnn, units: 2, go_backwards: "
        "true, return_sequences: true}}",
        1, SHAPE(4, 3)),
    TRY("bidirectional",
        "{type: bidirectional, merge_mode: sum, layer: {type: gru, units: 2, use_bias: false}}", 1,
        SHAPE(3, 2)),
    TRY("simple_rnn", "{type: simple_rnn, units: 3, return_sequences: true}", 1, SHAPE(4, 2)),
    TRY("simple_rnn", "{type: simple_rnn, units: 3, go_backwards: true, use_bias: false}", 1,
        SHAPE(4, 2)),
    TRY("simple_rnn", "{type: simple_rnn, units: 3, activation: gelu, dropout: 0.3}", 1,
        SHAPE(2, 7)),
    TRY("gru", "{type: gru, units: 3, return_sequences: true}", 1, SHAPE(4, 2)),
    TRY("gru", "{type: gru, units: 3}", 1, SHAPE(4, 2)),
    TRY("gru", "{type: gru, units: 3, reset_after: false, return_sequences: true}", 1, SHAPE(4, 2)),
    TRY("gru", "{type: gru, units: 2, reset_after: false, use_bias: false, go_backwards: true}", 1,
        SHAPE(3, 3)),
    TRY("gru", "{type: gru, units: 2, use_bias: false, return_sequences: true, dropout: 0.5}", 1,
        SHAPE(3, 8)),
    TRY("gru", "{type: gru, units: 3, activation: silu, recurrent_activation: gelu}", 1,
        SHAPE(3, 2)),
    TRY("gru", "{type: gru, units: 3, activation: silu, reset_after: false}", 1, SHAPE(3, 2)),
    TRY("gru", "{type: gru, units: 3, activation: linear, recurrent_activation: softmax}", 1,
        SHAPE(3, 2)),
    TRY("gru", "{type: gru, units: 1}", 1, SHAPE(1, 1)),
    TRY("lstm", "{type: lstm, units: 3, return_sequences: true}", 1, SHAPE(4, 2)),
    TRY("lstm", "{type: lstm, units: 3}", 1, SHAPE(4, 2)),
    TRY("lstm", "{type: lstm, units: 2, go_backwards: true, use_bias: false}", 1, SHAPE(3, 5)),
    TRY("lstm", "{type: lstm, units: 2, go_backwards: true, return_sequences: true}", 1,
        SHAPE(3, 1)),
    TRY("lstm", "{type: lstm, units: 4, dropout: 0.4, return_sequences: true}", 1, SHAPE(3, 9)),
    TRY("lstm", "{type: lstm, units: 4, activation: gelu, recurrent_activation: silu}", 1,
        SHAPE(3, 2)),
    TRY("lstm", "{type: lstm, units: 4, activation: linear, recurrent_activation: softmax}", 1,
        SHAPE(3, 2)),
    TRY("lstm", "{type: lstm, units: 1}", 1, SHAPE(1, 1)),
    TRY("conv1d", "{type: conv1d, filters: 3, kernel_size: 1}", 1, SHAPE(4, 2)),
    TRY("conv1d", "{type: conv1d, filters: 3, kernel_size: 2, strides: 3, activation: tanh}", 1,
        SHAPE(9, 2)),
    TRY("conv1d", "{type: conv1d, filters: 2, kernel_size: 3, dilation_rate: 2, padding: [4, 0]}",
        1, SHAPE(5, 2)),
    TRY("conv1d",
        "{type: conv1d, filters: 4, kernel_size: 4, padding: same, groups: 2, activation: gelu}", 1,
        SHAPE(6, 4)),
    TRY("conv1d", "{type: conv1d, filters: 2, kernel_size: 7, padding: same, activation: tanh}", 1,
        SHAPE(150, 43)),
    TRY("conv2d", "{type: conv2d, filters: 5, kernel_size: 1, activation: sigmoid}", 1,
        SHAPE(3, 2, 4)),
    TRY("conv2d", "{type: conv2d, filters: 4, kernel_size: 1, groups: 2}", 1, SHAPE(3, 2, 4)),
    TRY("conv2d", "{type: conv2d, filters: 3, kernel_size: 1, strides: 2, use_bias: false}", 1,
        SHAPE(5, 4, 2)),
    TRY("conv2d", "{type: conv2d, filters: 3, kernel_size: 2, strides: 2}", 1, SHAPE(4, 6, 2)),
    TRY("conv2d",
        "{type: conv2d, filters: 4, kernel_size: 2, strides: 2, groups: 2, activation: silu}", 1,
        SHAPE(4, 6, 2)),
    TRY("conv2d", "{type: conv2d, filters: 3, kernel_size: [2, 3], strides: [3, 1], padding: same}",
        1, SHAPE(7, 5, 2)),
    TRY("conv2d",
        "{type: conv2d, filters: 2, kernel_size: 3, dilation_rate: [2, 3], padding: [1, 0, 2, 3]}",
        1, SHAPE(6, 7, 2)),
    TRY("conv2d",
        "{type: conv2d, filters: 4, kernel_size: 3, padding: same, groups: 4, activation: tanh}", 1,
        SHAPE(4, 3, 4)),
    TRY("conv2d", "{type: conv2d, filters: 2, kernel_size: 5, padding: 2, activation: softmax}", 1,
        SHAPE(2, 2, 1)),
    TRY("conv2d", "{type: conv2d, filters: 2, kernel_size: 4, strides: 5, padding: same}", 1,
        SHAPE(3, 9, 1)),
    TRY("conv2d", "{type: conv2d, filters: 2, kernel_size: 2, padding: 3}", 1, SHAPE(2, 2, 2)),
    TRY("conv3d", "{type: conv3d, filters: 2, kernel_size: [1, 2, 3], strides: [2, 1, 1]}", 1,
        SHAPE(3, 3, 4, 2)),
    TRY("conv3d",
        "{type: conv3d, filters: 4, kernel_size: 2, padding: same, groups: 2, dilation_rate: 2, "
        "activation: tanh}",
        1, SHAPE(2, 3, 3, 2)),
    TRY("conv3d", "{type: conv3d, filters: 2, kernel_size: 2, strides: 2}", 1, SHAPE(4, 2, 2, 3)),
    TRY("conv2d_transpose", "{type: conv2d_transpose, filters: 3, kernel_size: 3}", 1,
        SHAPE(2, 3, 2)),
    TRY("conv2d_transpose",
        "{type: conv2d_transpose, filters: 2, kernel_size: 2, strides: 2, activation: tanh}", 1,
        SHAPE(2, 3, 3)),
    TRY("conv2d_transpose",
        "{type: conv2d_transpose, filters: 2, kernel_size: 2, strides: 3, use_bias: false}", 1,
        SHAPE(2, 3, 2)),
    TRY("conv2d_transpose",
        "{type: conv2d_transpose, filters: 2, kernel_size: [3, 4], strides: [1, 2], padding: 1, "
        "output_padding: [0, 1]}",
        1, SHAPE(3, 3, 2)),
    TRY("conv2d_transpose",
        "{type: conv2d_transpose, filters: 2, kernel_size: 3, strides: 2, padding: same, "
        "output_padding: 1, activation: gelu}",
        1, SHAPE(3, 2, 2)),
    TRY("conv2d_transpose",
        "{type: conv2d_transpose, filters: 2, kernel_size: 2, dilation_rate: 3, padding: same}", 1,
        SHAPE(4, 3, 2)),
    TRY("conv2d_transpose",
        "{type: conv2d_transpose, filters: 40, kernel_size: 3, padding: same, activation: tanh}", 1,
        SHAPE(11, 20, 2)),
    TRY("depthwise_conv2d", "{type: depthwise_conv2d, kernel_size: 3}", 1, SHAPE(4, 5, 2)),
    TRY("depthwise_conv2d",
        "{type: depthwise_conv2d, kernel_size: [2, 3], strides: 2, padding: same, "
        "depth_multiplier: 3, activation: tanh}",
        1, SHAPE(5, 4, 2)),
    TRY("depthwise_conv2d",
        "{type: depthwise_conv2d, kernel_size: 2, dilation_rate: [1, 2], padding: [1, 0], "
        "depth_multiplier: 2, use_bias: false}",
        1, SHAPE(3, 4, 3)),
    TRY("depthwise_conv2d",
        "{type: depthwise_conv2d, kernel_size: 2, padding: same, activation: gelu}", 1,
        SHAPE(9, 8, 130)),
    TRY("separable_conv2d",
        "{type: separable_conv2d, filters: 3, kernel_size: 2, strides: 2, depth_multiplier: 2, "
        "activation: gelu}",
        1, SHAPE(5, 4, 2)),
    TRY("separable_conv2d",
        "{type: separable_conv2d, filters: 2, kernel_size: 3, dilation_rate: 2, padding: same, "
        "use_bias: false}",
        1, SHAPE(5, 3, 3)),
    TRY("separable_conv2d",
        "{type: separable_conv2d, filters: 2, kernel_size: 2, padding: same, activation: tanh}", 1,
        SHAPE(9, 12, 130)),
    TRY("max_pool1d", "{type: max_pool1d, pool_size: 3, strides: 1, padding: same}", 1,
        SHAPE(7, 2)),
    TRY("max_pool1d", "{type: max_pool1d, pool_size: 2, strides: 3}", 1, SHAPE(9, 2)),
    TRY("max_pool2d", "{type: max_pool2d, pool_size: 3, strides: 2, padding: 1}", 1,
        SHAPE(6, 5, 2)),
    TRY("max_pool2d", "{type: max_pool2d, pool_size: [1, 4], padding: same}", 1, SHAPE(3, 6, 1)),
    TRY("max_pool2d", "{type: max_pool2d, pool_size: [3, 2], strides: [1, 2], padding: same}", 1,
        SHAPE(4, 5, 3)),
    TRY("max_pool3d", "{type: max_pool3d, pool_size: 2, strides: 1}", 1, SHAPE(3, 2, 4, 2)),
    TRY("max_pool3d", "{type: max_pool3d, pool_size: [2, 1, 3], padding: same}", 1,
        SHAPE(3, 2, 4, 2)),
    TRY("global_max_pool", "{type: global_max_pool, keepdims: true}", 1, SHAPE(2, 3, 2)),
    TRY("avg_pool1d", "{type: avg_pool1d, pool_size: 3, strides: 1, padding: same}", 1,
        SHAPE(7, 2)),
    TRY("avg_pool1d", "{type: avg_pool1d, pool_size: 2, strides: 3}", 1, SHAPE(9, 2)),
    TRY("avg_pool2d", "{type: avg_pool2d, pool_size: 3, strides: 2, padding: 1}", 1,
        SHAPE(6, 5, 2)),
    TRY("avg_pool2d", "{type: avg_pool2d, pool_size: [1, 4], padding: same}", 1, SHAPE(3, 6, 1)),
    TRY("avg_pool2d", "{type: avg_pool2d, pool_size: [3, 2], strides: [1, 2], padding: same}", 1,
        SHAPE(4, 5, 3)),
    TRY("avg_pool3d", "{type: avg_pool3d, pool_size: 2, strides: 1}", 1, SHAPE(3, 2, 4, 2)),
    TRY("avg_pool3d", "{type: avg_pool3d, pool_size: [2, 1, 3], padding: same}", 1,
        SHAPE(3, 2, 4, 2)),
    TRY("global_avg_pool", "{type: global_avg_pool, keepdims: true}", 1, SHAPE(2, 3, 2)),
    TRY("upsample2d", "{type: upsample2d, size: [1, 3]}", 1, SHAPE(2, 3, 2)),
    TRY("upsample2d", "{type: upsample2d, size: [2, 3], interpolation: bilinear}", 1,
        SHAPE(3, 4, 2)),
    TRY("upsample2d", "{type: upsample2d, size: 4, interpolation: bilinear}", 1, SHAPE(1, 2, 1)),
    TRY("zero_pad2d", "{type: zero_pad2d, padding: [0, 2]}", 1, SHAPE(2, 3, 2)),
    TRY("zero_pad2d", "{type: zero_pad2d}", 1, SHAPE(2, 3, 2)),
    TRY("crop2d", "{type: crop2d, cropping: 1}", 1, SHAPE(3, 4, 2)),
    TRY("crop2d", "{type: crop2d, cropping: [0, 1]}", 1, SHAPE(2, 3, 2)),
    TRY("permute", "{type: permute, dims: [3, 1, 2]}", 1, SHAPE(2, 3, 4)),
    TRY("permute", "{type: permute, dims: [2, 1, 3]}", 1, SHAPE(2, 3, 4)),
    TRY("permute", "{type: permute, dims: [4, 2, 1, 3]}", 1, SHAPE(2, 3, 2, 4)),
    TRY("permute", "{type: permute, dims: 1}", 1, SHAPE(5)),
    TRY("slice", "{type: slice, axis: 2, start: -2}", 1, SHAPE(2, 5, 3)),
    TRY("slice", "{type: slice, axis: -1, start: 1, size: 1}", 1, SHAPE(2, 5, 3)),
    TRY("repeat_vector", "{type: repeat_vector, n: 1}", 1, SHAPE(4)),
};

/* Whether its inputs are ids, as the lines above say. */
static int64_t ids_of(const char *kind) {
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (!strcmp(more[i].kind, kind) && more[i].ids) return more[i].ids;
    return 0;
}

static bool is_accepted(const nn_habitat *habitat) {
    nn_specimen *specimen = nn_specimen_create(habitat, 1);
    nn_specimen_destroy(specimen);
    return specimen != NULL;
}

int nn_habitats_of(const nn_kind *kind, nn_habitat *habitats, int room) {
    int wanted = nn_layer_ops_of(kind)->n_inputs, n = 0;
    int least = wanted == NN_ANY_INPUTS ? 2 : wanted == NN_SOME_INPUTS ? 1 : wanted;
    int most = wanted < 0 ? 3 : wanted;
    nn_assert(room >= (int)(2 * sizeof usual / sizeof *usual + sizeof more / sizeof *more));
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        for (int inputs = least; inputs <= most; inputs++) {
            nn_habitat habitat = {
                .kind = kind->name, .n_inputs = inputs, .ids = ids_of(kind->name)};
            for (int k = 0; k < inputs; k++) habitat.in[k] = usual[i];
            if (is_accepted(&habitat)) habitats[n++] = habitat;
        }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        if (strcmp(more[i].kind, kind->name)) continue;
        if (!is_accepted(&more[i])) nn_panic("%s: %s", more[i].yaml, nn_error_message());
        habitats[n++] = more[i];
    }
    return n;
}
