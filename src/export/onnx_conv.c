/* Convolutions and pools: channels first in ONNX. */
#include "onnx_use.h"

/* Conv or ConvTranspose of the first form of the input. `bias` "" for none. */
static const char *convolve(nn_onnx_use *u, const char *operator, const char * x,
                            const char *kernel, const char *bias, const nn_onnx_frame *f,
                            int64_t groups) {
    bool transposed = operator[4] != '\0';
    nn_onnx_attribute attributes[] = {NN_A_INTS("kernel_shape", f->axes, f->size),
                                      NN_A_INTS("strides", f->axes, f->strides),
                                      NN_A_INTS("pads", 2 * f->axes, f->pads),
                                      NN_A_INTS("dilations", f->axes, f->dilations),
                                      NN_A_INT("group", groups),
                                      NN_A_INTS("output_padding", f->axes, f->output_padding),
                                      {0}};
    if (!transposed) attributes[5] = (nn_onnx_attribute){0};
    return nn_graph_node_of(u->graph, operator, NN_INPUTS(x, kernel, bias), attributes);
}

static const char *bias_of(nn_onnx_use *u) {
    return nn_use_has(u, "bias") ? nn_use_weight(u, "bias") : "";
}

/* (k..., a, b) as (b, a, k...): of a convolution (filters, channels), of its transpose, whose Keras
 * kernel has them the other way round, (channels, filters). */
static const char *kernel_first(nn_onnx_use *u, const char *weight) {
    const nn_shape *s = &nn_use_tensor(u, weight)->shape;
    int axes[NN_MAX_RANK] = {s->rank - 1, s->rank - 2};
    int64_t dim[NN_MAX_RANK];
    for (int i = 2; i < s->rank; i++) axes[i] = i - 2;
    for (int i = 0; i < s->rank; i++) dim[i] = s->dim[axes[i]];
    return nn_use_weight_as(u, weight, axes, s->rank, dim);
}

static void give_first(nn_onnx_use *u, const char *x) {
    nn_order first = nn_order_first(u->out->shape.rank);
    nn_use_give(u, x, &first);
}

static void conv(nn_onnx_use *u) {
    nn_onnx_frame f = nn_onnx_window(u, "kernel_size");
    give_first(u, convolve(u, "Conv", nn_value_first(u, u->in[0]), kernel_first(u, "kernel"),
                           bias_of(u), &f, nn_use_int(u, "groups")));
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_conv1d) = {"Conv", conv};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_conv2d) = {"Conv", conv};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_conv3d) = {"Conv", conv};

static void conv_transpose(nn_onnx_use *u) {
    nn_onnx_frame f = nn_onnx_window_transposed(u);
    give_first(u, convolve(u, "ConvTranspose", nn_value_first(u, u->in[0]),
                           kernel_first(u, "kernel"), bias_of(u), &f, 1));
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_conv2d_transpose) = {"ConvTranspose", conv_transpose};

/* Every channel is a group. (kh, kw, c, m) as (c m, 1, kh, kw). */
static const char *depthwise_of(nn_onnx_use *u, const char *bias) {
    nn_onnx_frame f = nn_onnx_window(u, "kernel_size");
    const int64_t *k = nn_use_tensor(u, "depthwise_kernel")->shape.dim;
    const char *kernel = nn_use_weight_as(u, "depthwise_kernel", (int[]){2, 3, 0, 1}, 4,
                                          (int64_t[]){k[2] * k[3], 1, k[0], k[1]});
    return convolve(u, "Conv", nn_value_first(u, u->in[0]), kernel, bias, &f, k[2]);
}

static void depthwise(nn_onnx_use *u) {
    give_first(u, depthwise_of(u, bias_of(u)));
}

static void separable(nn_onnx_use *u) {
    const char *x = depthwise_of(u, "");
    nn_onnx_frame f = {2, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0}, {0}};
    give_first(u, convolve(u, "Conv", x, kernel_first(u, "pointwise_kernel"), bias_of(u), &f, 1));
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_depthwise_conv2d) = {"Conv, each channel a group",
                                                             depthwise};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_separable_conv2d) = {"Conv, Conv", separable};

/* ---- pools ---- */

/* A window that lies in the padding altogether is not defined the same way everywhere. */
static bool sees_something(const nn_onnx_frame *f) {
    for (int i = 0; i < 2 * f->axes; i++)
        if (f->pads[i] >= f->size[i % f->axes]) return false;
    return true;
}

static void pool(nn_onnx_use *u, const char *operator) {
    nn_onnx_frame f = nn_onnx_window(u, "pool_size");
    if (!sees_something(&f)) {
        nn_use_refuse(u, "padding as long as pool_size: runtimes want less");
        return;
    }
    const char *x = nn_graph_node_of(u->graph, operator, NN_INPUTS(nn_value_first(u, u->in[0])),
                                     NN_ATTRIBUTES(NN_A_INTS("kernel_shape", f.axes, f.size),
                                                   NN_A_INTS("strides", f.axes, f.strides),
                                                   NN_A_INTS("pads", 2 * f.axes, f.pads)));
    give_first(u, x);
}

static void max_pool(nn_onnx_use *u) {
    pool(u, "MaxPool");
}
static void avg_pool(nn_onnx_use *u) {
    pool(u, "AveragePool");
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_max_pool1d) = {"MaxPool", max_pool};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_max_pool2d) = {"MaxPool", max_pool};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_max_pool3d) = {"MaxPool", max_pool};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_avg_pool1d) = {"AveragePool", avg_pool};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_avg_pool2d) = {"AveragePool", avg_pool};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_avg_pool3d) = {"AveragePool", avg_pool};

/* Of any rank and in any order, which GlobalMaxPool and GlobalAveragePool are not. */
static void global_pool(nn_onnx_use *u, const char *operator) {
    nn_order order = nn_value_common(u);
    int64_t axes[NN_MAX_RANK], keep = nn_use_bool(u, "keepdims");
    int n = u->in[0]->shape.rank - 1;
    for (int i = 0; i < n; i++) axes[i] = nn_value_axis(&order, i + 1);
    const char *x = nn_value_in_order(u, u->in[0], &order);
    x = nn_graph_node_of(u->graph, operator, NN_INPUTS(x),
                         NN_ATTRIBUTES(NN_A_INTS("axes", n, axes), NN_A_INT("keepdims", keep)));
    if (!keep) order = nn_order_last();
    nn_use_give(u, x, &order);
}

static void global_max_pool(nn_onnx_use *u) {
    global_pool(u, "ReduceMax");
}
static void global_avg_pool(nn_onnx_use *u) {
    global_pool(u, "ReduceMean");
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_global_max_pool) = {"ReduceMax", global_max_pool};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_global_avg_pool) = {"ReduceMean", global_avg_pool};
