/* dense:  z(j) = f(z(j-1) W + b), on the last axis: a sample of shape (..., k) is rows of k
 * numbers.
 *
 *     x = z(j-1) W + b        dx = dz(j) . f'(x)
 *     dW = z(j-1)^T dx        db = sum of the rows of dx        dz(j-1) = dx W^T            */
#include "nnmpi/layer.h"
#include "nnmpi/tensor.h"

typedef struct options {
    int64_t units;
    nn_typed activation;
    bool use_bias;
    nn_typed kernel_initializer, bias_initializer;
} options;

static const nn_key keys[] = {{.name = "units",
                               .type = NN_KEY_INT,
                               .offset = offsetof(options, units),
                               .min = 1,
                               .max = 1 << 30,
                               .required = true,
                               .help = "outputs: the new length of the last axis"},
                              {.name = "activation",
                               .type = NN_KEY_KIND,
                               .offset = offsetof(options, activation),
                               .preset = "linear",
                               .kinds = nn_activation_kinds,
                               .help = "applied to the result"},
                              {.name = "use_bias",
                               .type = NN_KEY_BOOL,
                               .offset = offsetof(options, use_bias),
                               .preset = "true",
                               .help = "add a bias b"},
                              {.name = "kernel_initializer",
                               .type = NN_KEY_KIND,
                               .offset = offsetof(options, kernel_initializer),
                               .preset = "glorot_uniform",
                               .kinds = nn_initializer_kinds,
                               .help = "first values of W"},
                              {.name = "bias_initializer",
                               .type = NN_KEY_KIND,
                               .offset = offsetof(options, bias_initializer),
                               .preset = "zeros",
                               .kinds = nn_initializer_kinds,
                               .help = "first values of b"},
                              {0}};

/* z(j-1) and z(j) as matrices of n * positions rows. */
typedef struct sizes {
    int64_t positions, in, units;
} sizes;

static sizes sizes_of(const nn_layer *l) {
    int64_t in = l->in[0].dim[l->in[0].rank - 1];
    return (sizes){nn_shape_size(&l->in[0]) / in, in, l->out.dim[l->out.rank - 1]};
}

static bool setup(nn_layer *l) {
    const options *o = l->options;
    if (l->in[0].rank < 1)
        return nn_layer_complain(l, NULL, NULL, "its input is a scalar, an axis is needed");
    int64_t in = l->in[0].dim[l->in[0].rank - 1];
    l->out = l->in[0];
    l->out.dim[l->out.rank - 1] = o->units;
    nn_layer_add_param(l, "kernel", nn_shape_of(2, (int64_t[]){in, o->units}),
                       o->kernel_initializer);
    if (o->use_bias) nn_layer_add_param(l, "bias", nn_shape_of(1, &o->units), o->bias_initializer);
    l->keeps_input = true;
    nn_layer_each_position(l);
    nn_layer_use_activation(l, o->activation);
    return true;
}

static void forward(const nn_layer *l, const nn_pass *p) {
    sizes s = sizes_of(l);
    int64_t rows = p->n * s.positions;
    nn_gemm(false, false, rows, s.units, s.in, p->z_in[0], s.in, p->W[0], s.units, 0, p->z,
            s.units); /* z = z(j-1) W */
    nn_layer_bias_activate(l, p->n, l->n_params > 1 ? p->W[1] : NULL, p->z,
                           p->kept); /* z(j) = f(z + b) */
}

static void backward_common(const nn_layer *l, const nn_pass *p) {
    nn_layer_activate_backward(l, p->n, p->kept, p->z, p->dz); /* dx = dz(j) . f'(x) */
}

static void backward_params(const nn_layer *l, const nn_pass *p) {
    sizes s = sizes_of(l);
    int64_t rows = p->n * s.positions;
    nn_gemm(true, false, s.in, s.units, rows, p->z_in[0], s.in, p->dz, s.units, p->dW_add[0],
            p->dW[0], s.units); /* dW = z(j-1)^T dx */
    if (l->n_params > 1)
        nn_sum_rows(rows, s.units, p->dz, p->dW_add[1], p->dW[1]); /* db = sum of rows of dx */
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    sizes s = sizes_of(l);
    if (p->dz_in[0])
        nn_gemm(false, true, p->n * s.positions, s.in, s.units, p->dz, s.units, p->W[0], s.units,
                p->dz_in_add[0], p->dz_in[0], s.in); /* dz(j-1) = dx W^T */
}

static double flops(const nn_layer *l) {
    sizes s = sizes_of(l);
    return 2.0 * (double)s.positions * (double)s.in * (double)s.units;
}

const nn_layer_ops NN_REAL_NAME(nn_layer_dense) = {
    .kind = {.name = "dense",
             .help = "a fully connected layer: activation(z W + b)",
             .shapes = "(..., k) -> (..., units)\n"
                       "kernel W: (k, units), bias b: (units)",
             .formula = "x = z(j-1) W + b, z(j) = f(x)\n"
                        "dx = dz(j) . f'(x), dW = z(j-1)^T dx, db = sum of the rows of dx, "
                        "dz(j-1) = dx W^T",
             .source = "Dense of Keras",
             .details = "It works on the last axis: of a sequence (steps, k) on each step alone, "
                        "with the same weights (TimeDistributed of Keras).",
             .example = "{type: dense, units: 64, activation: relu}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "Dense",
    .setup = setup,
    .forward = forward,
    .backward_common = backward_common,
    .backward_input = backward_input,
    .backward_params = backward_params,
    .flops = flops,
};
