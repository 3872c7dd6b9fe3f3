/* permute:  z(j) = z(j-1) with its axes in another order;  dz(j-1) by the inverse order. */
#include "nnmpi/layer.h"
#include "nnmpi/tensor.h"

typedef struct options {
    nn_ints dims;
} options;

static const nn_key keys[] = {{.name = "dims",
                               .type = NN_KEY_INTS,
                               .offset = offsetof(options, dims),
                               .min = 1,
                               .max = NN_MAX_RANK,
                               .required = true,
                               .help = "the axes of the input, 1 the first, in their new order"},
                              {0}};

/* How one array is read in the order of another: the axes of what is written, and how far apart in
 * what is read two neighbours along each of them lie. */
typedef struct order {
    nn_shape shape;
    int64_t apart[NN_MAX_RANK];
} order;

typedef struct plan {
    order forward, backward;
} plan;

/* Axis i of what is written is axis axis[i] of `from`. */
static order order_of(const nn_shape *from, const int *axis) {
    int64_t apart[NN_MAX_RANK], size = 1;
    order o = {.shape = {.rank = from->rank}};
    for (int i = from->rank - 1; i >= 0; i--) apart[i] = size, size *= from->dim[i];
    for (int i = 0; i < from->rank; i++)
        o.shape.dim[i] = from->dim[axis[i]], o.apart[i] = apart[axis[i]];
    return o;
}

static bool setup(nn_layer *l) {
    const nn_ints *dims = &((const options *)l->options)->dims;
    const nn_shape *in = &l->in[0];
    int axis[NN_MAX_RANK], inverse[NN_MAX_RANK];
    unsigned seen = 0;
    for (int i = 0; i < dims->n; i++) seen |= 1u << dims->value[i];
    if (dims->n != in->rank || seen != (2u << in->rank) - 2)
        return nn_layer_complain(l, "dims", NULL, "each of the axes 1 to %d is expected once",
                                 in->rank);
    for (int i = 0; i < in->rank; i++) {
        axis[i] = (int)dims->value[i] - 1;
        inverse[axis[i]] = i;
    }
    plan *c = NN_NEW(l->arena, plan);
    c->forward = order_of(in, axis);
    c->backward = order_of(&c->forward.shape, inverse);
    l->out = c->forward.shape;
    l->plan = c;
    l->moves = true;
    return true;
}

/* y (+)= x along the last axis of y. */
static void write_line(int64_t n, const nn_real *x, int64_t apart, bool add, nn_real *y) {
    if (apart == 1)
        nn_contribute(n, x, add, y);
    else if (add)
        for (int64_t i = 0; i < n; i++) y[i] += x[i * apart];
    else
        for (int64_t i = 0; i < n; i++) y[i] = x[i * apart];
}

/* y (+)= x in another order, for one sample. */
static void write(const order *o, const nn_real *x, bool add, nn_real *y) {
    int last = o->shape.rank - 1;
    int64_t at[NN_MAX_RANK] = {0}, line = o->shape.dim[last];
    for (int64_t k = nn_shape_size(&o->shape) / line; k > 0; k--, y += line) {
        write_line(line, x, o->apart[last], add, y);
        for (int a = last - 1; a >= 0; a--) { /* the next line, as a clock counts */
            x += o->apart[a];
            if (++at[a] < o->shape.dim[a]) break;
            x -= at[a] * o->apart[a];
            at[a] = 0;
        }
    }
}

static void forward(const nn_layer *l, const nn_pass *p) {
    int64_t size = nn_shape_size(&l->out);
    for (int64_t i = 0; i < p->n; i++)
        write(&((const plan *)l->plan)->forward, p->z_in[0] + i * size, false, p->z + i * size);
}

static void backward_input(const nn_layer *l, const nn_pass *p) {
    int64_t size = nn_shape_size(&l->out);
    for (int64_t i = 0; i < p->n && p->dz_in[0]; i++)
        write(&((const plan *)l->plan)->backward, p->dz + i * size, p->dz_in_add[0],
              p->dz_in[0] + i * size);
}

const nn_layer_ops NN_REAL_NAME(nn_layer_permute) = {
    .kind = {.name = "permute",
             .help = "the axes in another order",
             .shapes = "(a, b, ...) -> its axes in the order of dims: axis i of the output is "
                       "axis dims[i] of the input",
             .formula = "z(j) = z(j-1) read in that order, dz(j-1) = dz(j) read in the inverse "
                        "order",
             .source = "Permute of Keras",
             .example = "{type: permute, dims: [2, 1]}",
             .keys = keys,
             .options_size = sizeof(options)},
    .n_inputs = 1,
    .keras_class = "Permute",
    .setup = setup,
    .forward = forward,
    .backward_input = backward_input,
};
