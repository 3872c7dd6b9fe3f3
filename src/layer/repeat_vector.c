/* repeat_vector:  z(j)(t) = z(j-1) for each t;  dz(j-1) = sum over t of dz(j)(t). */
#include "nnmpi/layer.h"
#include "nnmpi/tensor.h"

typedef struct options {
    int64_t n;
} options;

static const nn_key keys[] = {{.name = "n",
                               .type = NN_KEY_INT,
                               .offset = offsetof(options, n),
                               .min = 1,
                               .max = 1 << 30,
                               .required = true,
                               .help = "how many times: the length of the new first axis"},
                              {0}};

static bool setup(nn_layer *l) {
    const options *o = l->options;
    char text[NN_SHAPE_TEXT_SIZE];
    if (l->in[0].rank != 1)
        return nn_layer_complain(l, NULL, NULL, "its input has shape %s, one axis expected",
                                 nn_shape_text(&l->in[0], text, sizeof text));
    l->out = nn_shape_of(2, (int64_t[]){o->n, l->in[0].dim[0]});
    l->moves = true;
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    int64_t times = l->out.dim[0], width = l->out.dim[1];
    for (int64_t i = 0; i < p->n * times; i++)
        nn_copy(width, p->z_in[0] + i / times * width, p->z + i * width); /* z(j)(t) = z(j-1) */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    int64_t times = l->out.dim[0], width = l->out.dim[1];
    for (int64_t i = 0; i < p->n && p->dz_in[0]; i++)
        nn_sum_rows(times, width, p->dz + i * times * width, p->dz_in_add[0],
                    p->dz_in[0] + i * width); /* dz(j-1) = sum over t of dz(j)(t) */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_repeat_vector) = {
    .kind = {.name = "repeat_vector",
             .help = "the same vector n times, as a sequence",
             .shapes = "(k) -> (n, k)",
             .formula = "z(j)(t) = z(j-1), dz(j-1) = sum over t of dz(j)(t)",
             .source = "RepeatVector of Keras",
             .example = "{type: repeat_vector, n: 3}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "RepeatVector",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
