/* Normalisation constants, the same bits on any number of ranks: the samples are cut into blocks
 * that only their number and shape decide; the ranks share out the blocks; all combine all blocks
 * in the same order. */
#include <math.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/place.h"

int64_t nn_features_of(const nn_shape *sample, int per) {
    enum { AUTO, LAST_AXIS, ALL };
    if (sample->rank == 0 || per == ALL || (per == AUTO && sample->rank == 2)) return 1;
    return sample->dim[sample->rank - 1];
}

#define X(dtype, type)                                                                             \
    case dtype:                                                                                    \
        for (int64_t i = 0; i < n; i++) x[i] = (double)((const type *)row)[i] * scale;             \
        break;
static void as_doubles(nn_dtype dtype, const void *row, int64_t n, double scale, double *x) {
    switch (dtype) { NN_DTYPE_LIST(X) }
}
#undef X

/* Blocks of samples; what they keep is at most about 20 MB in all. */
static int64_t blocks_for(int64_t count, int64_t features) {
    int64_t most = ((int64_t)1 << 19) / features;
    if (most > 256) most = 256;
    if (most < 1) most = 1;
    return most < count ? most : count;
}

/* Moments of each feature over some rows: the mean first, then the deviations from it. */
static void block_moments(const nn_dataset *set, nn_share block, int64_t features, double *x,
                          nn_moments *m) {
    const nn_array *array = set->private->inputs;
    double n = (double)block.count * (double)(array->size / features);
    for (int64_t f = 0; f < features; f++)
        m[f] = (nn_moments){.n = n, .low = INFINITY, .high = -INFINITY};
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t i = block.first; i < block.first + block.count; i++) {
            const void *row = nn_row_at(array, nn_row_seen(set, i));
            as_doubles(array->type, row, array->size, set->private->scale, x);
            for (int64_t at = 0, f = 0; at < array->size; at++, f = f + 1 < features ? f + 1 : 0) {
                if (pass == 0) {
                    m[f].mean += x[at];
                    m[f].low = fmin(m[f].low, x[at]);
                    m[f].high = fmax(m[f].high, x[at]);
                } else
                    m[f].m2 += (x[at] - m[f].mean) * (x[at] - m[f].mean);
            }
        }
        for (int64_t f = 0; f < features && pass == 0; f++) m[f].mean /= n;
    }
}

/* Chan, Golub, LeVeque 1979: moments of two sets of samples together. */
static void combine(nn_moments *a, const nn_moments *b) {
    double n = a->n + b->n, delta = b->mean - a->mean;
    a->mean += delta * (b->n / n);
    a->m2 += b->m2 + delta * delta * (a->n * (b->n / n));
    a->low = fmin(a->low, b->low);
    a->high = fmax(a->high, b->high);
    a->n = n;
}

/* Moments of all blocks, [blocks, features], on every rank. */
static void all_moments(const nn_dataset *set, int64_t blocks, int64_t features, nn_moments *all,
                        nn_arena *arena, nn_comm *comm) {
    int ranks = nn_comm_size(comm);
    double *x = NN_NEW_ARRAY(arena, double, set->private->inputs->size);
    nn_share mine = nn_share_of(blocks, ranks, nn_comm_rank(comm));
    for (int64_t b = mine.first; b < mine.first + mine.count; b++) {
        block_moments(set, nn_share_of(nn_rows_seen(set), (int)blocks, (int)b), features, x,
                      all + b * features);
        nn_place_beat();
    }
    for (int r = 0; r < ranks; r++) {
        nn_share share = nn_share_of(blocks, ranks, r);
        nn_comm_broadcast(comm, all + share.first * features,
                          share.count * features * (int64_t)sizeof *all, r);
    }
}

nn_status nn_constants_compute(nn_constants *constants, const nn_dataset *train,
                               const nn_typed *normalize, nn_arena *arena, nn_comm *comm) {
    const nn_normalizer *normalizer = (const nn_normalizer *)normalize->kind;
    const nn_normalizer_options *options = normalize->options;
    *constants = (nn_constants){0};
    if (!normalizer || !normalizer->constants) return NN_OK;
    int64_t features = nn_features_of(&train->private->inputs->sample, options->per);
    int64_t blocks = blocks_for(nn_rows_seen(train), features);
    double *shift = NN_NEW_ARRAY(arena, double, features);
    double *factor = NN_NEW_ARRAY(arena, double, features);
    nn_arena *scratch = nn_arena_create();
    nn_moments *all = NN_NEW_ARRAY(scratch, nn_moments, blocks * features);
    all_moments(train, blocks, features, all, scratch, comm);
    nn_status status = NN_OK;
    for (int64_t f = 0; f < features && status == NN_OK; f++) {
        for (int64_t b = 1; b < blocks; b++) combine(&all[f], &all[b * features + f]);
        shift[f] = all[f].low, factor[f] = 1;
        if (all[f].low < all[f].high) normalizer->constants(&all[f], &shift[f], &factor[f]);
        if (!isfinite(shift[f]) || !isfinite(factor[f]) || factor[f] == 0)
            status =
                nn_error(NN_BAD_DATA, "%s: data set %s: feature %lld is too large to normalise",
                         train->file, train->inputs_name, (long long)f);
    }
    nn_arena_destroy(scratch);
    *constants = (nn_constants){features, shift, factor};
    return status;
}

nn_status nn_constants_fit(const nn_dataset *set, const nn_constants *constants) {
    if (constants->n == 0 || nn_shape_size(&set->input) % constants->n == 0) return NN_OK;
    return nn_error(NN_BAD_DATA,
                    "%s: data set %s: samples have %lld elements, which the %lld normalisation "
                    "constants do not fit",
                    set->file, set->inputs_name, (long long)nn_shape_size(&set->input),
                    (long long)constants->n);
}

#define NN_PERIOD 256 /* elements: constants are repeated to about this many, for long loops */

void nn_constants_use(nn_dataset *set, const nn_constants *constants, nn_arena *arena) {
    if (constants->n == 0) return;
    int64_t times = constants->n < NN_PERIOD ? NN_PERIOD / constants->n : 1;
    double *shift = NN_NEW_ARRAY(arena, double, times * constants->n);
    double *factor = NN_NEW_ARRAY(arena, double, times * constants->n);
    size_t bytes = (size_t)constants->n * sizeof *shift;
    for (int64_t t = 0; t < times; t++) {
        memcpy(shift + t * constants->n, constants->shift, bytes);
        memcpy(factor + t * constants->n, constants->factor, bytes);
    }
    set->private->period = times * constants->n;
    set->private->shift = shift;
    set->private->factor = factor;
}
