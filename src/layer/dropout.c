/* dropout (inverted):  z(j) = m . z(j-1),  dz(j-1) = dz(j) . m,  where in training each number of
 * the mask m is 0 with probability `rate` and 1/(1 - rate) otherwise; in evaluation m = 1.
 *
 * The mask is a pure function of seed, step, layer and sample, drawn again in backward: less work
 * than to write and read it. Srivastava et al., JMLR 2014. */
#include "drop.h"

static const nn_key keys[] = NN_DROP_KEYS("the share of numbers that are set to 0, below 1");

static bool setup(nn_layer *l) {
    return nn_drop_setup(l, nn_shape_size(&l->in[0])); /* a number of the mask for each */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_dropout) = {
    .kind = {.name = "dropout",
             .help = "in training sets a random share of the numbers to 0 and scales the others up",
             .shapes = "any, kept",
             .formula = "training: z(j) = m . z(j-1), dz(j-1) = dz(j) . m; m is 0 with "
                        "probability rate, else 1/(1 - rate)\n"
                        "evaluation: z(j) = z(j-1)",
             .source = "Srivastava et al., Dropout, JMLR 15, 2014; Dropout of Keras",
             .details = "The mask depends on seed, step, layer and sample, never on the ranks.",
             .example = "{type: dropout, rate: 0.5}",
             .keys = keys,
             .options_size = sizeof(nn_drop_options)},
    .n_inputs = 1,
    .keras_class = "Dropout",
    .setup = setup,
    .forward = nn_drop_forward,
    .backward_input = nn_drop_backward,
};
