/* Windows in ONNX's words: pads is (before of each axis, after of each axis). */
#include "onnx_use.h"

enum { VALID = -1, SAME = -2 };

static int64_t one_of(const nn_ints *list, int axis, int64_t preset) {
    return list->n == 0 ? preset : list->value[list->n == 1 ? 0 : axis];
}

static const nn_ints *ints(const nn_onnx_use *u, const char *key) {
    for (const nn_key *k = u->layer->ops->kind.keys; k->name; k++)
        if (!__builtin_strcmp(k->name, key)) return nn_use_option(u->layer, key);
    static const nn_ints none;
    return &none;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* Sizes, strides and dilations. */
static nn_onnx_frame begin(const nn_onnx_use *u, const char *size_key) {
    nn_onnx_frame f = {.axes = u->in[0]->shape.rank - 1};
    for (int i = 0; i < f.axes; i++) {
        f.size[i] = one_of(ints(u, size_key), i, 1);
        f.strides[i] = one_of(ints(u, "strides"), i, f.size[i]);
        f.dilations[i] = one_of(ints(u, "dilation_rate"), i, 1);
    }
    return f;
}

static int64_t reach(const nn_onnx_frame *f, int i) {
    return (f->size[i] - 1) * f->dilations[i] + 1;
}

/* Numbers of padding: one for all, one an axis, or two an axis. */
static void pair(const nn_ints *list, int axes, int i, int64_t *before, int64_t *after) {
    *before = list->n == 2 * axes ? list->value[2 * i] : one_of(list, i, 0);
    *after = list->n == 2 * axes ? list->value[2 * i + 1] : *before;
}

/* `small` positions of the window in `large` places. */
static void pad_same(const nn_onnx_frame *f, int i, int64_t small, int64_t large, int64_t *before,
                     int64_t *after) {
    int64_t all = larger(0, (small - 1) * f->strides[i] + reach(f, i) - large);
    *before = all / 2, *after = all - all / 2;
}

nn_onnx_frame nn_onnx_window(const nn_onnx_use *u, const char *size_key) {
    nn_onnx_frame f = begin(u, size_key);
    const nn_ints *padding = nn_use_option(u->layer, "padding");
    for (int i = 0; i < f.axes; i++) {
        int64_t *before = &f.pads[i], *after = &f.pads[f.axes + i];
        if (padding->value[0] == SAME)
            pad_same(&f, i, u->out->shape.dim[i], u->in[0]->shape.dim[i], before, after);
        else if (padding->value[0] != VALID)
            pair(padding, f.axes, i, before, after);
    }
    return f;
}

/* length = (input - 1) stride + reach - before - after + output_padding: what is cut off at the
 * end, or added there, follows from the length. */
nn_onnx_frame nn_onnx_window_transposed(const nn_onnx_use *u) {
    nn_onnx_frame f = begin(u, "kernel_size");
    const nn_ints *padding = nn_use_option(u->layer, "padding");
    for (int i = 0; i < f.axes; i++) {
        int64_t in = u->in[0]->shape.dim[i], out = u->out->shape.dim[i];
        int64_t *before = &f.pads[i], *after = &f.pads[f.axes + i];
        if (padding->value[0] == SAME)
            pad_same(&f, i, in, out, before, after);
        else if (padding->value[0] != VALID)
            pair(padding, f.axes, i, before, after);
        *after = (in - 1) * f.strides[i] + reach(&f, i) - *before - out;
        if (*after < 0) f.output_padding[i] = -*after, *after = 0;
    }
    return f;
}
