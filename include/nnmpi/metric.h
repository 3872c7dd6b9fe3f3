/* Metrics: sums over samples, added over ranks, then one number. Floor 2.
 * Each is one file in src/metric and one line in metrics.def. */
#ifndef NNMPI_METRIC_H
#define NNMPI_METRIC_H

#include "nnmpi/loss.h"

#define nn_metric_kinds NN_REAL_NAME(nn_metric_kinds)
#define nn_metric_of NN_REAL_NAME(nn_metric_of)

typedef struct nn_metric {
    nn_kind kind;
    bool lower_is_better;
    int (*sums)(const void *options, int64_t width); /* how many numbers it adds up; NULL: 2 */
    void (*add)(const void *options, const nn_rows *rows, double *sums);
    double (*value)(const void *options, int64_t width, const double *sums);
    /* Why outputs of this width do not suit it, or NULL if they do; NULL: any width does. */
    const char *(*unfit)(const void *options, int64_t width);
} nn_metric;

extern const nn_kind *const nn_metric_kinds[]; /* ended by NULL */
/* Found by name, so a kind of the other precision will do; NULL if there is none. */
const nn_metric *nn_metric_of(const nn_kind *kind);

#endif
