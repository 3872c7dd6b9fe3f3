/* Sizes and padding of a window: what fits where, as Keras counts it. */
#include "window.h"

#define NN_BLOCK_BYTES (256 << 10)
#define NN_BLOCK_ROWS 256 /* a GEMM reads all weights for each block: few rows would waste that */

const char *const nn_window_words[] = {"valid", "same", NULL};

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}
static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}
/* a / b rounded up, for b > 0. */
static int64_t over(int64_t a, int64_t b) {
    return a > 0 ? (a + b - 1) / b : -(-a / b);
}

bool nn_window_spread(nn_layer *l, const char *key, int count, nn_ints *list) {
    if (list->n != 1 && list->n != count)
        return nn_layer_complain(l, key, NULL, "%s has %d numbers, 1%s%s expected", key, list->n,
                                 count == 1 ? "" : " or ",
                                 count == 1   ? ""
                                 : count == 2 ? "2"
                                              : "3");
    for (int i = list->n; i < count; i++) list->value[i] = list->value[0];
    list->n = count;
    return true;
}

bool nn_window_spread_all(nn_layer *l, const char *size_key, int axes, nn_window_options *o) {
    if (!nn_window_spread(l, size_key, axes, &o->size)) return false;
    if (o->strides.n == 0) o->strides = o->size;
    if (o->dilation_rate.n == 0) o->dilation_rate = (nn_ints){1, {1}};
    return nn_window_spread(l, "strides", axes, &o->strides) &&
           nn_window_spread(l, "dilation_rate", axes, &o->dilation_rate);
}

bool nn_window_pair(nn_layer *l, const char *key, int axes, const nn_ints *list, int axis,
                    int64_t *before, int64_t *after) {
    const int64_t *v = list->value;
    if (list->n == 2 * axes)
        *before = v[2 * axis], *after = v[2 * axis + 1];
    else if (list->n == 1 || list->n == axes)
        *before = *after = v[list->n == 1 ? 0 : axis];
    else
        return nn_layer_complain(l, key, "one for all, one an axis, or two an axis: before, after",
                                 "%s has %d numbers", key, list->n);
    return true;
}

/* From its first tap to its last, both included. */
static int64_t reach(const nn_window *w, int a) {
    return (w->size[a] - 1) * w->dilation[a] + 1;
}

/* Axis i of the user is axis 3 - axes + i of the window. */
static void begin(nn_window *w, int axes, const nn_window_options *o) {
    for (int a = 0; a < 3; a++) {
        int i = a - (3 - axes);
        w->in[a] = w->out[a] = w->size[a] = w->stride[a] = w->dilation[a] = 1;
        w->before[a] = 0;
        if (i < 0) continue;
        w->size[a] = o->size.value[i];
        w->stride[a] = o->strides.value[i];
        w->dilation[a] = o->dilation_rate.value[i];
    }
}

static int64_t volume(const int64_t size[3]) {
    nn_shape shape = nn_shape_of(3, size);
    return nn_shape_size(&shape);
}

static bool finish(nn_layer *l, nn_window *w) {
    w->n_in = volume(w->in), w->n_out = volume(w->out), w->taps = volume(w->size);
    if (w->n_in < 0 || w->n_out < 0 || w->taps < 0)
        return nn_layer_complain(l, NULL, NULL, "its window or its output is too large");
    int64_t *first = NN_NEW_ARRAY(l->arena, int64_t, w->size[2]);
    int64_t *after = NN_NEW_ARRAY(l->arena, int64_t, w->size[2]);
    for (int64_t k = 0; k < w->size[2]; k++) { /* 0 <= o stride + shift < in */
        int64_t shift = k * w->dilation[2] - w->before[2];
        first[k] = larger(0, over(-shift, w->stride[2]));
        after[k] = smaller(w->out[2], over(w->in[2] - shift, w->stride[2]));
    }
    w->first = first, w->after = after;
    return true;
}

static bool check_rank(nn_layer *l, int axes) {
    static const char *const wanted[] = {"", "(steps, channels)", "(rows, columns, channels)",
                                         "(planes, rows, columns, channels)"};
    char text[NN_SHAPE_TEXT_SIZE];
    if (l->in[0].rank == axes + 1) return true;
    const char *hint =
        l->in[0].rank == axes ? "a reshape layer can add an axis of 1 channel" : NULL;
    return nn_layer_complain(l, NULL, hint, "its input has shape %s, %s expected",
                             nn_shape_text(&l->in[0], text, sizeof text), wanted[axes]);
}

/* Padding of `same`: as many positions as strides fit into the grid, extra padding at the end. */
static void pad_same(nn_window *w, int a) {
    w->out[a] = over(w->in[a], w->stride[a]);
    w->before[a] = larger(0, (w->out[a] - 1) * w->stride[a] + reach(w, a) - w->in[a]) / 2;
}

