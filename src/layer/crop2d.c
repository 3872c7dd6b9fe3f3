/* crop2d:  z(j) = a box of z(j-1);  dz(j-1) = dz(j) in the box, 0 around it. */
#include "frame.h"

static const nn_key keys[] = {{.name = "cropping",
                               .type = NN_KEY_INTS,
                               .offset = offsetof(nn_frame_options, frame),
                               .min = 0,
                               .max = NN_FRAME_MOST,
                               .required = true,
                               .help = NN_FRAME_HELP},
                              {0}};

static bool setup(nn_layer *l) {
    nn_box *b = NN_NEW(l->arena, nn_box);
    int64_t after[2];
    if (!nn_frame_read(l, "cropping", b, after)) return false;
    l->out = l->in[0];
    for (int a = 0; a < 2; a++) {
        l->out.dim[a] = b->box[a] = b->grid[a] - b->at[a] - after[a];
        if (b->box[a] < 1)
            return nn_layer_complain(l, "cropping", NULL, "nothing is left of the %lld on axis %d",
                                     (long long)b->grid[a], a + 1);
    }
    l->plan = b;
    l->moves = true;
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    nn_box_take(l->plan, p->n, p->z_in[0], false, p->z); /* z(j) = box of z(j-1) */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    if (p->dz_in[0])
        nn_box_put(l->plan, p->n, p->dz, p->dz_in_add[0], p->dz_in[0]); /* dz(j-1) in the box */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_crop2d) = {
    .kind = {.name = "crop2d",
             .help = "cuts rows and columns off the edges",
             .shapes = "(h, w, c) -> (h - top - bottom, w - left - right, c), channels last",
             .formula = "z(j)(i, k) = z(j-1)(i + top, k + left); dz(j-1) = dz(j) there, 0 "
                        "elsewhere",
             .source = "Cropping2D of Keras",
             .example = "{type: crop2d, cropping: [1, 0, 2, 1]}",
             .keys = keys,
             .options_size = sizeof(nn_frame_options)},
    .n_inputs = 1,
    .keras_class = "Cropping2D",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
