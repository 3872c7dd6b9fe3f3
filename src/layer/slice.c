/* slice:  z(j) = a stretch of one axis of z(j-1);  dz(j-1) = dz(j) there, 0 elsewhere. */
#include "box.h"

typedef struct options {
    int64_t axis, start, size;
} options;

#define NN_REST (-1)
static const char *const words[] = {"rest", NULL};

static const nn_key keys[] = {
    {.name = "axis",
     .type = NN_KEY_INT,
     .offset = offsetof(options, axis),
     .preset = "1",
     .min = -NN_MAX_RANK,
     .max = NN_MAX_RANK,
     .help = "counted as in Keras: 1 is the first axis of a sample, -1 the last"},
    {.name = "start",
     .type = NN_KEY_INT,
     .offset = offsetof(options, start),
     .preset = "0",
     .min = -(1 << 30),
     .max = 1 << 30,
     .help = "the first that is taken; from the end if negative: -1 is the last"},
    {.name = "size",
     .type = NN_KEY_COUNT,
     .offset = offsetof(options, size),
     .preset = "rest",
     .min = 1,
     .max = 1 << 30,
     .words = words,
     .help = "how many are taken, or all from start on (rest)"},
    {0}};

static bool cut(nn_layer *l, nn_box *b, int64_t length) {
    const options *o = l->options;
    int64_t start = o->start < 0 ? length + o->start : o->start;
    if (start < 0 || start >= length)
        return nn_layer_complain(l, "start", NULL, "start %lld is outside of the axis of %lld",
                                 (long long)o->start, (long long)length);
    int64_t size = o->size == NN_REST ? length - start : o->size;
    if (size > length - start)
        return nn_layer_complain(l, "size", NULL, "%lld from %lld on, but the axis has %lld",
                                 (long long)size, (long long)start, (long long)length);
    b->at[0] = start, b->box[0] = size, b->grid[0] = length;
    return true;
}

/* Of an axis of positions it is a crop. */
static const char *const keras_class[] = {"Cropping1D", "Cropping2D", "Cropping3D"};

static bool setup(nn_layer *l) {
    int64_t axis = ((const options *)l->options)->axis;
    const nn_shape *in = &l->in[0];
    int64_t at = axis < 0 ? in->rank + axis : axis - 1;
    if (axis == 0)
        return nn_layer_complain(l, "axis", "1 is the first axis of a sample, -1 the last",
                                 "axis 0 is the axis of the samples");
    if (at < 0 || at >= in->rank)
        return nn_layer_complain(l, "axis", NULL, "no axis %lld: its input has %d", (long long)axis,
                                 in->rank);
    nn_box *b = NN_NEW(l->arena, nn_box);
    *b = (nn_box){.outer = 1, .grid = {1, 1}, .box = {1, 1}, .inner = 1};
    for (int i = 0; i < in->rank; i++)
        *(i < at ? &b->outer : &b->inner) *= i == at ? 1 : in->dim[i];
    if (!cut(l, b, in->dim[at])) return false;
    l->out = *in;
    l->out.dim[at] = b->box[0];
    if (at < in->rank - 1 && in->rank <= 4) l->keras_class = keras_class[in->rank - 2];
    l->plan = b;
    l->moves = true;
    if (at > 0) nn_layer_each_position(l);
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    nn_box_take(l->plan, p->n, p->z_in[0], false, p->z); /* z(j) = a stretch of z(j-1) */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    if (p->dz_in[0])
        nn_box_put(l->plan, p->n, p->dz, p->dz_in_add[0], p->dz_in[0]); /* dz(j-1) there = dz(j) */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_slice) = {
    .kind = {.name = "slice",
             .help = "a stretch of one axis",
             .shapes = "(..., a, ...) -> (..., size, ...)",
             .formula = "z(j)(..., i, ...) = z(j-1)(..., start + i, ...); dz(j-1) = dz(j) there, "
                        "0 elsewhere",
             .source = "Slice of ONNX; of an axis of positions Cropping1D, 2D and 3D of Keras",
             .example = "{type: slice, axis: 1, start: 1, size: 2}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
