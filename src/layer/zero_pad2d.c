/* zero_pad2d:  z(j) = z(j-1) with zeros around it;  dz(j-1) = the box of dz(j). */
#include "frame.h"

static const nn_key keys[] = {{.name = "padding",
                               .type = NN_KEY_INTS,
                               .offset = offsetof(nn_frame_options, frame),
                               .preset = "1",
                               .min = 0,
                               .max = NN_FRAME_MOST,
                               .help = NN_FRAME_HELP},
                              {0}};

static bool setup(nn_layer *l) {
    nn_box *b = NN_NEW(l->arena, nn_box);
    int64_t after[2];
    if (!nn_frame_read(l, "padding", b, after)) return false;
    l->out = l->in[0];
    for (int a = 0; a < 2; a++) l->out.dim[a] = b->grid[a] = b->at[a] + b->box[a] + after[a];
    l->plan = b;
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    nn_box_put(l->plan, p->n, p->z_in[0], false, p->z); /* box of z(j) = z(j-1), 0 around */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    if (p->dz_in[0])
        nn_box_take(l->plan, p->n, p->dz, p->dz_in_add[0],
                    p->dz_in[0]); /* dz(j-1) = box of dz(j) */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_zero_pad2d) = {
    .kind = {.name = "zero_pad2d",
             .help = "puts zeros around rows and columns",
             .shapes = "(h, w, c) -> (h + top + bottom, w + left + right, c), channels last",
             .formula = "z(j)(i + top, k + left) = z(j-1)(i, k), 0 elsewhere; dz(j-1) = that part "
                        "of dz(j)",
             .source = "ZeroPadding2D of Keras",
             .example = "{type: zero_pad2d, padding: [1, 0, 2, 1]}",
             .keys = keys,
             .options_size = sizeof(nn_frame_options)},
    .n_inputs = 1,
    .keras_class = "ZeroPadding2D",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
