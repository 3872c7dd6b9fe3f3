/* cosine_similarity:  L(z, y) = -cos(z, y) = -z.y / (|z| |y|),
 * grad L = -(y/|y| - cos(z, y) z/|z|) / |z| */
#include "row.h"

/* The largest of |x|^2 and 1e-12, so that nothing is divided by 0 (as in Keras). */
static double square(int64_t n, const nn_real *x, bool *tiny) {
    double sum = 0;
    for (int64_t j = 0; j < n; j++) sum += (double)x[j] * (double)x[j];
    *tiny = sum < 1e-12;
    return *tiny ? 1e-12 : sum;
}

static double of_row(const void *options, const nn_loss_row *row) {
    bool no_z, no_y;
    double length_z = sqrt(square(row->width, row->z, &no_z));
    double length_y = sqrt(square(row->width, row->y, &no_y)), dot = 0;
    for (int64_t j = 0; j < row->width; j++) dot += (double)row->z[j] * (double)row->y[j];
    double cosine = dot / (length_z * length_y);
    if (row->dz) {
        nn_real of_y = (nn_real)(-(double)row->weight / (length_z * length_y));
        nn_real of_z = (nn_real)((double)row->weight * cosine / (length_z * length_z));
        if (no_z) of_z = 0; /* |z| is a constant there */
        NN_EACH(j, row->width) row->dz[j] = of_y * row->y[j] + of_z * row->z[j];
    }
    return -cosine;
}

static nn_loss_sum value_gradient(const void *options, const nn_rows *rows, nn_real *dz) {
    return nn_loss_by_values(options, rows, dz, of_row);
}

const nn_loss NN_REAL_NAME(nn_loss_cosine_similarity) = {
    .kind = {.name = "cosine_similarity",
             .help = "minus the cosine of the angle between outputs and targets: direction "
                     "matters, length does not",
             .shapes = "outputs (..., k), targets (..., k) -> one number a row",
             .formula = "L(z, y) = -z.y / (|z| |y|), from -1 (same direction) to 1; squared "
                        "lengths are at least 1e-12\n"
                        "grad L  = -(y/|y| - cos(z, y) z/|z|) / |z|",
             .source = "CosineSimilarity of Keras",
             .example = "cosine_similarity"},
    .keras_name = "cosine_similarity",
    .value_gradient = value_gradient,
};
