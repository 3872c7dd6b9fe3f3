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
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> a number",
             .formula = "right / actual, for each class",
             .source = "van Rijsbergen, Information retrieval, 1979; recall_score of "
                       "scikit-learn",
             .details = NN_COUNTS_DETAILS,
             .example = "{type: recall, average: macro}",
             .keys = nn_counts_keys,
             .options_size = sizeof(nn_counts_options)},
    .sums = nn_counts_sums,
    .add = nn_counts_add,
    .value = value,
    .unfit = nn_counts_unfit,
};
