/* Optimizers: W <- W - alpha (1/n sum_i grad L_i), and its refinements. Floor 2.
 * Each is one file in src/optimizer and one line in optimizers.def. */
#ifndef NNMPI_OPTIMIZER_H
#define NNMPI_OPTIMIZER_H

#include "nnmpi/config.h"
#include "nnmpi/real.h"

#define nn_optimizer_kinds NN_REAL_NAME(nn_optimizer_kinds)
#define nn_optimizer_of NN_REAL_NAME(nn_optimizer_of)
#define nn_optimizer_slot_name NN_REAL_NAME(nn_optimizer_slot_name)

#define NN_MAX_SLOTS 100
#define NN_SLOT_NAME_SIZE 64

/* One step of one weight tensor. g = scale * dW is the mean gradient. */
typedef struct nn_step {
    int64_t n;
    nn_real *W;
    const nn_real *dW;
    nn_real *slot[NN_MAX_SLOTS]; /* zero before the first step */
    double scale;                /* 1/n of the formula */
    double learning_rate;        /* alpha now: base rate, schedule, layer factor */
    double weight_decay_factor;  /* of the layer: times the optimizer's weight_decay */
    int64_t t;                   /* 1 for the first step */
} nn_step;

/* One step of all weights at once by an optimizer that looks at several points before it decides:
 * L and g at W, and a way to have them elsewhere. Only with the whole data set in a batch. */
typedef struct nn_objective {
    int64_t n;
    nn_real *W;                  /* padding and weights that are not trained have g = 0 */
    nn_real *g;                  /* the mean gradient at W */
    double loss;                 /* the mean loss at W; infinite where it or g is not finite */
    nn_real *slot[NN_MAX_SLOTS]; /* zero before the first step */
    nn_real *scratch;            /* n numbers for the time of the step */
    double learning_rate;
    int64_t t;
    /* loss and g become those of W as it is now, the same bits on every rank. Collective. */
    void (*evaluate)(struct nn_objective *s);
    void *context; /* of evaluate */
} nn_objective;

typedef struct nn_optimizer {
    nn_kind kind;                      /* its options begin with `double learning_rate` */
    int (*slots)(const void *options); /* how many vectors like W it keeps; NULL: none */
    const char *slot_name[4];          /* of the first slots; the others repeat them, numbered */
    const char *keras_class;
    /* exactly one of the two */
    void (*step)(const void *options, const nn_step *s);
    /* Leaves W, and loss and g at it, after one step. False if there is no better point to go to:
     * then W, loss and g are as before, and it would say so again. Collective. */
    bool (*search)(const void *options, nn_objective *s);
} nn_optimizer;

extern const nn_kind *const nn_optimizer_kinds[]; /* ended by NULL */
/* Found by name, so a kind of the other precision will do; NULL if there is none. */
const nn_optimizer *nn_optimizer_of(const nn_kind *kind);
/* The name of slot k in a checkpoint: slot_name[k], or with two names a, b: a, b, a_1, b_1, a_2 ...
 * Returns text. */
const char *nn_optimizer_slot_name(const nn_optimizer *optimizer, int k,
                                   char text[NN_SLOT_NAME_SIZE]);

#endif
