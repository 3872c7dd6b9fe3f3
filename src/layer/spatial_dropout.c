/* spatial_dropout:  z(j) = m . z(j-1),  dz(j-1) = dz(j) . m,  with one number of the mask m for
 * each channel (the last axis), the same at all positions of a sample: in training 0 with
 * probability `rate` and 1/(1 - rate) otherwise; in evaluation m = 1.
 *
 * Neighbouring positions tell nearly the same, so that to drop single ones hides little.
 * Tompson, Goroshin, Jain, LeCun and Bregler, CVPR 2015. */
#include "identity.h"
#include "mask.h"

typedef struct options {
    double rate;
} options;

static const nn_key keys[] = {{.name = "rate",
                               .type = NN_KEY_REAL,
                               .offset = offsetof(options, rate),
                               .min = 0,
                               .max = 1,
                               .required = true,
                               .help = "the share of channels that are set to 0, below 1"},
                              {0}};

static double rate_of(const nn_layer *l) {
    return ((const options *)l->options)->rate;
}

static int64_t channels_of(const nn_layer *l) {
    return l->out.dim[l->out.rank - 1];
}

static bool setup(nn_layer *l) {
    static const char *const keras_class[] = {"SpatialDropout1D", "SpatialDropout2D",
                                              "SpatialDropout3D"};
    char text[NN_SHAPE_TEXT_SIZE];
    if (rate_of(l) >= 1)
        return nn_layer_complain(l, "rate", NULL, "a rate of 1 would drop everything");
    if (l->in[0].rank < 2 || l->in[0].rank > 4)
        return nn_layer_complain(l, NULL, "dropout drops single numbers of any shape",
                                 "its input has shape %s, positions (1 to 3 axes) and channels are "
                                 "expected",
                                 nn_shape_text(&l->in[0], text, sizeof text));
    l->out = l->in[0];
    l->keras_class = keras_class[l->out.rank - 2];
    l->in_place = true;
    l->random = rate_of(l) > 0;
    l->temp = channels_of(l);
    return true;
}

/* y (+)= m . x; x and y may be the same memory. */
static void mask_pass(const nn_layer *l, const nn_pass *p, const nn_real *x, bool add, nn_real *y) {
    int64_t c = channels_of(l), positions = nn_shape_size(&l->out) / c;
    nn_real *m = p->temp;
    for (int64_t i = 0; i < p->n; i++) {
        nn_stream stream = nn_pass_stream(l, p, i);
        nn_mask_draw(&stream, 0, rate_of(l), c, m);
        for (int64_t t = 0; t < positions; t++, x += c, y += c)
            for (int64_t k = 0; k < c; k++)
                y[k] = add ? y[k] + m[k] * x[k] : m[k] * x[k]; /* m . x */
    }
}

static void forward(const nn_layer *l, const nn_pass *p) {
    if (p->training && l->random)
        mask_pass(l, p, p->z_in[0], false, p->z); /* z(j) = m . z(j-1) */
    else
        nn_identity_forward(l, p);
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    if (p->training && l->random && p->dz_in[0])
        mask_pass(l, p, p->dz, p->dz_in_add[0], p->dz_in[0]); /* dz(j-1) = dz(j) . m */
    else
        nn_identity_backward(l, p);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_spatial_dropout) = {
    .kind = {.name = "spatial_dropout",
             .help =
                 "in training sets a random share of the channels to 0 and scales the others up",
             .shapes = "(..., c), kept; two to four axes",
             .formula = "training: z(j) = m . z(j-1), dz(j-1) = dz(j) . m; m, one number a "
                        "channel, is 0 with probability rate, else 1/(1 - rate)\n"
                        "evaluation: z(j) = z(j-1)",
             .source = "Tompson et al., Efficient object localization, CVPR 2015; "
                       "SpatialDropout1D, 2D and 3D of Keras",
             .details = "The mask depends on seed, step, layer and sample, never on the ranks.",
             .example = "{type: spatial_dropout, rate: 0.2}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "SpatialDropout2D",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
