/* A layer out of its model: set up from YAML, with numbers around it, so that a test can run it.
 *
 * Every array that a run hands to the layer is filled with NaN first (or `fill`), has its exact
 * size and a guard behind it; what the layer does not say it keeps is NaN again in backward. So a
 * layer that reads what it may not, or writes where it may not, gives NaN or fails at the guard. */
#ifndef NNMPI_TESTS_LAYER_SPECIMEN_H
#define NNMPI_TESTS_LAYER_SPECIMEN_H

#include <stdbool.h>

#include "nnmpi/layer.h"

#define NN_SPECIMEN_INPUTS 4
#define NN_GUARDED 96

/* Where a layer is tried. */
typedef struct nn_habitat {
    const char *kind; /* "dense" */
    const char *yaml; /* one use of it; NULL: the kind's example */
    int n_inputs;
    nn_shape in[NN_SPECIMEN_INPUTS];
    int64_t ids; /* the inputs are whole numbers in [0, ids), not reals; 0: reals */
} nn_habitat;

typedef struct nn_specimen {
    char title[512]; /* "dense (4, 3): {type: dense, units: 64}" */
    nn_arena *arena;
    nn_document *document;
    nn_habitat habitat;
    nn_layer layer;
    int64_t n;
    uint64_t seed, step;
    int64_t *sample;
    nn_real *z_in[NN_SPECIMEN_INPUTS]; /* [n, in] */
    nn_real *W[NN_MAX_PARAMS];
    nn_real *state[NN_MAX_PARAMS]; /* before a run */
    nn_real *v;                    /* [n, out], the gradient that comes from above */
} nn_specimen;

/* Sums over all parts of a batch, of which the run is one: values[i] <- sum over the parts. */
typedef struct nn_summing {
    void (*sum)(void *context, double *values, int n);
    void *context;
} nn_summing;

/* How to run it. Zeroed: forward in training mode, all samples, out of place. */
typedef struct nn_trial {
    int64_t first, n; /* samples [first, first + n); n = 0: all; -1: none */
    bool backward;
    bool evaluation;
    bool in_place;                   /* z is the memory of z_in[0], dz of dz_in[0] */
    bool zero_filled;                /* arrays to be written hold 0 instead of NaN */
    const struct nn_outcome *add_to; /* dz_in and dW start from these, and are added to */
    const nn_summing *summing;       /* NULL: the run sees the whole batch */
    unsigned unasked;                /* bit k: nobody asks for dz_in[k] */
} nn_trial;

/* What a run left behind. */
typedef struct nn_outcome {
    int64_t n;
    nn_real *z, *kept, *temp, *dz;
    nn_real *z_in[NN_SPECIMEN_INPUTS], *W[NN_MAX_PARAMS]; /* copies, as handed to the layer */
    nn_real *dz_in[NN_SPECIMEN_INPUTS];
    nn_real *dW[NN_MAX_PARAMS];
    nn_real *state[NN_MAX_PARAMS];
    struct nn_guarded {
        nn_real *x;
        int64_t n;
    } guarded[NN_GUARDED];
    int n_guarded;
    double *given[2]; /* sums of a coupled layer, forward and backward */
} nn_outcome;

/* n samples of random numbers; NULL if the layer's setup refuses (the reason is in
 * nn_error_message). Fails the test if the YAML is not valid. */
nn_specimen *nn_specimen_create(const nn_habitat *habitat, int64_t n);
/* The same of one input, from YAML alone: the kind is the word behind "type: ". */
nn_specimen *nn_specimen_of(const char *yaml, nn_shape shape, int64_t n);
/* Fails the test if the layer's setup refuses. */
nn_specimen *nn_specimen_good(const char *yaml, nn_shape shape, int64_t n);
void nn_specimen_destroy(nn_specimen *s);               /* NULL is allowed */
int64_t nn_specimen_in(const nn_specimen *s, int k);    /* numbers of input k for one sample */
int64_t nn_specimen_out(const nn_specimen *s);          /* of the output */
int64_t nn_specimen_param(const nn_specimen *s, int k); /* of parameter k */

/* Runs it; fails the test if inputs, weights or guards were changed. */
nn_outcome *nn_specimen_run(const nn_specimen *s, const nn_trial *trial);
void nn_outcome_destroy(nn_outcome *outcome);

/* Fails the test, naming the specimen, unless `truth`. */
void nn_claim(const nn_specimen *s, bool truth, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* |a - b| <= tolerance * max(|a|, |b|, 1) for all n numbers. Equal to the bit if tolerance is 0. */
void nn_claim_close(const nn_specimen *s, const char *what, int64_t n, const nn_real *a,
                    const nn_real *b, double tolerance);

#endif
