/* categorical_hinge:  L(z, y) = max(0, 1 + max_j (1 - y_j) z_j - sum_j y_j z_j):  the right class
 * should lead by 1.   Crammer, Singer, JMLR 2, 2001 */
#include "row.h"

static const nn_key keys[] = {NN_IGNORE_KEY, {0}};

static inline nn_real target(const nn_loss_row *row, int64_t j) {
    return row->y ? row->y[j] : (nn_real)(j == row->label);
}

static double of_row(const void *options, const nn_loss_row *row) {
    nn_real right = 0, wrong = (1 - target(row, 0)) * row->z[0];
    int64_t rival = 0;
    for (int64_t j = 0; j < row->width; j++) {
        nn_real y = target(row, j), other = (1 - y) * row->z[j];
        right += y * row->z[j];
        if (other > wrong) wrong = other, rival = j;
    }
    nn_real value = 1 + wrong - right;
    if (value < 0) value = 0;
    for (int64_t j = 0; row->dz && j < row->width; j++) {
        nn_real y = target(row, j);
        row->dz[j] = value > 0 ? row->weight * ((j == rival ? 1 - y : 0) - y) : 0;
    }
    return (double)value;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_row(options, rows, dz, nn_ignored_label(options), of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_categorical_hinge) = {
    .kind = {.name = "categorical_hinge",
             .help = "the margin between the right class and its best rival",
             .shapes = "outputs (..., k), targets (..., k) or class ids (...) -> one number a "
                       "row",
             .formula = "L(z, y) = max(0, 1 + max_j (1 - y_j) z_j - sum_j y_j z_j)\n"
                        "grad L  = (e_r (1 - y_r) - y), r the best rival, or 0 where the margin "
                        "is kept",
             .source = "Crammer and Singer, JMLR 2, 2001; CategoricalHinge of Keras",
             .details = "targets: class ids, or one-hot rows.\n"
                        "As in Keras the right class itself stands among the rivals with 0.",
             .example = "categorical_hinge",
             .keys = keys,
             .options_size = sizeof(nn_ignore_option)},
    .of_classes = true,
    .keras_name = "categorical_hinge",
    .targets = {"0 or 1, in rows that are one-hot", 0, 1, true},
    .takes_labels = true,
    .value_gradient = value_gradient,
    .ignored_label = nn_ignored_label,
    .unfit = nn_one_is_no_choice,
};
