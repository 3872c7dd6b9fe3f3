/* The files of one split: inputs, their targets and weights, which must fit together. */
#include <string.h>

#include "inside.h"

const nn_source *nn_source_of(const nn_data_options *options, nn_split split) {
    return split == NN_TRAIN        ? &options->train
           : split == NN_VALIDATION ? &options->validation
                                    : &options->test;
}

static bool same_texts(const nn_texts *a, const nn_texts *b) {
    bool same = a->n == b->n;
    for (int i = 0; same && i < a->n; i++) same = strcmp(a->value[i], b->value[i]) == 0;
    return same;
}

/* Names at the root of a file are those of the training samples, if there are any; so another split
 * finds its own there only in a file of its own. */
static bool root_serves(const nn_data_options *options, const nn_source *source) {
    if (source == &options->train || !options->train.present) return true;
    return source->file.n > 0 && !same_texts(&source->file, &options->train.file);
}

static nn_status no_pair(const nn_array *inputs, const nn_array *targets, const char *what,
                         const char *files[2], int64_t rows, int64_t target_rows) {
    return nn_error(
        NN_BAD_DATA, "%s: data set %s has %lld samples, but %s: data set %s has %lld %s", files[0],
        inputs->name, (long long)rows, files[1], targets->name, (long long)target_rows, what);
}

/* As many targets (or weights: what it says) as inputs; in each file if they are in the same ones.
 */
static nn_status check_pair(const nn_array *inputs, const nn_array *targets, const char *what) {
    if (!targets->name) return NN_OK;
    bool same_files = inputs->n_parts == targets->n_parts;
    for (int i = 0; same_files && i < inputs->n_parts; i++)
        same_files = strcmp(inputs->part[i].file, targets->part[i].file) == 0;
    for (int i = 0; same_files && i < inputs->n_parts; i++) {
        const nn_part *x = &inputs->part[i], *y = &targets->part[i];
        if (x->rows != y->rows)
            return no_pair(inputs, targets, what, (const char *[]){x->file, y->file}, x->rows,
                           y->rows);
    }
    if (inputs->rows == targets->rows) return NN_OK;
    return no_pair(inputs, targets, what,
                   (const char *[]){inputs->part[0].file, targets->part[0].file}, inputs->rows,
                   targets->rows);
}

bool nn_array_is_text(const nn_array *array) {
    return array->sample.rank == 0 && nn_dtype_is_integer(array->type);
}

static nn_status check_text(const nn_data_options *options) {
    const nn_normalizer *normalizer = (const nn_normalizer *)options->normalize.kind;
    if (options->scale == 1 && (!normalizer || !normalizer->constants)) return NN_OK;
    return nn_error(NN_BAD_CONFIG,
                    "data.%s: the samples are windows of a text, and its tokens are names, not "
                    "quantities",
                    options->scale != 1 ? "scale" : "normalize");
}

static void name_target_file(nn_wanted *wanted, const nn_source *source) {
    wanted->file = source->target_file;
    wanted->file_key = "target_file";
    wanted->file_split = wanted->split;
}

static nn_status plan_weights(nn_array *weights, const nn_array *inputs, nn_wanted wanted,
                              const nn_source *source, nn_arena *arena, nn_comm *comm) {
    if (!source->weights && !wanted.in_memory) return NN_OK;
    wanted.memory = source->memory[2];
    wanted.what = "weights";
    wanted.optional = wanted.in_memory;
    if (source->target_file.n) name_target_file(&wanted, source);
    wanted.words = NULL;
    wanted.hint = false;
    wanted.name = source->weights;
    NN_TRY(nn_array_plan(weights, &wanted, arena, comm));
    return check_pair(inputs, weights, "weights");
}

nn_status nn_files_plan(nn_array *inputs, nn_array *targets, nn_array *weights,
                        const nn_data_options *options, nn_split split, nn_arena *arena,
                        nn_comm *comm) {
    const nn_source *source = nn_source_of(options, split);
    nn_wanted wanted = {.file = source->file.n ? source->file : options->train.file,
                        .name = source->inputs,
                        .hint = source->inputs_hint,
                        .fetched = options->fetched,
                        .usual = NN_USUAL_INPUTS,
                        .split = split,
                        .source = source,
                        .document = options->document,
                        .file_key = "file",
                        .file_split = source->file.n ? split : NN_TRAIN,
                        .what = "inputs",
                        .in_memory = source->memory[0] != NULL,
                        .memory = source->memory[0],
                        .words = "vocabulary",
                        .root = root_serves(options, source)};
    if (wanted.file.n == 0 && !wanted.in_memory)
        return nn_error(NN_BAD_CONFIG, "data.%s.file is missing", nn_split_name[split]);
    NN_TRY(nn_array_plan(inputs, &wanted, arena, comm));
    if (options->fetched) return NN_OK;
    NN_TRY(plan_weights(weights, inputs, wanted, source, arena, comm));
    bool text = options->sequence_length > 0 && nn_array_is_text(inputs);
    if (text) NN_TRY(check_text(options));
    if (text && !source->targets && !source->memory[1]) return NN_OK;
    if (source->target_file.n) name_target_file(&wanted, source), wanted.root = true;
    wanted.beside = inputs->name;
    wanted.name = source->targets;
    wanted.hint = source->targets_hint;
    wanted.usual = NN_USUAL_TARGETS;
    wanted.optional = true;
    wanted.memory = source->memory[1];
    wanted.what = "targets";
    wanted.words = "class_names";
    NN_TRY(nn_array_plan(targets, &wanted, arena, comm));
    return check_pair(inputs, targets, "targets");
}
