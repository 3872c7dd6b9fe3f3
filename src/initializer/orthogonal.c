/* orthogonal: the shape seen as a matrix with the last axis as columns; its columns (its rows if
 * it is wide) are orthonormal times `gain`. A matrix of normal numbers is made orthogonal by
 * modified Gram-Schmidt, twice (Giraud et al., 2005: twice is enough), so the law is Haar's. */
#include "nnmpi/initializer.h"
#include "nnmpi/status.h"

#include <math.h>
#include <stdlib.h>

typedef struct options {
    double gain;
} options;

static const nn_key keys[] = {{.name = "gain",
                               .type = NN_KEY_REAL,
                               .offset = offsetof(options, gain),
                               .preset = "1.0",
                               .help = "every singular value of the matrix"},
                              {0}};

#define LANES 8 /* partial sums, in a fixed order, that a compiler can keep in one register */

static double dot(int64_t n, const double *a, const double *b) {
    double lane[LANES] = {0}, sum = 0;
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES)
        for (int k = 0; k < LANES; k++) lane[k] += a[i + k] * b[i + k];
    for (int64_t i = whole; i < n; i++) sum += a[i] * b[i];
    for (int k = 0; k < LANES; k++) sum += lane[k];
    return sum;
}

/* Makes the m vectors of length n at q[j * n] orthonormal; m <= n. */
static void make_orthonormal(int64_t m, int64_t n, double *q) {
    for (int64_t j = 0; j < m; j++) {
        double *v = q + j * n;
        for (int pass = 0; pass < 2; pass++)
            for (int64_t i = 0; i < j; i++) {
                const double *u = q + i * n;
                double r = dot(n, u, v);
                for (int64_t k = 0; k < n; k++) v[k] -= r * u[k]; /* v <- v - <u, v> u */
            }
        double norm = sqrt(dot(n, v, v));
        for (int64_t k = 0; k < n; k++) v[k] /= norm;
    }
}

static void fill(const void *given, const nn_stream *stream, const nn_shape *shape, nn_real *w) {
    const double gain = ((const options *)given)->gain;
    int64_t size = nn_shape_size(shape);
    int64_t columns = shape->rank ? shape->dim[shape->rank - 1] : 1;
    int64_t rows = size / columns;
    int64_t m = rows < columns ? rows : columns, n = rows < columns ? columns : rows;
    double *q = malloc((size_t)size * sizeof *q);
    if (!q) nn_panic("out of memory for an orthogonal matrix of %lld numbers", (long long)size);
    for (int64_t i = 0; i < size; i++) q[i] = nn_random_normal(stream, (uint64_t)i);
    make_orthonormal(m, n, q);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++)
            w[i * columns + j] = (nn_real)(gain * (rows < columns ? q[i * n + j] : q[j * n + i]));
    free(q);
}

const nn_initializer NN_REAL_NAME(nn_initializer_orthogonal) = {
    .kind = {.name = "orthogonal",
             .help = "a random orthogonal matrix times `gain`",
             .shapes = "two axes or more; all but the last are the rows of a matrix",
             .formula = "W^T W = gain^2 I (W W^T = gain^2 I if it has more columns than rows)",
             .source = "Saxe, McClelland and Ganguli, ICLR 2014; Orthogonal of Keras",
             .example = "{type: orthogonal, gain: 1.4142135623730951}",
             .keys = keys,
             .options_size = sizeof(options)},
    .fill = fill,
    .keras_class = "Orthogonal",
};
