/* Numbers of one data set, from one reading of it. Private to src/inspect. */
#ifndef NNMPI_INSPECT_STATISTICS_H
#define NNMPI_INSPECT_STATISTICS_H

#include "nnmpi/store.h"

#define NN_CLASSES_COUNTED 1024

typedef struct nn_statistics {
    double n, low, high, mean, m2; /* of the finite numbers; m2: sum of squared deviations */
    int64_t nan, infinite;
    int64_t first_bad; /* row of the first of them; -1: none */
    bool whole;        /* all are whole numbers */
    bool one_hot;      /* all rows are zeros and a single one */
    int64_t classes;   /* whole numbers from 0 on, few enough to be ids: highest + 1; else 0 */
    int64_t *count;    /* [NN_CLASSES_COUNTED], by malloc */
} nn_statistics;

/* Free with nn_statistics_free. */
nn_status nn_statistics_read(nn_store *store, const char *path, const nn_store_details *details,
                             nn_statistics *statistics);
void nn_statistics_free(nn_statistics *statistics);
double nn_statistics_deviation(const nn_statistics *s); /* of the whole, not of a sample */

#endif
