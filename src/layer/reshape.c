/* reshape:  z(j) = z(j-1) seen with other axes;  dz(j-1) = dz(j). */
#include "identity.h"

typedef struct options {
    nn_ints target_shape;
} options;

static const nn_key keys[] = {
    {.name = "target_shape",
     .type = NN_KEY_INTS,
     .offset = offsetof(options, target_shape),
     .min = -1,
     .max = 1 << 30,
     .required = true,
     .help = "axes of a sample; one of them may be -1: what is left over"},
    {0}};

static bool complain_of_size(nn_layer *l) {
    char in[NN_SHAPE_TEXT_SIZE], target[NN_SHAPE_TEXT_SIZE];
    const nn_ints *t = &((const options *)l->options)->target_shape;
    nn_shape wanted = nn_shape_of(t->n, t->value);
    return nn_layer_complain(
        l, "target_shape", NULL, "its input has shape %s, %lld numbers, which do not fit into %s",
        nn_shape_text(&l->in[0], in, sizeof in), (long long)nn_shape_size(&l->in[0]),
        nn_shape_text(&wanted, target, sizeof target));
}

static bool setup(nn_layer *l) {
    const nn_ints *t = &((const options *)l->options)->target_shape;
    int64_t size = nn_shape_size(&l->in[0]), known = 1;
    int free_axis = -1;
    for (int i = 0; i < t->n; i++) {
        if (t->value[i] == 0)
            return nn_layer_complain(l, "target_shape", NULL, "an axis of length 0");
        if (t->value[i] < 0 && free_axis >= 0)
            return nn_layer_complain(l, "target_shape", NULL, "only one axis can be -1");
        if (t->value[i] < 0)
            free_axis = i;
        else if (__builtin_mul_overflow(known, t->value[i], &known))
            return complain_of_size(l);
    }
    if (free_axis >= 0 ? size % known != 0 : size != known) return complain_of_size(l);
    l->out = nn_shape_of(t->n, t->value);
    if (free_axis >= 0) l->out.dim[free_axis] = size / known;
    l->view = true;
    return true;
}

const nn_layer_ops NN_REAL_NAME(nn_layer_reshape) = {
    .kind = {.name = "reshape",
             .help = "the same numbers with other axes",
             .shapes = "(...) -> target_shape, row major; one axis may be -1",
             .formula = "z(j) = z(j-1), dz(j-1) = dz(j)",
             .source = "Reshape of Keras",
             .example = "{type: reshape, target_shape: [-1, 2]}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "Reshape",
    .setup = setup,
    .forward = nn_identity_forward,
    .backward_input = nn_identity_backward,
};
