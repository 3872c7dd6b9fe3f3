/* Losses L(z, y): value and gradient, summed over samples and never averaged here. Floor 2.
 * Each is one file in src/loss and one line in losses.def. */
#ifndef NNMPI_LOSS_H
#define NNMPI_LOSS_H

#include "nnmpi/config.h"
#include "nnmpi/real.h"

#define nn_loss_kinds NN_REAL_NAME(nn_loss_kinds)
#define nn_loss_of NN_REAL_NAME(nn_loss_of)

/* Rows of outputs and targets: one a sample, or one a position of each sample's sequence. */
typedef struct nn_rows {
    int64_t n, width;
    const nn_real *z;      /* [n, width] outputs */
    const nn_real *y;      /* [n, width] targets, or NULL */
    const int32_t *label;  /* [n] class ids, or NULL: exactly one of y and label is given */
    const nn_real *weight; /* [n] or NULL: all 1 */
    bool fused;            /* z lacks the activation that the loss absorbs */
    bool by_row;           /* which: softmax (true) or sigmoid (false) */
    bool by_sign;          /* one output decides for class 1 above 0, not above one half */
} nn_rows;

/* Options of losses and metrics that read class ids begin with this one. */
typedef struct nn_ignore_option {
    int64_t index;
} nn_ignore_option;
#define NN_IGNORE_INDEX(help_)                                                                     \
    {                                                                                              \
        "ignore_index", NN_KEY_INT, 0, .preset = "-100", .min = INT32_MIN, .max = INT32_MAX,       \
                                       .help = help_                                               \
    }
#define NN_NO_LABEL INT64_MIN /* an `ignore` that no row has */

typedef struct nn_loss_sum {
    double loss;   /* sum_i weight_i L(z_i, y_i) */
    double weight; /* sum_i weight_i */
    double rows;   /* that are not ignored: what the mean divides by, as in Keras */
} nn_loss_sum;

/* What targets that are numbers may be. */
typedef struct nn_loss_targets {
    const char *expected; /* in words; NULL: any finite number */
    double lowest, highest;
    bool whole;
} nn_loss_targets;

typedef struct nn_loss {
    nn_kind kind;
    bool of_classes;        /* its targets stand for classes, so that classes may have weights */
    bool takes_labels;      /* class ids (and rows of probabilities); otherwise values only */
    bool by_sign;           /* its targets are -1 and 1: an output decides by its sign */
    const char *fused_with; /* the activation it absorbs in its stable form, or NULL */
    const char *keras_name;
    nn_loss_targets targets;
    /* The sums; with dz also dz[i,:] = weight_i grad_z L(z_i, y_i), which may be the memory of z.
     */
    nn_loss_sum (*value_gradient)(const void *options, const nn_rows *rows, nn_real *dz);
    /* The class id whose rows it leaves out, so that data may hold it; NULL: none. */
    int64_t (*ignored_label)(const void *options);
    /* Why outputs of this width do not suit it, or NULL if they do; NULL: any width does. */
    const char *(*unfit)(const void *options, int64_t width);
} nn_loss;

extern const nn_kind *const nn_loss_kinds[]; /* ended by NULL */
/* Found by name, so a kind of the other precision will do; NULL if there is none. */
const nn_loss *nn_loss_of(const nn_kind *kind);

#endif
