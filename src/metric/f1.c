/* f1: the harmonic mean of precision and recall */
#include "counts.h"

static double score(const nn_counts *counts) {
    return nn_share(2 * counts->right, counts->decided + counts->actual);
}

static double value(const void *options, int64_t width, const double *sums) {
    return nn_counts_value(options, width, sums, score);
}

const nn_metric NN_REAL_NAME(nn_metric_f1) = {
    .kind = {.name = "f1",
             .help = "the harmonic mean of precision and recall",
             .formula = "2 precision recall / (precision + recall) = 2 right / (decided + "
                        "actual), for each class",
             .source = "van Rijsbergen, Information retrieval, 1979; f1_score of scikit-learn",
             .example = "{type: f1, average: macro}",
             NN_COUNTS_KIND},
    .value = value,
    NN_COUNTS_METRIC,
};
