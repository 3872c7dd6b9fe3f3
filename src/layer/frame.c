#include "frame.h"

#include "window.h"

bool nn_frame_read(nn_layer *l, const char *key, nn_box *b, int64_t after[2]) {
    const nn_ints *frame = &((const nn_frame_options *)l->options)->frame;
    nn_frame_options *whole = NN_NEW(l->arena, nn_frame_options);
    char text[NN_SHAPE_TEXT_SIZE];
    const nn_shape *in = &l->in[0];
    if (in->rank != 3)
        return nn_layer_complain(l, NULL, NULL,
                                 "its input has shape %s, (rows, columns, channels) expected",
                                 nn_shape_text(in, text, sizeof text));
    *b = (nn_box){.outer = 1, .inner = in->dim[2]};
    whole->frame.n = 4;
    for (int a = 0; a < 2; a++) {
        b->grid[a] = b->box[a] = in->dim[a];
        if (!nn_window_pair(l, key, 2, frame, a, &b->at[a], &after[a])) return false;
        whole->frame.value[2 * a] = b->at[a];
        whole->frame.value[2 * a + 1] = after[a];
    }
    l->options = whole;
    return true;
}
