/* The caller's arrays as splits of the data. */
#include <string.h>

#include "trainer.h"

nn_status nn_memory_of(const nn_view *view, int64_t count, const char *what, nn_memory *memory) {
    *memory = (nn_memory){.rows = count};
    if (count == 0 || !view->data) return NN_OK;
    if (view->rank < 0 || view->rank > NN_VIEW_RANK || view->rank > NN_MAX_RANK)
        return nn_error(NN_USAGE, "%s of rank %d: 0 to %d is possible", what, view->rank,
                        NN_VIEW_RANK);
    if ((int)view->type < NN_U8 || (int)view->type > NN_F64)
        return nn_error(NN_USAGE, "%s: %d is no type of numbers", what, (int)view->type);
    memory->data = view->data;
    memory->type = view->type;
    memory->sample = nn_shape_of(view->rank, view->dim);
    for (int i = 0; i < view->rank; i++)
        if (view->dim[i] < 1)
            return nn_error(NN_USAGE, "%s: dimension %d is %lld", what, i, (long long)view->dim[i]);
    return NN_OK;
}

nn_status nn_trainer_door(nn_trainer *t, int call, nn_status status) {
    double most[2] = {call, -call};
    NN_TRY(nn_comm_agree(t->comm, status));
    nn_comm_max(t->comm, most, 2);
    if (most[0] == -most[1]) return NN_OK;
    return nn_error(NN_USAGE, "the ranks do not give the same splits: one that has no samples of a "
                              "split gives none of it (count 0), in the order of the others");
}

static nn_status split_named(const char *name, nn_split *split) {
    for (int i = 0; i < NN_SPLITS; i++)
        if (name && strcmp(name, nn_split_name[i]) == 0) {
            *split = (nn_split)i;
            return NN_OK;
        }
    return nn_error(NN_USAGE, "there is no split `%s`: train, validation and test are",
                    name ? name : "");
}

static nn_source *source_of(nn_trainer *t, nn_split split) {
    nn_data_options *data = &t->options.data;
    return split == NN_TRAIN        ? &data->train
           : split == NN_VALIDATION ? &data->validation
                                    : &data->test;
}

static nn_status check(const char *name, const nn_samples *mine, nn_split *split, nn_given *given) {
    NN_TRY(split_named(name, split));
    if (mine->count < 0)
        return nn_error(NN_USAGE, "%lld samples cannot be", (long long)mine->count);
    NN_TRY(nn_memory_of(&mine->inputs, mine->count, "inputs", &given->memory[0]));
    NN_TRY(nn_memory_of(&mine->targets, mine->count, "targets", &given->memory[1]));
    return nn_memory_of(&mine->weights, mine->count, "weights", &given->memory[2]);
}

nn_status nn_trainer_give(nn_trainer *t, const char *name, const nn_samples *mine) {
    nn_split split = NN_TRAIN;
    nn_given given;
    NN_TRY(nn_trainer_begin(t, "give"));
    if (t->run) return nn_error(NN_USAGE, "the data are loaded: it is too late to give others");
    nn_status status = check(name, mine, &split, &given);
    NN_TRY(nn_trainer_door(t, 1 + (int)split, status));
    t->given[split] = given;
    nn_source *source = source_of(t, split);
    *source = (nn_source){.present = true};
    for (int i = 0; i < 3; i++) source->memory[i] = &t->given[split].memory[i];
    return NN_OK;
}
