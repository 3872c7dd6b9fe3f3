/* Samples as numbers of the build: runs every step, allocates nothing. */
#include <string.h>

#include "inside.h"

typedef void nn_converter(const struct nn_dataset_private *set, const void *row, int64_t n,
                          nn_real *x);

/* x = row * scale, and x = (row * scale - shift) * factor, which is computed in double: the
 * difference of a large value and a large mean is not. */
#define X(dtype, type)                                                                             \
    static void scale_##dtype(const struct nn_dataset_private *set, const void *row, int64_t n,    \
                              nn_real *x) {                                                        \
        const type *from = row;                                                                    \
        const nn_real scale = (nn_real)set->scale;                                                 \
        for (int64_t i = 0; i < n; i++) x[i] = (nn_real)from[i] * scale;                           \
    }                                                                                              \
    static void normalize_##dtype(const struct nn_dataset_private *set, const void *row,           \
                                  int64_t n, nn_real *x) {                                         \
        const double scale = set->scale, *shift = set->shift, *factor = set->factor;               \
        for (int64_t at = 0; at < n; at += set->period) {                                          \
            const type *from = (const type *)row + at;                                             \
            int64_t m = n - at < set->period ? n - at : set->period;                               \
            for (int64_t i = 0; i < m; i++)                                                        \
                x[at + i] = (nn_real)(((double)from[i] * scale - shift[i]) * factor[i]);           \
        }                                                                                          \
    }                                                                                              \
    static void convert_##dtype(const struct nn_dataset_private *set, const void *row, int64_t n,  \
                                nn_real *x) {                                                      \
        const type *from = row;                                                                    \
        for (int64_t i = 0; i < n; i++) x[i] = (nn_real)from[i];                                   \
    }
NN_DTYPE_LIST(X)
#undef X

static void copy(const struct nn_dataset_private *set, const void *row, int64_t n, nn_real *x) {
    memcpy(x, row, (size_t)n * sizeof *x);
}

#define X(dtype, type) [dtype] = scale_##dtype,
static nn_converter *const scaled[] = {NN_DTYPE_LIST(X)};
#undef X
#define X(dtype, type) [dtype] = normalize_##dtype,
static nn_converter *const normalized[] = {NN_DTYPE_LIST(X)};
#undef X
#define X(dtype, type) [dtype] = convert_##dtype,
static nn_converter *const converted[] = {NN_DTYPE_LIST(X)};
#undef X

/* Of each sample `rows` rows, from `ahead` rows after its first on. */
static void gather(const nn_dataset *set, const nn_array *array, int64_t ahead, int64_t rows,
                   nn_converter *convert, const int64_t *sample, int64_t n, nn_real *x) {
    int64_t size = rows * array->size;
    for (int64_t i = 0; i < n; i++)
        convert(set->private, nn_row_at(array, nn_row_of(set, sample[i]) + ahead), size,
                x + i * size);
}

static nn_converter *plain(nn_dtype type) {
    return type == NN_REAL_DTYPE ? copy : converted[type];
}

static nn_converter *converter_of_inputs(const nn_dataset *set) {
    nn_dtype type = set->private->inputs->type;
    return set->private->period       ? normalized[type]
           : set->private->scale != 1 ? scaled[type]
                                      : plain(type);
}

void nn_dataset_inputs(const nn_dataset *set, const int64_t *sample, int64_t n, nn_real *x) {
    gather(set, set->private->inputs, 0, set->private->windows.length, converter_of_inputs(set),
           sample, n, x);
}

/* The rows of an array that belong to the targets of each sample. */
static void gather_ahead(const nn_dataset *set, const nn_array *array, const int64_t *sample,
                         int64_t n, nn_real *x) {
    const nn_windows *windows = &set->private->windows;
    gather(set, array, windows->ahead, windows->target_length, plain(array->type), sample, n, x);
}

