/* Optimizers: W <- W - alpha (1/n sum_i grad L_i), and its refinements. Floor 2.
 * Each is one file in src/optimizer and one line in optimizers.def. */
#ifndef NNMPI_OPTIMIZER_H
#define NNMPI_OPTIMIZER_H

#include "nnmpi/config.h"
#include "nnmpi/real.h"

#define nn_optimizer_kinds NN_REAL_NAME(nn_optimizer_kinds)
#define nn_optimizer_of NN_REAL_NAME(nn_optimizer_of)

#define NN_MAX_SLOTS 4

/* One step of one weight tensor. g = scale * dW is the mean gradient. */
typedef struct nn_step {
    int64_t n;
    nn_real *W;
    const nn_real *dW;
    nn_real *slot[NN_MAX_SLOTS]; /* zero before the first step */
    double scale;                /* 1/n of the formula */
    double learning_rate;        /* alpha now: base rate, schedule, layer factor */
    int64_t t;                   /* 1 for the first step */
} nn_step;

typedef struct nn_optimizer {
    nn_kind kind;                      /* its options begin with `double learning_rate` */
    int (*slots)(const void *options); /* how many vectors like W it keeps; NULL: none */
    const char *slot_name[NN_MAX_SLOTS];
    const char *keras_class;
    void (*step)(const void *options, const nn_step *s);
} nn_optimizer;

extern const nn_kind *const nn_optimizer_kinds[]; /* ended by NULL */
/* Found by name, so a kind of the other precision will do; NULL if there is none. */
const nn_optimizer *nn_optimizer_of(const nn_kind *kind);

#endif
