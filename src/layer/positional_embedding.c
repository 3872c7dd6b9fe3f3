/* positional_embedding:  z(j) = z(j-1) + P,  a row of P for each position of a sequence.
 *
 * learned: P is trained, dP = the sum of dz(j) over samples. sinusoidal: P is given,
 *     P[t, 2i] = sin(t / w^(2i/d)),  P[t, 2i+1] = cos(t / w^(2i/d)),  w = max_wavelength.
 * dz(j-1) = dz(j).   Gehring et al., ICML 2017; Vaswani et al., NeurIPS 2017. */
#include "identity.h"
#include "nnmpi/tensor.h"

#include <math.h>

enum { LEARNED, SINUSOIDAL };

typedef struct options {
    int encoding;
    double max_wavelength;
    nn_typed initializer;
} options;

static const char *const encodings[] = {"learned", "sinusoidal", NULL};

static const nn_key keys[] = {{.name = "encoding",
                               .type = NN_KEY_CHOICE,
                               .offset = offsetof(options, encoding),
                               .preset = "learned",
                               .words = encodings,
                               .help = "learned: P is trained; sinusoidal: waves, not trained"},
                              {.name = "max_wavelength",
                               .type = NN_KEY_REAL,
                               .offset = offsetof(options, max_wavelength),
                               .preset = "10000",
                               .min = 1,
                               .max = 1e9,
                               .help = "sinusoidal: w, the longest wave in positions over 2 pi"},
                              {.name = "initializer",
                               .type = NN_KEY_KIND,
                               .offset = offsetof(options, initializer),
                               .preset = "glorot_uniform",
                               .kinds = nn_initializer_kinds,
                               .help = "learned: first values of P"},
                              {0}};

/* Row t of P. */
static void wave(double longest, int64_t t, int64_t d, nn_real *P) {
    for (int64_t k = 0; k < d; k++) {
        double angle = (double)t / pow(longest, (double)(k - k % 2) / (double)d);
        P[k] = (nn_real)(k % 2 ? cos(angle) : sin(angle));
    }
}

static nn_real *waves(nn_layer *l, double longest) {
    int64_t steps = l->out.dim[0], d = l->out.dim[1];
    nn_real *P = NN_NEW_ARRAY(l->arena, nn_real, steps * d);
    for (int64_t t = 0; t < steps; t++) wave(longest, t, d, P + t * d);
    return P;
}

static bool setup(nn_layer *l) {
    const options *o = l->options;
    char text[NN_SHAPE_TEXT_SIZE];
    if (l->in[0].rank != 2)
        return nn_layer_complain(l, NULL, NULL,
                                 "its input has shape %s, a sequence (steps, features) is expected",
                                 nn_shape_text(&l->in[0], text, sizeof text));
    l->out = l->in[0];
    l->in_place = true;
    l->stepping = NN_STEP_BOUNDED;
    if (o->encoding == LEARNED)
        nn_layer_add_param(l, "embeddings", l->out, o->initializer);
    else
        l->plan = waves(l, o->max_wavelength);
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    int64_t size = nn_shape_size(&l->out);
    nn_copy(p->n * size, p->z_in[0], p->z);
    nn_add_rows(p->n, size, l->plan ? l->plan : p->W[0], p->z); /* z(j) = z(j-1) + P */
}

static void step(const nn_layer *l, const nn_pass *p, const nn_carried *c) {
    const options *o = l->options;
    int64_t d = l->out.dim[1];
    if (l->n_params)
        nn_copy(d, p->W[0] + c->t * d, p->z);
    else
        wave(o->max_wavelength, c->t, d, p->z);
    nn_add(d, p->z_in[0], p->z); /* z(j) = z(j-1) + P[t] */
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    if (l->n_params)
        nn_sum_rows(p->n, nn_shape_size(&l->out), p->dz, p->dW_add[0],
                    p->dW[0]); /* dP = sum over samples of dz(j) */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_positional_embedding) = {
    .kind = {.name = "positional_embedding",
             .help = "adds to each position of a sequence numbers that tell which one it is",
             .shapes = "(T, d), kept\n"
                       "embeddings P: (T, d), if learned",
             .formula = "z(j) = z(j-1) + P\n"
                        "sinusoidal: P[t, 2i] = sin(t / w^(2i/d)), P[t, 2i+1] = cos(t / "
                        "w^(2i/d)), w = max_wavelength",
             .source = "learned: Gehring et al., ICML 2017; sinusoidal: Vaswani et al., NeurIPS "
                       "2017; PositionEmbedding of Keras NLP",
             .example = "positional_embedding",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "PositionEmbedding",
    .setup = setup,
    .forward = forward,
    .step = step,
    .backward_input = nn_identity_backward,
    .backward_params = backward_params,
};
