/* recall: of the rows that belong to a class, the part decided for it */
#include "counts.h"

static double score(const nn_counts *counts) {
    return nn_share(counts->right, counts->actual);
}

static double value(const void *options, int64_t width, const double *sums) {
    return nn_counts_value(options, width, sums, score);
}

const nn_metric NN_REAL_NAME(nn_metric_recall) = {
    .kind = {.name = "recall",
             .help = "how many of those that belong to a class are found",
             .formula = "right / actual, for each class",
             .source = "van Rijsbergen, Information retrieval, 1979; recall_score of "
                       "scikit-learn",
             .example = "{type: recall, average: macro}",
             NN_COUNTS_KIND},
    .value = value,
    NN_COUNTS_METRIC,
};
