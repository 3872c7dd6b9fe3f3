/* confusion_matrix: sums[a * c + d] is the weight of the rows of class a decided for class d, c the
 * number of classes (2 for one output); its value is the accuracy, trace over total. */
#include "row.h"

static const nn_key keys[] = {NN_IGNORE_KEY, {0}};

#define NN_MOST_CLASSES 1000

static int64_t classes(int64_t width) {
    return width == 1 ? 2 : width;
}

static int count(const void *options, int64_t width) {
    return (int)(classes(width) * classes(width));
}

static void add(const void *options, const nn_rows *rows, double *sums) {
    const nn_ignore_option *ignore = options;
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, ignore->index);
        if (row.weight == 0) continue;
        int64_t at = nn_row_answer(&row) * classes(row.width) + nn_row_decision(&row);
        sums[at] += row.weight;
    }
}

static double value(const void *options, int64_t width, const double *sums) {
    int64_t c = classes(width);
    double right = 0, all = 0;
    for (int64_t i = 0; i < c * c; i++) {
        all += sums[i];
        if (i / c == i % c) right += sums[i];
    }
    return right / all;
}

static const char *unfit(const void *options, int64_t width) {
    return width > NN_MOST_CLASSES ? "a matrix of more than 1000 classes is not kept" : NULL;
}

const nn_metric NN_REAL_NAME(nn_metric_confusion_matrix) = {
    .kind = {.name = "confusion_matrix",
             .help = "how many rows of each class were decided for each class",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> (k, k)",
             .formula = "M[a][d]: the rows of class a decided for class d (weights added)",
             .source = "confusion_matrix of scikit-learn",
             .details =
                 "Its value as a number is the accuracy, the trace over the total; `nnmpi "
                 "eval` shows the matrix.\n"
                 "With one output: classes 0 and 1, output > 0.5 decides for 1 (of the losses\n"
                 "hinge and squared_hinge output > 0).",
             .example = "confusion_matrix",
             .keys = keys,
             .options_size = sizeof(nn_ignore_option)},
    .sums = count,
    .add = add,
    .value = value,
    .unfit = unfit,
};
