/* concat (+):  z(j) = (z_1 | z_2 | ... ) along one axis;  dz_k = its part of dz(j).
 *
 * A sample is `outer` rows; input k has `part` consecutive numbers of each. */
#include "nnmpi/layer.h"
#include "nnmpi/tensor.h"

typedef struct options {
    int64_t axis;
} options;

static const nn_key keys[] = {
    {.name = "axis",
     .type = NN_KEY_INT,
     .offset = offsetof(options, axis),
     .preset = "-1",
     .min = -NN_MAX_RANK,
     .max = NN_MAX_RANK,
     .help = "counted as in Keras: 1 is the first axis of a sample, -1 the last"},
    {0}};

/* Where the inputs are put together, 0 for the first axis of a sample; -1 after a complaint. */
static int axis_of(nn_layer *l) {
    int64_t axis = ((const options *)l->options)->axis;
    int rank = l->in[0].rank;
    int64_t at = axis < 0 ? rank + axis : axis - 1;
    if (axis == 0)
        nn_layer_complain(l, "axis", "1 is the first axis of a sample, -1 the last",
                          "axis 0 is the axis of the samples");
    else if (at < 0 || at >= rank)
        nn_layer_complain(l, "axis", NULL, "no axis %lld: its inputs have %d", (long long)axis,
                          rank);
    else
        return (int)at;
    return -1;
}

static bool fits(const nn_shape *a, const nn_shape *b, int axis) {
    nn_shape c = *b;
    if (a->rank != b->rank) return false;
    c.dim[axis] = a->dim[axis];
    return nn_shape_equal(a, &c);
}

static bool setup(nn_layer *l) {
    int axis = axis_of(l);
    if (axis < 0) return false;
    l->out = l->in[0];
    for (int k = 1; k < l->n_inputs; k++) {
        char first[NN_SHAPE_TEXT_SIZE], other[NN_SHAPE_TEXT_SIZE];
        if (!fits(&l->in[0], &l->in[k], axis))
            return nn_layer_complain(
                l, NULL, NULL,
                "input %d has shape %s, input 1 %s: they may differ only on axis %lld", k + 1,
                nn_shape_text(&l->in[k], other, sizeof other),
                nn_shape_text(&l->in[0], first, sizeof first),
                (long long)((const options *)l->options)->axis);
        l->out.dim[axis] += l->in[k].dim[axis];
    }
    int64_t *outer = NN_NEW(l->arena, int64_t);
    *outer = 1;
    for (int i = 0; i < axis; i++) *outer *= l->out.dim[i];
    l->plan = outer;
    l->moves = true;
    if (axis > 0) nn_layer_each_position(l);
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    int64_t outer = *(const int64_t *)l->plan, width = nn_shape_size(&l->out) / outer;
    int64_t at = 0;
    for (int k = 0; k < l->n_inputs; k++) {
        int64_t part = nn_shape_size(&l->in[k]) / outer;
        for (int64_t i = 0; i < p->n * outer; i++)
            nn_copy(part, p->z_in[k] + i * part,
                    p->z + i * width + at); /* z(j) = (.. | z_k | ..) */
        at += part;
    }
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    int64_t outer = *(const int64_t *)l->plan, width = nn_shape_size(&l->out) / outer;
    int64_t at = 0;
    for (int k = 0; k < l->n_inputs; k++) {
        int64_t part = nn_shape_size(&l->in[k]) / outer;
        for (int64_t i = 0; p->dz_in[k] && i < p->n * outer; i++)
            nn_contribute(part, p->dz + i * width + at, p->dz_in_add[k],
                          p->dz_in[k] + i * part); /* dz_k = part k of dz(j) */
        at += part;
    }
}

const nn_layer_ops NN_REAL_NAME(nn_layer_concat) = {
    .kind = {.name = "concat",
             .help = "puts its inputs side by side along one axis",
             .shapes = "(..., a, ...), (..., b, ...), ... -> (..., a + b + ..., ...)",
             .formula = "z(j) = (z_1 | z_2 | ...), dz_k = its part of dz(j)",
             .source = "Concatenate of Keras",
             .details = "Inputs: the ends of `branches`, or the layers named in `inputs`.",
             .example = "type: concat\n"
                        "branches:\n"
                        "  - [{type: dense, units: 32, activation: tanh}]\n"
                        "  - []\n",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = NN_ANY_INPUTS,
    .keras_class = "Concatenate",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
