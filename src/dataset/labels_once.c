/* Class ids. */
#include "inside.h"

#define X(dtype, type)                                                                             \
    case dtype:                                                                                    \
        for (int64_t i = 0; i < n; i++) {                                                          \
            const type *ids = (const type *)all + (nn_row_of(set, sample[i]) + ahead) * size;      \
            for (int64_t k = 0; k < m; k++) label[i * m + k] = (int32_t)ids[k];                    \
        }                                                                                          \
        break;
void nn_dataset_labels(const nn_dataset *set, const int64_t *sample, int64_t n, int32_t *label) {
    const nn_array *targets = set->private->targets;
    const void *all = targets->memory;
    int64_t ahead = set->private->windows.ahead, size = targets->size;
    int64_t m = set->private->windows.target_length * size;
    nn_assert(set->target_integer);
    switch (set->target_type) { NN_DTYPE_LIST(X) }
}
#undef X

static nn_status first_outside(const nn_dataset *set, int64_t classes, int64_t ignored) {
    const nn_array *targets = set->private->targets;
    char position[NN_SHAPE_TEXT_SIZE + 8];
    for (int64_t i = 0; i < nn_rows_seen(set); i++)
        for (int64_t k = 0; k < targets->size; k++) {
            int64_t row = nn_row_seen(set, i);
            double label = nn_dtype_get(targets->type, targets->memory, row * targets->size + k);
            if (label == (double)ignored || (label >= 0 && label < (double)classes)) continue;
            return nn_error(NN_BAD_DATA, "%s%s: class id %.0f is not between 0 and %lld",
                            nn_array_place(targets, row),
                            nn_position_text(&targets->sample, k, position, sizeof position), label,
                            (long long)classes - 1);
        }
    return NN_OK; /* the bad one is in the other part of a split */
}

nn_status nn_dataset_check_labels(const nn_dataset *set, int64_t classes, int64_t ignored,
                                  nn_comm *comm) {
    nn_status status = NN_OK;
    if (!set->has_targets)
        status = nn_error(NN_BAD_DATA, "class ids are needed: %s", set->no_targets);
    else if (!set->target_integer)
        status = nn_error(NN_BAD_DATA, "%s: data set %s: class ids are integers; these are %s",
                          set->file, set->targets_name, nn_dtype_name(set->target_type));
    else if (set->lowest_label < 0 || set->highest_label >= classes)
        status = first_outside(set, classes, ignored);
    return nn_comm_agree(comm, status);
}