void nn_dataset_weights(const nn_dataset *set, const int64_t *sample, int64_t n, nn_real *w) {
    nn_assert(set->weights > 0);
    gather_ahead(set, set->private->weights, sample, n, w);
}

void nn_dataset_values(const nn_dataset *set, const int64_t *sample, int64_t n, nn_real *y) {
    nn_assert(set->has_targets);
    gather_ahead(set, set->private->targets, sample, n, y);
}

/* ---- inputs that are ids ---- */

static bool is_id(nn_real x, int64_t ids) {
    return x >= 0 && x < (nn_real)ids && (nn_real)(int64_t)x == x;
}

static nn_status refuse_id(const nn_dataset *set, int64_t row, int64_t at, nn_real x, int64_t ids,
                           const char *reader) {
    const nn_array *inputs = set->private->inputs;
    char position[NN_SHAPE_TEXT_SIZE + 8];
    bool changed = set->private->period || set->private->scale != 1;
    return nn_error(NN_BAD_DATA,
                    "%s%s is %.9g%s, which is no id for \"%s\": whole numbers from 0 to %lld are "
                    "expected",
                    nn_array_place(inputs, row),
                    nn_position_text(&inputs->sample, at, position, sizeof position), (double)x,
                    changed ? " (after data.scale and data.normalize)" : "", reader,
                    (long long)ids - 1);
}

static nn_status check_row(const nn_dataset *set, int64_t row, const nn_id_rule *rule, nn_real *x) {
    const nn_array *inputs = set->private->inputs;
    converter_of_inputs(set)(set->private, nn_row_at(inputs, row), inputs->size, x);
    for (int64_t k = 0; k < inputs->size; k++)
        if (rule[k].ids && !is_id(x[k], rule[k].ids))
            return refuse_id(set, row, k, x[k], rule[k].ids, rule[k].reader);
    return NN_OK;
}

/* The rules of a row: of a sample that is a window the strictest of all its places, since a row may
 * come to stand at any. */
static nn_id_rule *rules_of_row(const nn_dataset *set, const nn_id_rule *rule, nn_arena *arena) {
    int64_t size = set->private->inputs->size;
    nn_id_rule *strictest = NN_NEW_ARRAY(arena, nn_id_rule, size);
    for (int64_t k = 0; k < size * set->private->windows.length; k++) {
        nn_id_rule *of = &strictest[k % size];
        if (rule[k].ids && (of->ids == 0 || rule[k].ids < of->ids)) *of = rule[k];
    }
    return strictest;
}

/* Each row once, though windows overlap. */
nn_status nn_dataset_check_ids(const nn_dataset *set, const nn_id_rule *rule, nn_comm *comm) {
    nn_share share = nn_share_of(nn_rows_seen(set), nn_comm_size(comm), nn_comm_rank(comm));
    nn_arena *arena = nn_arena_create();
    nn_real *x = NN_NEW_ARRAY(arena, nn_real, set->private->inputs->size);
    const nn_id_rule *of_row = rules_of_row(set, rule, arena);
    nn_status status = NN_OK;
    for (int64_t i = share.first; i < share.first + share.count && status == NN_OK; i++)
        status = check_row(set, nn_row_seen(set, i), of_row, x);
    nn_arena_destroy(arena);
    return nn_comm_agree(comm, status);
}

nn_status nn_dataset_check_fetched_ids(const nn_dataset *set, nn_share samples,
                                       const nn_id_rule *rule) {
    nn_arena *arena = nn_arena_create();
    nn_real *x = NN_NEW_ARRAY(arena, nn_real, set->private->inputs->size);
    const nn_id_rule *of_row = rules_of_row(set, rule, arena);
    nn_status status = NN_OK;
    for (int64_t i = samples.first; i < samples.first + samples.count; i++) {
        int64_t row = nn_row_of(set, i);
        for (int64_t k = 0; k < set->private->windows.length && status == NN_OK; k++)
            status = check_row(set, row + k, of_row, x);
    }
    nn_arena_destroy(arena);
    return status;
}
