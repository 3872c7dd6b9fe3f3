/* What the numbers of a split are like: for people who check a run before it starts. Floor 2. */
#ifndef NNMPI_SURVEY_H
#define NNMPI_SURVEY_H

#include "nnmpi/dataset.h"

#define NN_SURVEY_CLASSES ((int64_t)1 << 20) /* at most that are counted */

/* Of one array, over the rows that the split may see, as they are in the file. */
typedef struct nn_surveyed {
    const char *name; /* of the data set; NULL: there is none */
    nn_dtype type;
    nn_shape row;
    int64_t rows;
    double low, high, mean;
    int64_t classes; /* that there can be; 0: they are none, or not counted */
    int64_t *count;  /* [classes] */
    int64_t others;  /* ids that are none of these: ignored ones */
} nn_surveyed;

typedef struct nn_survey {
    nn_surveyed inputs; /* none if they are the targets too: a text, a series */
    nn_surveyed targets, weights;
} nn_survey;

/* Reads the split once, in memory. The model decides for `classes` (0: for none), given as ids or
 * as one-hot rows. Not collective. */
void nn_dataset_survey(const nn_dataset *set, int64_t classes, bool ids, nn_arena *arena,
                       nn_survey *survey);

#endif
