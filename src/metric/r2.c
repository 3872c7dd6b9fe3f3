/* r2: the coefficient of determination, 1 - (sum of squares left) / (sum of squares about the
 * mean), for each output, then their mean */
#include "row.h"

/* sums: sum w, then for each output  sum w y,  sum w y^2,  sum w (y - z)^2 */
static int count(const void *options, int64_t width) {
    return (int)(1 + 3 * width);
}

static void add(const void *options, const nn_rows *rows, double *sums) {
    for (int64_t i = 0; i < rows->n; i++) {
        nn_metric_row row = nn_row_at(rows, i, NN_NO_LABEL);
        if (row.weight == 0) continue;
        sums[0] += row.weight;
        for (int64_t j = 0; j < row.width; j++) {
            double y = nn_row_target(&row, j), left = y - nn_row_output(&row, j);
            double *s = sums + 1 + 3 * j;
            s[0] += row.weight * y;
            s[1] += row.weight * y * y;
            s[2] += row.weight * left * left;
        }
    }
}

static double value(const void *options, int64_t width, const double *sums) {
    double sum = 0;
    for (int64_t j = 0; j < width; j++) {
        const double *s = sums + 1 + 3 * j;
        double about_mean = s[1] - s[0] * s[0] / sums[0];
        if (about_mean > 0 || s[2] != s[2])
            sum += 1 - s[2] / about_mean;
        else
            sum += s[2] > 0 ? 0 : 1; /* targets that are all equal */
    }
    return sum / (double)width;
}

const nn_metric NN_REAL_NAME(nn_metric_r2) = {
    .kind = {.name = "r2",
             .help = "how much of the variance of the targets the outputs explain: 1 is all, 0 is "
                     "no better than the mean",
             .shapes = "outputs (..., k), targets (..., k) -> a number",
             .formula = "1/k sum_j (1 - sum_i w_i (y_ij - z_ij)^2 / sum_i w_i (y_ij - mean "
                        "y_j)^2)",
             .source = "r2_score of scikit-learn; R2Score of Keras",
             .details = "Targets that are all equal count as 1 if met exactly, else as 0 (as in "
                        "scikit-learn).",
             .example = "r2"},
    .sums = count,
    .add = add,
    .value = value,
};
