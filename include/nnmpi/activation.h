/* Pointwise functions (and softmax, by row). Floor 1.
 *
 * Each is one file in src/activation and one line in activations.def, and serves twice: as the
 * option `activation:` of a layer, applied in the same pass as its bias, and as a layer. */
#ifndef NNMPI_ACTIVATION_H
#define NNMPI_ACTIVATION_H

#include <stdbool.h>

#include "nnmpi/config.h"
#include "nnmpi/real.h"

#define nn_activation_kinds NN_REAL_NAME(nn_activation_kinds)
#define nn_activation_of NN_REAL_NAME(nn_activation_of)

typedef struct nn_activation {
    nn_kind kind;
    /* z <- f(z), in place, `rows` rows of `width`. Pointwise ones see rows * width numbers. */
    void (*forward)(const void *options, int64_t rows, int64_t width, nn_real *z);
    /* dz <- dz . f'(x), in place: the vector-Jacobian product. Reads x if needs_input, else
     * z = f(x); the other one is not to be touched. */
    void (*backward)(const void *options, int64_t rows, int64_t width, const nn_real *x,
                     const nn_real *z, nn_real *dz);
    bool needs_input;        /* f' cannot be written in terms of f: x must be kept */
    bool by_row;             /* couples the numbers of one row (softmax) */
    bool identity;           /* linear: nothing to do */
    const char *keras_name;  /* as the `activation` of a Keras layer ("swish"), with the preset
                                options; NULL: none */
    const char *keras_class; /* as a Keras layer of its own ("LeakyReLU"); NULL: Activation */
} nn_activation;

/* All of them, ended by NULL; the kind is the head of its nn_activation. */
extern const nn_kind *const nn_activation_kinds[]; /* ended by NULL */
/* Found by name, so a kind of the other precision will do; NULL if there is none. */
const nn_activation *nn_activation_of(const nn_kind *kind);

#endif
