/* precision: of the rows decided for a class, the part that belongs to it */
#include "counts.h"

static double score(const nn_counts *counts) {
    return nn_share(counts->right, counts->decided);
}

static double value(const void *options, int64_t width, const double *sums) {
    return nn_counts_value(options, width, sums, score);
}

const nn_metric NN_REAL_NAME(nn_metric_precision) = {
    .kind = {.name = "precision",
             .help = "how many of those decided for a class belong to it",
             .formula = "right / decided, for each class",
             .source = "van Rijsbergen, Information retrieval, 1979; precision_score of "
                       "scikit-learn",
             .example = "{type: precision, average: macro}",
             NN_COUNTS_KIND},
    .value = value,
    NN_COUNTS_METRIC,
};
