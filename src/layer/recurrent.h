/* What simple_rnn, gru and lstm share: their options, their arrays in time order and the products
 * that are one GEMM for all steps of a sequence.
 *
 *     a(t) = x(t) W + h(t-1) U + b      what the gates of step t are made of
 *
 * Inside a pass everything is time-major: [T, n, width], so that a step's rows are consecutive.
 * x(t) W of all steps is one GEMM before the recurrence; the recurrence back in time leaves da of
 * all steps, and from it dW = x^T da, dx = da W^T and dU = h(t-1)^T da are one GEMM each. What
 * comes after backward_common reads da, and no more z or dz: bidirectional counts on it. */
#ifndef NNMPI_LAYER_RECURRENT_H
#define NNMPI_LAYER_RECURRENT_H

#include "nnmpi/layer.h"
#include "nnmpi/tensor.h"

#define nn_recurrent_setup NN_REAL_NAME(nn_recurrent_setup)
#define nn_recurrent_reserve NN_REAL_NAME(nn_recurrent_reserve)
#define nn_recurrent_factor NN_REAL_NAME(nn_recurrent_factor)
#define nn_recurrent_begin NN_REAL_NAME(nn_recurrent_begin)
#define nn_recurrent_end NN_REAL_NAME(nn_recurrent_end)
#define nn_recurrent_output_gradient NN_REAL_NAME(nn_recurrent_output_gradient)
#define nn_recurrent_kernel_gradient NN_REAL_NAME(nn_recurrent_kernel_gradient)
#define nn_recurrent_gradient NN_REAL_NAME(nn_recurrent_gradient)
#define nn_recurrent_backward_input NN_REAL_NAME(nn_recurrent_backward_input)
#define nn_recurrent_flops NN_REAL_NAME(nn_recurrent_flops)

typedef struct nn_recurrent_options {
    int64_t units;
    nn_typed activation, recurrent_activation;
    bool use_bias, return_sequences, go_backwards;
    bool unit_forget_bias; /* lstm */
    bool reset_after;      /* gru */
    nn_typed kernel_initializer, recurrent_initializer, bias_initializer;
    double dropout;
} nn_recurrent_options;

