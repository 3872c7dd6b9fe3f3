/* Cross-entropy of one row, in the stable form of softmax (log-sum-exp) and on probabilities. */
#include "nnmpi/exponential.h"
#include "row.h"

/* t_j = a y_j + b */
static inline nn_real target(const nn_loss_row *row, nn_real a, nn_real b, int64_t j) {
    nn_real y = row->y ? row->y[j] : (nn_real)(j == row->label);
    return a * y + b;
}

/* e_j = e^(z_j - top), in place of dz if there is one, and their sum. z and dz may be the same. */
NN_CLONES static double exponentials(int64_t width, const nn_real *z, nn_real top, nn_real *dz) {
    double s = 0;
    if (!dz)
        for (int64_t j = 0; j < width; j++) s += (double)nn_exp(z[j] - top);
    else {
        NN_EACH(j, width) dz[j] = nn_exp(z[j] - top);
        for (int64_t j = 0; j < width; j++) s += (double)dz[j];
    }
    return s;
}

/* With m = max z, s = sum_j e^(z_j - m), T = sum_j t_j:
 *     L = T log s - sum_j t_j (z_j - m),   grad L = T softmax(z) - t. */
static double of_softmax(const nn_loss_row *row, nn_real a, nn_real b) {
    const nn_real *z = row->z;
    nn_real top = z[0];
    for (int64_t j = 1; j < row->width; j++) top = z[j] > top ? z[j] : top;
    double dot = 0, total = 0;
    if (!row->y && b == 0) {
        total = a;
        dot = (double)a * (double)(z[row->label] - top);
    } else {
        for (int64_t j = 0; j < row->width; j++) {
            nn_real t = target(row, a, b, j);
            total += (double)t;
            if (t != 0) dot += (double)t * (double)(z[j] - top);
        }
    }
    double s = exponentials(row->width, z, top, row->dz);
    if (row->dz) {
        nn_real factor = (nn_real)(total / s);
        for (int64_t j = 0; j < row->width; j++) /* T softmax(z) - t */
            row->dz[j] = row->weight * (row->dz[j] * factor - target(row, a, b, j));
    }
    return total * log(s) - dot;
}

/* L = -sum_j t_j log max(p_j, tiny);  d L / d p_j = -t_j / p_j, 0 where clipped. */
static double of_probabilities(const nn_loss_row *row, nn_real a, nn_real b) {
    double value = 0;
    for (int64_t j = 0; j < row->width; j++) {
        nn_real t = target(row, a, b, j), p = row->z[j];
        bool clipped = p < NN_TINY_PROBABILITY;
        if (clipped) p = NN_TINY_PROBABILITY;
        if (t != 0 || p != p) value -= (double)t * (double)log(p);
        if (row->dz) row->dz[j] = clipped ? 0 : -row->weight * t / p;
    }
    return value;
}

double nn_crossentropy(const nn_loss_row *row, nn_real a, nn_real b) {
    return row->fused ? of_softmax(row, a, b) : of_probabilities(row, a, b);
}

const char *nn_one_is_no_choice(const void *options, int64_t width) {
    return width < 2 ? "one output is not a choice of classes: use a loss for yes/no outputs, such "
                       "as binary_crossentropy"
                     : NULL;
}

int64_t nn_ignored_label(const void *options) {
    return ((const nn_ignore_option *)options)->index;
}
