/* How a loss goes over its rows: each file in this folder says what one row is worth. */
#ifndef NNMPI_LOSS_ROW_H
#define NNMPI_LOSS_ROW_H

#include "nnmpi/loss.h"
#include "nnmpi/status.h"

#include <tgmath.h>

#define nn_crossentropy NN_REAL_NAME(nn_crossentropy)
#define nn_ignored_label NN_REAL_NAME(nn_ignored_label)
#define nn_one_is_no_choice NN_REAL_NAME(nn_one_is_no_choice)

/* One row: outputs, its target (y, or label if y is NULL), and where its gradient goes. */
typedef struct nn_loss_row {
    int64_t width;
    const nn_real *z, *y;
    int32_t label;
    bool fused;
    nn_real weight; /* what the gradient is multiplied by; the value is not */
    nn_real *dz;    /* NULL: only the value is wanted; may be the memory of z */
} nn_loss_row;

/* The value L(z, y); with dz also dz = weight grad_z L. A NaN in z must come out as a NaN. */
typedef double nn_loss_of_row(const void *options, const nn_loss_row *row);

/* Probabilities are clipped here before a logarithm: log(1e-30) = -69, and 1/1e-30 is a float. */
#define NN_TINY_PROBABILITY ((nn_real)1e-30)

/* What targets may be, of several losses. */
#define NN_PROBABILITIES                                                                           \
    { "a number from 0 to 1", 0, 1, false }
#define NN_SIDES                                                                                   \
    { "-1 or 1 (0 is taken as -1)", -1, 1, true }

/* The key of nn_ignore_option, and the loss's ignored_label. */
#define NN_IGNORE_KEY                                                                              \
    NN_IGNORE_INDEX("rows with this class id are left out: they have no loss, and the mean does "  \
                    "not count them")
int64_t nn_ignored_label(const void *options);

/* A loop whose turns write dz[j] and read z[j], which may be the same memory, of the same j only.
 */
#define NN_EACH(j, n) _Pragma("GCC ivdep") for (int64_t j = 0; j < (n); j++)

/* The sums over the rows; rows of weight 0 and rows whose label is `ignore` are not looked at.
 * Inlined so that `row`, a constant, is inlined too. */
static inline __attribute__((always_inline)) nn_loss_sum nn_loss_by_row(const void *options,
                                                                        const nn_rows *rows,
                                                                        nn_real *dz, int64_t ignore,
                                                                        nn_loss_of_row *row) {
    nn_assert(rows->n == 0 || (rows->y != NULL) != (rows->label != NULL));
    nn_loss_sum sum = {0};
    for (int64_t i = 0; i < rows->n; i++) {
        int64_t at = i * rows->width;
        nn_loss_row one = {.width = rows->width,
                           .z = rows->z + at,
                           .y = rows->y ? rows->y + at : NULL,
                           .label = rows->label ? rows->label[i] : 0,
                           .fused = rows->fused,
                           .weight = rows->weight ? rows->weight[i] : 1,
                           .dz = dz ? dz + at : NULL};
        bool ignored = rows->label && one.label == ignore;
        sum.rows += !ignored;
        if (one.weight == 0 || ignored) {
            for (int64_t j = 0; dz && j < rows->width; j++) one.dz[j] = 0;
            continue;
        }
        sum.loss += (double)one.weight * row(options, &one);
        sum.weight += (double)one.weight;
    }
    return sum;
}

/* The same for losses of values, which have no use for class ids. */
static inline __attribute__((always_inline)) nn_loss_sum
nn_loss_by_values(const void *options, const nn_rows *rows, nn_real *dz, nn_loss_of_row *row) {
    nn_assert(rows->label == NULL);
    return nn_loss_by_row(options, rows, dz, NN_NO_LABEL, row);
}

/* -sum_j t_j log p_j for targets t_j = a y_j + b (y: one-hot of the label if there is one), and its
 * gradient. p = softmax(z) if fused, by log-sum-exp; else p = z, clipped at NN_TINY_PROBABILITY. */
double nn_crossentropy(const nn_loss_row *row, nn_real a, nn_real b);

/* `unfit` of losses that choose among classes. */
const char *nn_one_is_no_choice(const void *options, int64_t width);

#endif
