/* Windows of pools. */
#include "pool_plan.h"
#include "window_keys.h"

const nn_key nn_pool_keys[] = {NN_KEY_POOL_SIZE(offsetof(nn_pool_options, window.size)),
                               NN_KEY_STRIDES(NULL, offsetof(nn_pool_options, window.strides)),
                               NN_KEY_PADDING(offsetof(nn_pool_options, window.padding)),
                               {0}};

const nn_key nn_global_pool_keys[] = {{.name = "keepdims",
                                       .type = NN_KEY_BOOL,
                                       .offset = offsetof(nn_global_pool_options, keepdims),
                                       .preset = "false",
                                       .help = "keep the axes pooled, with length 1"},
                                      {0}};

/* Each window must see a place. */
static bool check_padding(nn_layer *l, int axes, const nn_window_options *o) {
    for (int i = 0; i < axes && o->padding.value[0] >= 0; i++) {
        int64_t before, after, size = o->size.value[i];
        nn_window_pair(l, "padding", axes, &o->padding, i, &before, &after);
        if (before >= size || after >= size)
            return nn_layer_complain(l, "padding", NULL,
                                     "padding must be less than pool_size, %lld on axis %d",
                                     (long long)size, i + 1);
    }
    return true;
}

static nn_pool_plan *finish(nn_layer *l, nn_pool_plan *c) {
    c->channels = l->in[0].dim[l->in[0].rank - 1];
    c->tiles = nn_window_tiles(&c->w);
    l->plan = c;
    return c;
}

nn_pool_plan *nn_pool_plan_window(nn_layer *l, int axes) {
    nn_pool_options *o = NN_NEW(l->arena, nn_pool_options);
    nn_pool_plan *c = NN_NEW(l->arena, nn_pool_plan);
    *o = *(const nn_pool_options *)l->options;
    l->options = o; /* with lists of full length, as Keras wants them */
    if (!nn_window_spread_all(l, "pool_size", axes, &o->window) ||
        !nn_window_fit(l, "pool_size", axes, &o->window, &c->w) ||
        !check_padding(l, axes, &o->window))
        return NULL;
    finish(l, c);
    l->out = nn_window_output(c->w.out, axes, c->channels);
    return c;
}

nn_pool_plan *nn_pool_plan_all(nn_layer *l, const char *const keras_class[3]) {
    const nn_global_pool_options *o = l->options;
    nn_pool_plan *c = NN_NEW(l->arena, nn_pool_plan);
    char text[NN_SHAPE_TEXT_SIZE];
    const nn_shape *in = &l->in[0];
    if (in->rank < 2) {
        nn_layer_complain(l, NULL, NULL, "its input has shape %s, two or more axes expected",
                          nn_shape_text(in, text, sizeof text));
        return NULL;
    }
    if (!nn_window_of_all(l, &c->w)) return NULL;
    finish(l, c);
    l->out = o->keepdims ? *in : nn_shape_of(1, &c->channels);
    for (int i = 0; o->keepdims && i < in->rank - 1; i++) l->out.dim[i] = 1;
    l->keras_class = keras_class[in->rank < 4 ? in->rank - 2 : 2];
    return c;
}

double nn_pool_flops(const nn_layer *l) {
    const nn_pool_plan *c = l->plan;
    return (double)c->w.n_out * (double)c->w.taps * (double)c->channels;
}
