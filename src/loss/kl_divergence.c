/* kl_divergence:  L(p, y) = sum_j y_j log(y_j / p_j): cross-entropy less the entropy of y, a
 * constant. So grad L is that of categorical_crossentropy.
 *
 * Kullback, Leibler, Ann. Math. Stat. 22, 1951 */
#include "row.h"

static double of_row(const void *options, const nn_loss_row *row) {
    double minus_entropy = 0;
    for (int64_t j = 0; row->y && j < row->width; j++) {
        double y = (double)row->y[j];
        if (y > 0) minus_entropy += y * log(y);
    }
    return nn_crossentropy(row, 1, 0) + minus_entropy;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_row(options, rows, dz, NN_NO_LABEL, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_kl_divergence) = {
    .kind = {.name = "kl_divergence",
             .help = "how far the distribution of the outputs is from that of the targets",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> one number a "
                       "row",
             .formula = "L(p, y) = sum_j y_j log(y_j / p_j), 0 log 0 = 0\n"
                        "grad L = -y_j / p_j; after softmax both are computed as one: softmax(z) "
                        "- y",
             .source = "Kullback and Leibler, On information and sufficiency, 1951; KLDivergence "
                       "of Keras",
             .details = "targets: rows of probabilities; a class id c gives -log p_c.\n"
                        "After any other layer the outputs are taken as probabilities, clipped at "
                        "1e-30.",
             .example = "kl_divergence"},
    .fused_with = "softmax",
    .keras_name = "kl_divergence",
    .targets = NN_PROBABILITIES,
    .takes_labels = true,
    .value_gradient = value_gradient,
    .unfit = nn_one_is_no_choice,
};
