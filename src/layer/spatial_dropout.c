/* spatial_dropout:  z(j) = m . z(j-1),  dz(j-1) = dz(j) . m,  with one number of the mask m for
 * each channel (the last axis), the same at all positions of a sample: in training 0 with
 * probability `rate` and 1/(1 - rate) otherwise; in evaluation m = 1.
 *
 * Neighbouring positions tell nearly the same, so that to drop single ones hides little.
 * Tompson, Goroshin, Jain, LeCun and Bregler, CVPR 2015. */
#include "drop.h"

static const nn_key keys[] = NN_DROP_KEYS("the share of channels that are set to 0, below 1");

static bool setup(nn_layer *l) {
    static const char *const keras_class[] = {"SpatialDropout1D", "SpatialDropout2D",
                                              "SpatialDropout3D"};
    char text[NN_SHAPE_TEXT_SIZE];
    const nn_shape *in = &l->in[0];
    bool fits = in->rank >= 2 && in->rank <= 4;
    if (!nn_drop_setup(l, fits ? in->dim[in->rank - 1] : 1)) return false;
    if (!fits)
        return nn_layer_complain(l, NULL, "dropout drops single numbers of any shape",
                                 "its input has shape %s, positions (1 to 3 axes) and channels are "
                                 "expected",
                                 nn_shape_text(in, text, sizeof text));
    l->keras_class = keras_class[in->rank - 2];
    return true;
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
             .options_size = sizeof(nn_drop_options)},
    .n_inputs = 1,
    .keras_class = "SpatialDropout2D",
    .setup = setup,
    .forward = nn_drop_forward,
    .backward_input = nn_drop_backward,
};
