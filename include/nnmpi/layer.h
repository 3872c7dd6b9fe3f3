/* A layer: a parametric function f_W with its derivatives. Floor 2.
 *
 *     z(j) = f_Wj(z(j-1))                                                       forward
 *     dz(j-1) = dz(j) . D_z f(z(j-1))     the vector-Jacobian product by z      backward_input
 *     dWj     = dz(j) . D_W f(z(j-1))     the vector-Jacobian product by W      backward_params
 *
 * dz(j) = grad L . D(j) is a row vector for each sample; D(j) is never formed. What both products
 * share (the derivative of an activation, the backward recurrence of an LSTM) is computed once, by
 * backward_common. The order is backward_common, backward_params (so that dW is final early),
 * backward_input (which in place overwrites dz).
 *
 * Each layer is one file in src/layer and one line in layers.def. forward and backward are void and
 * allocate nothing; whatever can fail fails in setup. Arrays are row major, samples first, channels
 * last; weights have Keras shapes. */
#ifndef NNMPI_LAYER_H
#define NNMPI_LAYER_H

#include <stdbool.h>

#include "nnmpi/activation.h"
#include "nnmpi/config.h"
#include "nnmpi/initializer.h"
#include "nnmpi/random.h"
#include "nnmpi/real.h"
#include "nnmpi/shape.h"

#define nn_layer_kinds NN_REAL_NAME(nn_layer_kinds)
#define nn_layer_ops_of NN_REAL_NAME(nn_layer_ops_of)
#define nn_layer_setup NN_REAL_NAME(nn_layer_setup)
#define nn_layer_complain NN_REAL_NAME(nn_layer_complain)
#define nn_layer_of_one_position NN_REAL_NAME(nn_layer_of_one_position)
#define nn_layer_each_position NN_REAL_NAME(nn_layer_each_position)
#define nn_layer_add_param NN_REAL_NAME(nn_layer_add_param)
#define nn_layer_add_state NN_REAL_NAME(nn_layer_add_state)
#define nn_layer_use_activation NN_REAL_NAME(nn_layer_use_activation)
#define nn_layer_activate NN_REAL_NAME(nn_layer_activate)
#define nn_layer_bias_activate NN_REAL_NAME(nn_layer_bias_activate)
#define nn_layer_bias_activate_rows NN_REAL_NAME(nn_layer_bias_activate_rows)
#define nn_layer_activate_backward NN_REAL_NAME(nn_layer_activate_backward)
#define nn_pass_stream NN_REAL_NAME(nn_pass_stream)

#define NN_MAX_PARAMS 16
#define NN_ANY_INPUTS (-1)
#define NN_SOME_INPUTS (-2)

typedef struct nn_layer nn_layer;
typedef struct nn_pass nn_pass;

/* How a sequence (the first axis of input and output) can come one position at a time, in
 * evaluation. */
typedef enum nn_stepping {
    NN_STEP_NEVER,   /* the whole sequence is needed */
    NN_STEP_ALONE,   /* a position of z is made of that of z_in alone: forward does it */
    NN_STEP_CARRIED, /* by ops->step, any number of positions */
    NN_STEP_BOUNDED  /* by ops->step, as many positions as the sequence has */
} nn_stepping;

/* What a layer carries from position to position of one sequence. */
typedef struct nn_carried {
    int64_t t;        /* the position: how many there were before */
    int64_t capacity; /* how many there may be */
    nn_real *x;       /* [l->carried + capacity * l->carried_per_position], the layer's own */
} nn_carried;

typedef struct nn_layer_ops {
    nn_kind kind;
    int n_inputs;            /* 1, 2, ..., NN_ANY_INPUTS (two or more: add, concat), or
                                NN_SOME_INPUTS (one or more, setup says which) */
    const char *keras_class; /* "Dense"; NULL: its name is used */
    /* Reads l->options and l->in; sets l->out, parameters, state, room for kept and temp numbers
     * and the flags below. False after nn_layer_complain. */
    bool (*setup)(nn_layer *l);
    void (*forward)(const nn_layer *l, const nn_pass *p);
    void (*backward_common)(const nn_layer *l, const nn_pass *p); /* NULL: nothing is shared */
    void (*backward_input)(const nn_layer *l, const nn_pass *p);  /* NULL: none (class ids) */
    void (*backward_params)(const nn_layer *l, const nn_pass *p); /* NULL: no parameters */
    /* z of position c->t from z_in of it and from what is carried, for one sample in evaluation; l
     * is of one position, W are the weights of the whole. NULL: see l->stepping. */
    void (*step)(const nn_layer *l, const nn_pass *p, const nn_carried *c);
    double (*flops)(const nn_layer *l); /* of forward for one sample; NULL: its output size */
    /* Of coupled layers, in training: sums over the global batch, in l->rounds_forward rounds
     * before forward and l->rounds_backward more before the backward functions. In each round every
     * pass of the batch gives its part of the sums (how many numbers: returned, l->sums at most),
     * then take is called once with the sums over all. */
    int64_t (*give)(const nn_layer *l, const nn_pass *p, int round, double *sums);
    void (*take)(const nn_layer *l, const nn_pass *p, int round, const double *sums);
} nn_layer_ops;

/* A weight that is trained (param) or kept beside (state: running averages). */
typedef struct nn_weight {
    const char *name; /* "kernel" */
    nn_shape shape;
    nn_typed initializer;
} nn_weight;

