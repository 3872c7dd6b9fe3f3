/* dropout (inverted):  z(j) = m . z(j-1),  dz(j-1) = dz(j) . m,  where in training each number of
 * the mask m is 0 with probability `rate` and 1/(1 - rate) otherwise; in evaluation m = 1.
 *
 * The mask is a pure function of seed, step, layer and sample, drawn again in backward: less work
 * than to write and read it. Srivastava et al., JMLR 2014. */
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
                               .help = "the share of numbers that are set to 0, below 1"},
                              {0}};

static double rate_of(const nn_layer *l) {
    return ((const options *)l->options)->rate;
}

static bool setup(nn_layer *l) {
    if (rate_of(l) >= 1)
        return nn_layer_complain(l, "rate", NULL, "a rate of 1 would drop everything");
    l->out = l->in[0];
    l->in_place = true;
    l->random = rate_of(l) > 0;
    return true;
}

#define NN_BLOCK 256 /* numbers of a mask at once, a multiple of 4 */

/* y (+)= m . x for one sample of `size` numbers; x and y may be the same memory. */
static void mask_sample(const nn_stream *stream, double rate, int64_t size, const nn_real *x,
                        bool add, nn_real *y) {
    nn_real m[NN_BLOCK];
    for (int64_t i = 0; i < size; i += NN_BLOCK) {
        int64_t n = size - i < NN_BLOCK ? size - i : NN_BLOCK;
        nn_mask_draw(stream, (uint64_t)i / 4, rate, n, m);
        for (int64_t k = 0; k < n; k++)
            y[i + k] = add ? y[i + k] + m[k] * x[i + k] : m[k] * x[i + k]; /* m . x */
    }
}

static void mask_pass(const nn_layer *l, const nn_pass *p, const nn_real *x, bool add, nn_real *y) {
    int64_t size = nn_shape_size(&l->out);
    for (int64_t i = 0; i < p->n; i++) {
        nn_stream stream = nn_pass_stream(l, p, i);
        mask_sample(&stream, rate_of(l), size, x + i * size, add, y + i * size);
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
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "Dropout",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