static bool fit_axis(nn_layer *l, const char *size_key, int axes, const nn_window_options *o,
                     nn_window *w, int i) {
    int a = 3 - axes + i;
    int64_t before = 0, after = 0, word = o->padding.value[0];
    w->in[a] = l->in[0].dim[i];
    if (word == NN_PADDING_SAME) {
        pad_same(w, a);
        return true;
    }
    if (word >= 0 && !nn_window_pair(l, "padding", axes, &o->padding, i, &before, &after))
        return false;
    int64_t room = before + w->in[a] + after - reach(w, a);
    if (room < 0)
        return nn_layer_complain(
            l, size_key, word < 0 ? "padding: same would fit" : NULL,
            "the window reaches over %lld on axis %d, its input%s has only %lld",
            (long long)reach(w, a), i + 1, before + after ? " with its padding" : "",
            (long long)(before + w->in[a] + after));
    w->before[a] = before;
    w->out[a] = room / w->stride[a] + 1;
    return true;
}

bool nn_window_fit(nn_layer *l, const char *size_key, int axes, const nn_window_options *o,
                   nn_window *w) {
    if (!check_rank(l, axes)) return false;
    begin(w, axes, o);
    for (int i = 0; i < axes; i++)
        if (!fit_axis(l, size_key, axes, o, w, i)) return false;
    return finish(l, w);
}

/* The length that a convolution with this padding takes to out[a] positions: Keras's
 * deconv_output_length. */
static bool fit_transposed_axis(nn_layer *l, int axes, const nn_window_options *o,
                                const nn_ints *output_padding, nn_window *w, int i) {
    int a = 3 - axes + i;
    int64_t before = 0, after = 0, word = o->padding.value[0], k = reach(w, a), s = w->stride[a];
    bool same = word == NN_PADDING_SAME, exact = output_padding->n > 0 || word >= 0;
    w->out[a] = l->in[0].dim[i];
    if (word >= 0 && !nn_window_pair(l, "padding", axes, &o->padding, i, &before, &after))
        return false;
    if (same) before = after = k / 2;
    int64_t more = output_padding->n ? output_padding->value[i] : 0;
    if (more >= s)
        return nn_layer_complain(l, "output_padding", NULL,
                                 "output_padding %lld is not less than the stride %lld",
                                 (long long)more, (long long)s);
    if (exact)
        w->in[a] = (w->out[a] - 1) * s + k - before - after + more;
    else
        w->in[a] = w->out[a] * s + (same ? 0 : larger(k - s, 0));
    w->before[a] = before;
    int64_t back = same ? over(w->in[a], s) : w->out[a]; /* that `same` leads back to */
    if (w->in[a] < 1 || back != w->out[a])
        return nn_layer_complain(l, output_padding->n ? "output_padding" : "padding", NULL,
                                 "axis %d would have length %lld, which this padding does not lead "
                                 "back to %lld",
                                 i + 1, (long long)w->in[a], (long long)w->out[a]);
    if (same) pad_same(w, a);
    return true;
}

bool nn_window_fit_transposed(nn_layer *l, int axes, const nn_window_options *o,
                              const nn_ints *output_padding, nn_window *w) {
    if (!check_rank(l, axes)) return false;
    begin(w, axes, o);
    for (int i = 0; i < axes; i++)
        if (!fit_transposed_axis(l, axes, o, output_padding, w, i)) return false;
    return finish(l, w);
}

bool nn_window_of_all(nn_layer *l, nn_window *w) {
    const nn_shape *in = &l->in[0];
    begin(w, 0, NULL);
    w->in[2] = w->size[2] = nn_shape_size(in) / in->dim[in->rank - 1];
    return finish(l, w);
}

/* How many pairs of position and tap see place i on axis a. */
static int64_t sight(const nn_window *w, int a, int64_t i) {
    int64_t n = 0;
    for (int64_t k = 0; k < w->size[a]; k++) {
        int64_t at = i + w->before[a] - k * w->dilation[a];
        n += at >= 0 && at % w->stride[a] == 0 && at / w->stride[a] < w->out[a];
    }
    return n;
}

bool nn_window_tiles(const nn_window *w) {
    for (int a = 0; a < 3; a++)
        for (int64_t i = 0; i < w->in[a]; i++)
            if (sight(w, a, i) != 1) return false;
    return true;
}

bool nn_window_copies(const nn_window *w) {
    for (int a = 0; a < 3; a++)
        if (w->size[a] != 1 || w->in[a] != w->out[a] || w->before[a] != 0 ||
            (w->stride[a] != 1 && w->in[a] != 1))
            return false;
    return true;
}

int64_t nn_window_block(int64_t numbers) {
    return larger(NN_BLOCK_BYTES / (int64_t)sizeof(nn_real) / numbers, NN_BLOCK_ROWS);
}

bool nn_window_check_size(nn_layer *l, const char *what, const nn_shape *shape) {
    char text[NN_SHAPE_TEXT_SIZE];
    return nn_shape_size(shape) > 0 ||
           nn_layer_complain(l, NULL, NULL, "%s of shape %s is too large", what,
                             nn_shape_text(shape, text, sizeof text));
}

nn_shape nn_window_output(const int64_t size[3], int axes, int64_t channels) {
    nn_shape shape = {.rank = axes + 1};
    for (int i = 0; i < axes; i++) shape.dim[i] = size[3 - axes + i];
    shape.dim[axes] = channels;
    return shape;
}