struct nn_layer {
    const nn_layer_ops *ops;
    const char *name;
    uint32_t key;        /* for random numbers: equal on all ranks, unique in the model */
    const void *options; /* the structure that ops->kind.keys describe */
    int n_inputs;
    const nn_shape *in;
    nn_arena *arena;       /* for what setup needs; lives as long as the layer */
    nn_document *document; /* for complaints; NULL: complaints go to nn_error */
    nn_node *node;
    bool frozen; /* its weights are not trained, so that state must stay as it is, too */

    /* set by setup */
    nn_shape out;
    int n_params, n_state;
    nn_weight param[NN_MAX_PARAMS], state[NN_MAX_PARAMS];
    int64_t kept;            /* numbers a sample, kept from forward to backward */
    int64_t temp_per_sample; /* numbers a sample, for the time of one call */
    int64_t temp;            /* numbers more, for the time of one call */
    nn_typed activation;     /* applied last by the layer itself; the model may take it off the
                                output layer and leave it to the loss, so read it in each call */
    bool keeps_input;        /* the backward functions read z_in */
    bool keeps_output;       /* the backward functions read z */
    bool in_place;           /* z may be the memory of z_in[0], forward and backward */
    bool view;               /* z is the numbers of z_in[0] under another shape: both may be the
                                same memory, and then there is nothing to do */
    bool moves;              /* z holds numbers of its inputs as they are, at other places */
    bool coupled;            /* samples of one batch influence each other: the whole global batch
                                must be seen at once, and forward be called though n = 0 */
    int64_t sums;            /* numbers of a round at most, if it is coupled */
    int rounds_forward, rounds_backward;
    bool random; /* draws random numbers in training */
    nn_stepping stepping;
    int64_t carried, carried_per_position; /* numbers that step carries */
    int64_t ids;             /* its input is whole numbers in [0, ids); 0: any numbers */
    const char *keras_class; /* that of ops, unless it depends on the shapes */
    void *plan;              /* the layer's own, from arena */
};

/* What a layer sees of one pass over n samples. Pointers to arrays of arrays have one entry an
 * input or a parameter. */
struct nn_pass {
    int64_t n;             /* samples; may be 0 */
    bool training;         /* false: evaluation mode (no dropout, running averages) */
    uint64_t seed, step;   /* key random numbers, with l->key and sample[i] */
    const int64_t *sample; /* the number of each sample in its data set */
    const double
        *given; /* coupled: what this pass gave in the last round; NULL: it was not asked */
    const nn_real *const *z_in; /* z(j-1), [n, in] */
    nn_real *z;                 /* z(j),   [n, out] */
    nn_real *kept;              /* [n * l->kept]: any layout, consecutive for the n samples */
    nn_real *temp;              /* [n * l->temp_per_sample + l->temp] */
    const nn_real *const *W;    /* parameters */
    nn_real *const *state;      /* may be changed by forward in training */
    /* backward */
    nn_real *dz;           /* dz(j), [n, out]; backward_common may overwrite it */
    nn_real *const *dz_in; /* dz(j-1) by input; an entry is NULL where nobody asks */
    const bool *dz_in_add; /* false: first contribution, write; true: add */
    nn_real *const *dW;    /* by parameter */
    const bool *dW_add;
};

/* Every kind of layer, the activations included, ended by NULL. */
extern const nn_kind *const nn_layer_kinds[];
const nn_layer_ops *nn_layer_ops_of(const nn_kind *kind); /* by name; one for all activations */
/* Sets ops and options by what was chosen and runs setup; the other fields of the first block are
 * filled in already. False after complaints. Logically collective. */
bool nn_layer_setup(nn_layer *l, const nn_typed *chosen);
/* The layer set up for sequences of length 1, with the same options, in `arena`; NULL where
 * l->stepping does not allow it. */
nn_layer *nn_layer_of_one_position(const nn_layer *l, nn_arena *arena);

/* ---- for the layers' own files ---- */

/* Complains at the option `key` of the layer (NULL: the layer itself); returns false. */
bool nn_layer_complain(nn_layer *l, const char *key, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void nn_layer_add_param(nn_layer *l, const char *name, nn_shape shape, nn_typed initializer);
void nn_layer_add_state(nn_layer *l, const char *name, nn_shape shape, nn_typed initializer);
/* In setup: what is done to one position of the first axis does not depend on the others. Where the
 * samples have no second axis nothing is said. */
void nn_layer_each_position(nn_layer *l);
/* In setup, when l->out is known: `activation` is applied last. Sets l->activation and
 * keeps_output, and adds to l->kept what the activation needs. */
void nn_layer_use_activation(nn_layer *l, nn_typed activation);
/* z <- activation(z) for n samples: rows are the last axis of l->out. Where the activation needs
 * its input, x is copied to `keep` first (n * size of out numbers of p->kept). */
void nn_layer_activate(const nn_layer *l, int64_t n, nn_real *z, nn_real *keep);
/* z <- activation(z + b) in one pass over z; b is one number a column, or NULL. */
void nn_layer_bias_activate(const nn_layer *l, int64_t n, const nn_real *b, nn_real *z,
                            nn_real *keep);
/* The same for m rows from row `first` on, of all n * (size of out / its last axis). */
void nn_layer_bias_activate_rows(const nn_layer *l, int64_t first, int64_t m, const nn_real *b,
                                 nn_real *z, nn_real *keep);
/* dz <- dz . activation'(x) */
void nn_layer_activate_backward(const nn_layer *l, int64_t n, const nn_real *keep, const nn_real *z,
                                nn_real *dz);
/* Random numbers of sample i of the pass, the same on any number of ranks. */
nn_stream nn_pass_stream(const nn_layer *l, const nn_pass *p, int64_t i);

#endif