#define NN_RECURRENT_KEY(name_, type_, ...)                                                        \
    { .name = #name_, .type = type_, .offset = offsetof(nn_recurrent_options, name_), __VA_ARGS__ }

/* The keys that all have; lines of the table of one of them. */
#define NN_RECURRENT_KEYS                                                                          \
    NN_RECURRENT_KEY(units, NN_KEY_INT, .min = 1, .max = 1 << 24, .required = true,                \
                     .help = "numbers of its state h, and so of its output"),                      \
        NN_RECURRENT_KEY(activation, NN_KEY_KIND, .preset = "tanh", .kinds = nn_activation_kinds,  \
                         .help = "f: of what is new in a step"),                                   \
        NN_RECURRENT_KEY(use_bias, NN_KEY_BOOL, .preset = "true", .help = "add a bias b"),         \
        NN_RECURRENT_KEY(return_sequences, NN_KEY_BOOL, .preset = "false",                         \
                         .help =                                                                   \
                             "true: h of every step, (T, units); false: of the last, (units)"),    \
        NN_RECURRENT_KEY(go_backwards, NN_KEY_BOOL, .preset = "false",                             \
                         .help = "read the sequence from its end; outputs in the order of work"),  \
        NN_RECURRENT_KEY(dropout, NN_KEY_REAL, .preset = "0", .min = 0, .max = 1,                  \
                         .help = "share of the input features set to 0 in training, the same "     \
                                 "ones in all steps of a sequence; below 1"),                      \
        NN_RECURRENT_KEY(kernel_initializer, NN_KEY_KIND, .preset = "glorot_uniform",              \
                         .kinds = nn_initializer_kinds, .help = "first values of W"),              \
        NN_RECURRENT_KEY(recurrent_initializer, NN_KEY_KIND, .preset = "orthogonal",               \
                         .kinds = nn_initializer_kinds, .help = "first values of U"),              \
        NN_RECURRENT_KEY(bias_initializer, NN_KEY_KIND, .preset = "zeros",                         \
                         .kinds = nn_initializer_kinds, .help = "first values of b")

/* One more, of those with gates. */
#define NN_RECURRENT_GATE_KEY                                                                      \
    NN_RECURRENT_KEY(recurrent_activation, NN_KEY_KIND, .preset = "sigmoid",                       \
                     .kinds = nn_activation_kinds, .help = "s: of the gates")

/* An activation of this precision with its options. */
typedef struct nn_gate {
    const nn_activation *f;
    const void *options;
} nn_gate;

/* l->plan of a recurrent layer. x, a, pre, h and more are places in p->kept, in numbers a sample:
 * see nn_recurrent_at. */
typedef struct nn_recurrence {
    int64_t steps, in, units;
    int64_t width;         /* gates * units: of a row of a */
    nn_gate output, inner; /* `activation`, `recurrent_activation` */
    bool keeps_pre;        /* one of them needs its input in backward */
    int64_t x;             /* [T, n, in] inputs, masked; dx after nn_recurrent_backward_input */
    int64_t a;             /* [T, n, width] gates; da after backward_common */
    int64_t pre;           /* [T, n, width] gates before their activation, if keeps_pre */
    int64_t h;             /* [T, n, units] */
    int64_t more;          /* [T, n, units] of the layer's own: c of lstm, the reset part of gru */
    bool packs;            /* there is room to make U ready */
    int64_t room;          /* in p->temp, after two arrays [n, units] and 6 rows of units */
} nn_recurrence;

/* The rows of step t of an array whose rows have `width` numbers. */
static inline nn_real *nn_recurrent_at(const nn_pass *p, int64_t array, int64_t t, int64_t width) {
    return p->kept + p->n * (array + t * width);
}

static inline void nn_gate_forward(const nn_gate *g, int64_t rows, int64_t width, nn_real *z) {
    if (!g->f->identity) g->f->forward(g->options, rows, width, z); /* z <- f(z) */
}

static inline void nn_gate_backward(const nn_gate *g, int64_t rows, int64_t width, const nn_real *x,
                                    const nn_real *z, nn_real *dz) {
    if (!g->f->identity)
        g->f->backward(g->options, rows, width, g->f->needs_input ? x : NULL, z,
                       dz); /* dz <- dz . f'(x) */
}

/* Shapes, W and U (the bias is the layer's own), room for the arrays above; `more`: also for that
 * one. False after complaints. */
bool nn_recurrent_setup(nn_layer *l, int gates, bool more);
/* Room for the factor of m columns of U. */
void nn_recurrent_reserve(nn_layer *l, int64_t m);
/* U[:, first : first + m], or its transpose, for the products of all steps. *room: NULL for the
 * first factor of a pass. */
nn_factor nn_recurrent_factor(const nn_layer *l, const nn_pass *p, bool transpose, int64_t first,
                              int64_t m, nn_real **room);
/* x in time order, masked in training; a = x W for all steps. */
void nn_recurrent_begin(const nn_layer *l, const nn_pass *p);
/* z from h. */
void nn_recurrent_end(const nn_layer *l, const nn_pass *p);
/* dh += what dz says of step t. */
void nn_recurrent_output_gradient(const nn_layer *l, const nn_pass *p, int64_t t, nn_real *dh);
/* dW = x^T da */
void nn_recurrent_kernel_gradient(const nn_layer *l, const nn_pass *p);
/* m columns, from column `first` on: dU = sum_t h(t-1)^T d(t); d: [T, n, ld], its columns 0..m. */
void nn_recurrent_gradient(const nn_layer *l, const nn_pass *p, const nn_real *d, int64_t ld,
                           int64_t first, int64_t m);
/* dx = da W^T, into dz_in */
void nn_recurrent_backward_input(const nn_layer *l, const nn_pass *p);
/* 2 T width (in + units) */
double nn_recurrent_flops(const nn_layer *l);

#endif
