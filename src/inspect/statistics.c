#include "statistics.h"

#include <math.h>
#include <stdlib.h>

#define NN_BLOCK ((int64_t)1 << 19) /* numbers read at once, where a row is not longer */

/* Chan, Golub, LeVeque 1979: moments of two sets of numbers together. */
static void combine(nn_statistics *s, double n, double mean, double m2) {
    double all = s->n + n, delta = mean - s->mean;
    if (n == 0) return;
    s->mean += delta * (n / all);
    s->m2 += m2 + delta * delta * (s->n * (n / all));
    s->n = all;
}

static void add_moments(nn_statistics *s, const double *x, int64_t n) {
    double mean = 0, m2 = 0, finite = 0;
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(x[i])) continue;
        finite++;
        mean += x[i];
        s->low = fmin(s->low, x[i]);
        s->high = fmax(s->high, x[i]);
    }
    mean /= finite;
    for (int64_t i = 0; i < n; i++)
        if (isfinite(x[i])) m2 += (x[i] - mean) * (x[i] - mean);
    if (finite > 0) combine(s, finite, mean, m2);
}

static void look_at(nn_statistics *s, const double *x, int64_t rows, int64_t size, int64_t first) {
    for (int64_t r = 0; r < rows; r++) {
        int64_t ones = 0, zeros = 0;
        for (int64_t k = 0; k < size; k++) {
            double v = x[r * size + k];
            if (!isfinite(v)) {
                s->nan += isnan(v);
                s->infinite += !isnan(v);
                if (s->first_bad < 0) s->first_bad = first + r;
            }
            ones += v == 1;
            zeros += v == 0;
            bool whole = v == floor(v);
            s->whole &= whole;
            if (whole && v >= 0 && v < NN_CLASSES_COUNTED) s->count[(int64_t)v]++;
        }
        s->one_hot &= ones == 1 && zeros == size - 1;
    }
}

static int64_t rows_at_once(const nn_store_details *d, int64_t size) {
    int64_t rows = size > 0 && size < NN_BLOCK ? NN_BLOCK / size : 1;
    int64_t chunk = d->chunk_rank ? d->chunk[0] : 1; /* each chunk is unpacked once */
    return rows > chunk ? rows / chunk * chunk : chunk * size <= 64 * NN_BLOCK ? chunk : rows;
}

static nn_status read_all(nn_store *store, const char *path, const nn_store_details *d,
                          nn_statistics *s, double *x, int64_t rows, int64_t size) {
    int64_t all = d->rank ? d->dim[0] : 1;
    for (int64_t at = 0; at < all; at += rows) {
        int64_t n = all - at < rows ? all - at : rows;
        NN_TRY(nn_store_read_rows(store, path, at, n, NN_F64, x));
        add_moments(s, x, n * size);
        look_at(s, x, n, size, at);
    }
    return NN_OK;
}

nn_status nn_statistics_read(nn_store *store, const char *path, const nn_store_details *d,
                             nn_statistics *s) {
    *s = (nn_statistics){
        .low = INFINITY, .high = -INFINITY, .first_bad = -1, .whole = true, .one_hot = true};
    if (!d->numbers || d->elements == 0) return NN_OK;
    int64_t size = d->rank ? d->elements / d->dim[0] : 1, rows = rows_at_once(d, size), bytes;
    if (d->rank && rows > d->dim[0]) rows = d->dim[0];
    if (__builtin_mul_overflow(rows * size, 8, &bytes)) return NN_OK;
    s->count = calloc(NN_CLASSES_COUNTED, sizeof *s->count);
    double *x = malloc((size_t)bytes);
    nn_status status = s->count && x ? read_all(store, path, d, s, x, rows, size)
                                     : nn_error(NN_NO_MEMORY, "no memory for a row of %s", path);
    free(x);
    bool ids = s->whole && s->low >= 0 && s->high < NN_CLASSES_COUNTED;
    s->classes = status == NN_OK && ids && d->rank >= 1 ? (int64_t)s->high + 1 : 0;
    s->one_hot &= d->rank == 2 && d->dim[1] > 1;
    return status;
}

void nn_statistics_free(nn_statistics *s) {
    free(s->count);
    s->count = NULL;
}

double nn_statistics_deviation(const nn_statistics *s) {
    return s->n > 0 ? sqrt(s->m2 / s->n) : NAN;
}
