/* gaussian_noise:  z(j) = z(j-1) + s e,  dz(j-1) = dz(j),  where in training e is drawn for each
 * number from the normal distribution with mean 0 and variance 1, s = stddev; in evaluation s = 0.
 *
 * e is a pure function of seed, step, layer and sample. Bishop, Neural Computation 7(1), 1995. */
#include "identity.h"

typedef struct options {
    double stddev;
} options;

static const nn_key keys[] = {{.name = "stddev",
                               .type = NN_KEY_REAL,
                               .offset = offsetof(options, stddev),
                               .min = 0,
                               .max = 1e30,
                               .required = true,
                               .help = "s: the standard deviation of what is added"},
                              {0}};

static bool setup(nn_layer *l) {
    l->out = l->in[0];
    l->in_place = true;
    nn_layer_each_position(l);
    l->random = ((const options *)l->options)->stddev > 0;
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const double s = ((const options *)l->options)->stddev;
    int64_t size = nn_shape_size(&l->out);
    nn_identity_forward(l, p);
    for (int64_t i = 0; i < p->n && p->training && l->random; i++) {
        nn_stream e = nn_pass_stream(l, p, i);
        for (int64_t k = 0; k < size; k++)
            p->z[i * size + k] += (nn_real)(s * nn_random_normal(&e, (uint64_t)k)); /* + s e */
    }
}

const nn_layer_ops NN_REAL_NAME(nn_layer_gaussian_noise) = {
    .kind = {.name = "gaussian_noise",
             .help = "in training adds normal random numbers",
             .shapes = "any, kept",
             .formula = "training: z(j) = z(j-1) + stddev e, e normal with mean 0 and variance 1; "
                        "dz(j-1) = dz(j)\n"
                        "evaluation: z(j) = z(j-1)",
             .source = "Bishop, Training with noise is equivalent to Tikhonov regularization, "
                       "Neural Computation 7, 1995; GaussianNoise of Keras",
             .details = "The noise depends on seed, step, layer and sample, never on the ranks.",
             .example = "{type: gaussian_noise, stddev: 0.1}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "GaussianNoise",
    .setup = setup,
    .forward = forward,
    .backward_input = nn_identity_backward,
};
