/* Which data a trained model is used on. */
#include "nnmpi/use.h"

static nn_source *source_of(nn_data_options *data, nn_split split) {
    return (nn_source *)nn_source_of(data, split);
}

static nn_split first_choice(nn_data_options *data) {
    return data->test.present ? NN_TEST : data->validation.present ? NN_VALIDATION : NN_TRAIN;
}

static bool is_held_out(const nn_data_options *data) {
    return data->validation.present && data->validation.split > 0;
}

/* Another file: the names of the split's data sets, or those of train, are looked for in it. */
static void replace(nn_data_options *data, const nn_use_source *wanted, nn_split split) {
    nn_source *source = source_of(data, split);
    if (!source->present || (split == NN_VALIDATION && source->split > 0)) *source = data->train;
    source->file = (nn_texts){1, &wanted->file};
    source->target_file = (nn_texts){0};
    source->weights = NULL; /* of the samples of another file */
    source->inputs_hint = source->targets_hint = source->present = true;
    source->split = 0;
    if (split != NN_TRAIN) data->train.present = false;
    if (split != NN_VALIDATION) data->validation.present = false;
    if (split != NN_TEST) data->test.present = false;
}

/* The split as it was in training: a part of train needs all of train. */
static void choose(nn_data_options *data, nn_split split) {
    nn_source *source = source_of(data, split);
    bool both = split != NN_TEST && is_held_out(data);
    if (source->file.n == 0 && !(both && split == NN_VALIDATION)) source->file = data->train.file;
    if (split != NN_TRAIN && !both) data->train.present = false;
    if (split != NN_VALIDATION && !both) data->validation.present = false;
    if (split != NN_TEST) data->test.present = false;
}

/* What is not there: how another is named. */
static void advise(nn_source *source, const nn_use_source *wanted) {
    static const char *const of_run = "the data of the run; --data FILE names others";
    source->advice[0] = wanted->file ? "--data FILE names another" : of_run;
    source->advice[1] = wanted->file || wanted->inputs ? "--inputs NAME names another" : of_run;
    source->advice[2] = wanted->file || wanted->targets ? "--targets NAME names another" : of_run;
}

nn_status nn_use_data(nn_run_options *options, const nn_use_source *wanted, nn_split *split) {
    nn_data_options *data = &options->data;
    *split = wanted->split >= 0 ? (nn_split)wanted->split : first_choice(data);
    if (!wanted->file && !source_of(data, *split)->present)
        return nn_error(NN_USAGE, "the model was trained without data.%s; --data FILE names some",
                        nn_split_name[*split]);
    if (wanted->file)
        replace(data, wanted, *split);
    else
        choose(data, *split);
    nn_source *source = source_of(data, *split);
    if (source->split > 0) source = &data->train; /* of which it is a part */
    if (wanted->inputs) source->inputs = wanted->inputs, source->inputs_hint = false;
    if (wanted->targets) source->targets = wanted->targets, source->targets_hint = false;
    for (int i = 0; i < NN_SPLITS; i++) advise(source_of(data, (nn_split)i), wanted);
    data->fetched = wanted->inputs_only;
    return NN_OK;
}
