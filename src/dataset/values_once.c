/* Targets that are numbers: those that a loss is not defined for. */
#include <math.h>

#include "inside.h"

#define NN_VALUE_TOLERANCE 1e-6 /* 1.0000001 is a 1 that was computed in float32 */

static inline bool is_outside(double y, const nn_value_rule *rule) {
    return y < rule->lowest - NN_VALUE_TOLERANCE || y > rule->highest + NN_VALUE_TOLERANCE ||
           (rule->whole && fabs(y - rint(y)) > NN_VALUE_TOLERANCE);
}

/* The first number of a row, from the k-th on, that the rule does not allow; `size`: none. */
#define X(dtype, type)                                                                             \
    case dtype:                                                                                    \
        while (k < array->size && !is_outside((double)((const type *)values)[k], rule)) k++;       \
        break;
static int64_t next_outside(const nn_array *array, int64_t row, int64_t k,
                            const nn_value_rule *rule) {
    const void *values = nn_row_at(array, row);
    switch (array->type) { NN_DTYPE_LIST(X) }
    return k;
}
#undef X

/* No loss looks at a target without. */
static bool has_weight(const nn_dataset *set, int64_t row, int64_t k) {
    const nn_array *weights = set->private->weights;
    if (set->weights == 0) return true;
    int64_t at = k * weights->size / set->private->targets->size;
    return nn_dtype_get(weights->type, nn_row_at(weights, row), at) != 0;
}

static nn_status check_row(const nn_dataset *set, int64_t row, const nn_value_rule *rule) {
    const nn_array *targets = set->private->targets;
    char position[NN_SHAPE_TEXT_SIZE + 8];
    int64_t k = next_outside(targets, row, 0, rule);
    while (k < targets->size && !has_weight(set, row, k))
        k = next_outside(targets, row, k + 1, rule);
    if (k == targets->size) return NN_OK;
    return nn_error(NN_BAD_DATA, "%s%s is %.9g: %s", nn_array_place(targets, row),
                    nn_position_text(&targets->sample, k, position, sizeof position),
                    nn_dtype_get(targets->type, nn_row_at(targets, row), k), rule->expected);
}

/* The targets of samples in order; each row once, though windows overlap. */
nn_status nn_dataset_check_values(const nn_dataset *set, const nn_value_rule *rule, nn_comm *comm) {
    const nn_windows *windows = &set->private->windows;
    nn_share share = nn_share_of(set->count, nn_comm_size(comm), nn_comm_rank(comm));
    nn_status status = NN_OK;
    int64_t row = 0;
    nn_assert(set->has_targets);
    for (int64_t i = share.first; i < share.first + share.count && status == NN_OK; i++) {
        int64_t first = nn_row_of(set, i) + windows->ahead, end = first + windows->target_length;
        if (row < first) row = first;
        for (; row < end && status == NN_OK; row++) status = check_row(set, row, rule);
    }
    return nn_comm_agree(comm, status);
}
