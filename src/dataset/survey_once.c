/* One reading of the rows of a split, in memory: ranges, and how often each class is there. */
#include "nnmpi/survey.h"

#include <math.h>

#include "inside.h"

typedef void nn_ranger(const void *row, int64_t n, nn_surveyed *s, double *sum);

#define X(dtype, type)                                                                             \
    static void range_##dtype(const void *row, int64_t n, nn_surveyed *s, double *sum) {           \
        const type *x = row;                                                                       \
        double low = s->low, high = s->high, all = 0;                                              \
        for (int64_t i = 0; i < n; i++) {                                                          \
            double v = (double)x[i];                                                               \
            low = v < low ? v : low;                                                               \
            high = v > high ? v : high;                                                            \
            all += v;                                                                              \
        }                                                                                          \
        s->low = low, s->high = high, *sum += all;                                                 \
    }
NN_DTYPE_LIST(X)
#undef X
#define X(dtype, type) [dtype] = range_##dtype,
static nn_ranger *const rangers[] = {NN_DTYPE_LIST(X)};
#undef X

static void find_range(const nn_dataset *set, const nn_array *array, nn_surveyed *s) {
    double sum = 0;
    s->low = INFINITY, s->high = -INFINITY;
    for (int64_t i = 0; i < s->rows; i++)
        rangers[array->type](nn_row_at(array, nn_row_seen(set, i)), array->size, s, &sum);
    s->mean = sum / ((double)s->rows * (double)array->size);
}

/* The place of the single one in a row of zeros; -1: it is no such row. */
static int64_t place_of_one(const nn_array *array, const void *row) {
    int64_t at = -1;
    for (int64_t k = 0; k < array->size; k++) {
        double v = nn_dtype_get(array->type, row, k);
        if (v == 0) continue;
        if (v != 1 || at >= 0) return -1;
        at = k;
    }
    return at;
}

static void count_one_hot(const nn_dataset *set, const nn_array *array, nn_surveyed *s) {
    for (int64_t i = 0; i < s->rows; i++) {
        int64_t at = place_of_one(array, nn_row_at(array, nn_row_seen(set, i)));
        if (at < 0) {
            s->classes = 0; /* they are probabilities */
            return;
        }
        s->count[at]++;
    }
}

static void count_ids(const nn_dataset *set, const nn_array *array, nn_surveyed *s) {
    for (int64_t i = 0; i < s->rows; i++) {
        const void *row = nn_row_at(array, nn_row_seen(set, i));
        for (int64_t k = 0; k < array->size; k++) {
            double id = nn_dtype_get(array->type, row, k);
            if (id != floor(id)) {
                s->classes = 0; /* they are probabilities */
                return;
            }
            if (id >= 0 && id < (double)s->classes)
                s->count[(int64_t)id]++;
            else
                s->others++;
        }
    }
}

static void survey(const nn_dataset *set, const nn_array *array, int64_t classes, bool ids,
                   nn_arena *arena, nn_surveyed *s) {
    if (!array || !array->name || array->rows == 0) return;
    *s = (nn_surveyed){
        .name = array->name, .type = array->type, .row = array->sample, .rows = nn_rows_seen(set)};
    find_range(set, array, s);
    if (classes < 2 || classes > NN_SURVEY_CLASSES) return;
    if (!ids && array->size != classes) return;
    s->classes = classes;
    s->count = NN_NEW_ARRAY(arena, int64_t, classes);
    (ids ? count_ids : count_one_hot)(set, array, s);
}

void nn_dataset_survey(const nn_dataset *set, int64_t classes, bool ids, nn_arena *arena,
                       nn_survey *out) {
    const struct nn_dataset_private *own = set->private;
    *out = (nn_survey){0};
    if (set->has_targets) survey(set, own->targets, classes, ids, arena, &out->targets);
    if (!set->has_targets || own->inputs != own->targets)
        survey(set, own->inputs, 0, false, arena, &out->inputs);
    survey(set, own->weights, 0, false, arena, &out->weights);
}
