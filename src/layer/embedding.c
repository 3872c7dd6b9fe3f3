/* embedding:  z(j) = W[id],  a row of W for each id;  dW[id] += dz(j), rows in order of samples.
 *
 * Ids come as numbers. Those of the data, moved or not, are looked at when the data are loaded.
 * Elsewhere what is no whole number in [0, input_dim) gives a row of NaN, so that the loss is not
 * finite and the run stops and says so: forward cannot fail, and a nearby id would be another word.
 * The derivative by an id is 0. */
#include "nnmpi/layer.h"
#include "nnmpi/tensor.h"

#include <math.h>

typedef struct options {
    int64_t input_dim, output_dim;
    nn_typed embeddings_initializer;
} options;

static const nn_key keys[] = {{.name = "input_dim",
                               .type = NN_KEY_INT,
                               .offset = offsetof(options, input_dim),
                               .min = 1,
                               .max = 1 << 24,
                               .required = true,
                               .help = "number of ids: they are 0 ... input_dim - 1"},
                              {.name = "output_dim",
                               .type = NN_KEY_INT,
                               .offset = offsetof(options, output_dim),
                               .min = 1,
                               .max = 1 << 24,
                               .required = true,
                               .help = "numbers that an id becomes"},
                              {.name = "embeddings_initializer",
                               .type = NN_KEY_KIND,
                               .offset = offsetof(options, embeddings_initializer),
                               .preset = "uniform",
                               .kinds = nn_initializer_kinds,
                               .help = "first values of W"},
                              {0}};

static bool setup(nn_layer *l) {
    const options *o = l->options;
    if (l->in[0].rank == NN_MAX_RANK)
        return nn_layer_complain(l, NULL, NULL, "its input has %d axes, one more is too many",
                                 l->in[0].rank);
    l->out = l->in[0];
    l->out.dim[l->out.rank++] = o->output_dim;
    nn_layer_add_param(l, "embeddings", nn_shape_of(2, (int64_t[]){o->input_dim, o->output_dim}),
                       o->embeddings_initializer);
    l->keeps_input = true;
    l->ids = o->input_dim;
    if (l->in[0].rank > 0) l->stepping = NN_STEP_ALONE;
    return true;
}

/* The row of W; -1: none. */
static int64_t row_of(const options *o, nn_real id) {
    if (!(id >= 0 && id < (nn_real)o->input_dim)) return -1;
    int64_t row = (int64_t)id;
    return (nn_real)row == id ? row : -1;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    const options *o = l->options;
    int64_t ids = p->n * nn_shape_size(&l->in[0]), d = o->output_dim;
    for (int64_t i = 0; i < ids; i++) {
        int64_t row = row_of(o, p->z_in[0][i]);
        if (row >= 0)
            nn_copy(d, p->W[0] + row * d, p->z + i * d); /* z(j) = W[id] */
        else
            for (int64_t k = 0; k < d; k++) p->z[i * d + k] = (nn_real)NAN;
    }
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    const options *o = l->options;
    int64_t ids = p->n * nn_shape_size(&l->in[0]), d = o->output_dim;
    if (!p->dW_add[0]) nn_zero(o->input_dim * d, p->dW[0]);
    for (int64_t i = 0; i < ids; i++) {
        int64_t row = row_of(o, p->z_in[0][i]);
        if (row >= 0) nn_add(d, p->dz + i * d, p->dW[0] + row * d); /* dW[id] += dz(j) */
    }
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    if (p->dz_in[0] && !p->dz_in_add[0])
        nn_zero(p->n * nn_shape_size(&l->in[0]), p->dz_in[0]); /* ids do not move */
}

const nn_layer_ops NN_REAL_NAME(nn_layer_embedding) = {
    .kind = {.name = "embedding",
             .help = "a row of trained numbers for each id: the first layer of a text model",
             .shapes = "(...) of ids -> (..., output_dim)\n"
                       "embeddings W: (input_dim, output_dim)",
             .formula = "z(j) = W[id], dW[id] = the sum of dz(j) over all places with this id",
             .source = "Bengio, Ducharme, Vincent and Jauvin, A neural probabilistic language "
                       "model, JMLR 3, 2003; Embedding of Keras",
             .details = "Ids are whole numbers in [0, input_dim): others in the data are refused, "
                        "also where a slice or another layer moves them; those that another layer "
                        "makes give NaN, so that the run stops.",
             .example = "{type: embedding, input_dim: 50, output_dim: 8}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "Embedding",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
    .backward_params = backward_params,
};
