/* Layers that move numbers about: shapes, stretches, copies. */
#include <string.h>

#include "onnx_use.h"

static void reshape(nn_onnx_use *u) {
    const nn_shape *out = &u->out->shape;
    if (nn_shape_equal(&u->in[0]->shape, out)) {
        u->out = u->in[0];
        return;
    }
    nn_use_give_last(u, nn_use_reshape(u, nn_value_last(u, u->in[0]), out->rank, out->dim));
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_flatten) = {"Reshape", reshape};
const nn_onnx_rule NN_REAL_NAME(nn_onnx_reshape) = {"Reshape", reshape};

/* What was axis dims[i] is axis i: the same tensor, seen in another order. */
static void permute(nn_onnx_use *u) {
    const nn_ints *dims = nn_use_option(u->layer, "dims");
    nn_order order = nn_order_last();
    for (int i = 0; i < dims->n; i++) order.axis[i + 1] = (int)dims->value[i];
    nn_use_give_last(u, nn_value_in_order(u, u->in[0], &order));
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_permute) = {"Transpose", permute};

static void repeat_vector(nn_onnx_use *u) {
    int64_t row[2] = {1, u->in[0]->shape.dim[0]}, times[3] = {1, u->out->shape.dim[0], 1};
    const char *x = nn_use_reshape(u, nn_value_last(u, u->in[0]), 2, row);
    nn_use_give_last(
        u, nn_graph_binary(u->graph, "Tile", x, nn_graph_ints(u->graph, "repeats", 3, times)));
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_repeat_vector) = {"Reshape, Tile", repeat_vector};

/* ---- stretches ---- */

/* From `start` on so much of each axis of a sample as the output has; axis 0 is the first. */
static void cut(nn_onnx_use *u, const int64_t *start) {
    int64_t from[NN_MAX_RANK], to[NN_MAX_RANK], axes[NN_MAX_RANK];
    int n = 0;
    nn_order order = nn_value_common(u);
    for (int i = 0; i < u->out->shape.rank; i++) {
        if (u->in[0]->shape.dim[i] == u->out->shape.dim[i]) continue;
        from[n] = start[i];
        to[n] = start[i] + u->out->shape.dim[i];
        axes[n++] = nn_value_axis(&order, i + 1);
    }
    if (n == 0) {
        u->out = u->in[0];
        return;
    }
    nn_graph *g = u->graph;
    const char *x = nn_value_in_order(u, u->in[0], &order);
    nn_use_give(u,
                nn_graph_node_of(g, "Slice",
                                 NN_INPUTS(x, nn_graph_ints(g, "starts", n, from),
                                           nn_graph_ints(g, "ends", n, to),
                                           nn_graph_ints(g, "axes", n, axes)),
                                 NULL),
                &order);
}

static void slice(nn_onnx_use *u) {
    int64_t axis = nn_use_int(u, "axis"), first = nn_use_int(u, "start"), start[NN_MAX_RANK] = {0};
    int at = (int)(axis < 0 ? u->out->shape.rank + axis : axis - 1);
    start[at] = first < 0 ? u->in[0]->shape.dim[at] + first : first;
    cut(u, start);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_slice) = {"Slice", slice};

/* One number for all sides, two (rows, columns), or four (top, bottom, left, right). */
static void sides(const nn_ints *list, int64_t side[4]) {
    for (int i = 0; i < 4; i++) side[i] = list->value[list->n == 1 ? 0 : list->n == 2 ? i / 2 : i];
}

static void crop2d(nn_onnx_use *u) {
    int64_t side[4];
    sides(nn_use_option(u->layer, "cropping"), side);
    cut(u, (int64_t[]){side[0], side[2], 0});
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_crop2d) = {"Slice", crop2d};

static void zero_pad2d(nn_onnx_use *u) {
    int64_t side[4], pads[8] = {0};
    nn_order order = nn_value_common(u);
    sides(nn_use_option(u->layer, "padding"), side);
    for (int a = 0; a < 2; a++) {
        int at = nn_value_axis(&order, a + 1);
        pads[at] = side[2 * a], pads[4 + at] = side[2 * a + 1];
    }
    nn_use_give(u,
                nn_graph_binary(u->graph, "Pad", nn_value_in_order(u, u->in[0], &order),
                                nn_graph_ints(u->graph, "pads", 8, pads)),
                &order);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_zero_pad2d) = {"Pad", zero_pad2d};

static void upsample2d(nn_onnx_use *u) {
    static const char *const words[] = {"nearest", "linear"}; /* nearest, bilinear */
    int how = *(const int *)nn_use_option(u->layer, "interpolation");
    const nn_shape *in = &u->in[0]->shape, *out = &u->out->shape;
    float scales[4] = {1, 1, (float)(out->dim[0] / in->dim[0]), (float)(out->dim[1] / in->dim[1])};
    nn_graph *g = u->graph;
    nn_order first = nn_order_first(3);
    const char *x = nn_value_first(u, u->in[0]);
    x = nn_graph_node_of(g, "Resize",
                         NN_INPUTS(x, "", nn_graph_floats(g, "scales", 1, (int64_t[]){4}, scales)),
                         NN_ATTRIBUTES(NN_A_TEXT("mode", words[how]),
                                       NN_A_TEXT("coordinate_transformation_mode",
                                                 how ? "half_pixel" : "asymmetric"),
                                       NN_A_TEXT("nearest_mode", "floor")));
    nn_use_give(u, x, &first);
}

const nn_onnx_rule NN_REAL_NAME(nn_onnx_upsample2d) = {"Resize", upsample2d};
