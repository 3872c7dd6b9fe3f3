/* The data of a run: its splits opened, checked against each other, loaded. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/hash.h"

const char *const nn_split_name[NN_SPLITS] = {"train", "validation", "test"};

struct nn_data {
    nn_arena *arena;
    nn_array inputs[NN_SPLITS], targets[NN_SPLITS];
    struct nn_dataset_private private[NN_SPLITS];
    nn_dataset set[NN_SPLITS];
    bool present[NN_SPLITS];
    nn_shared *rows; /* of a validation split taken from the training samples */
    nn_constants constants;
};

const nn_dataset *nn_data_split(const nn_data *data, nn_split split) {
    return data->present[split] ? &data->set[split] : NULL;
}
const nn_constants *nn_data_constants(const nn_data *data) {
    return &data->constants;
}

void nn_data_close(nn_data *data) {
    if (!data) return;
    nn_comm_shared_destroy(data->rows);
    for (int split = NN_SPLITS - 1; split >= 0; split--) {
        nn_comm_shared_destroy(data->targets[split].shared);
        nn_comm_shared_destroy(data->inputs[split].shared);
    }
    nn_arena_destroy(data->arena);
    free(data);
}

/* ---- one split from files ---- */

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

static nn_status no_pair(const nn_array *inputs, const nn_array *targets, const char *files[2],
                         int64_t rows, int64_t target_rows) {
    return nn_error(
        NN_BAD_DATA, "%s: data set %s has %lld samples, but %s: data set %s has %lld targets",
        files[0], inputs->name, (long long)rows, files[1], targets->name, (long long)target_rows);
}

/* As many targets as inputs; in each file if they are in the same files. */
static nn_status check_pair(const nn_array *inputs, const nn_array *targets) {
    if (!targets->name) return NN_OK;
    bool same_files = inputs->n_parts == targets->n_parts;
    for (int i = 0; same_files && i < inputs->n_parts; i++)
        same_files = strcmp(inputs->part[i].file, targets->part[i].file) == 0;
    for (int i = 0; same_files && i < inputs->n_parts; i++) {
        const nn_part *x = &inputs->part[i], *y = &targets->part[i];
        if (x->rows != y->rows)
            return no_pair(inputs, targets, (const char *[]){x->file, y->file}, x->rows, y->rows);
    }
    if (inputs->rows == targets->rows) return NN_OK;
    return no_pair(inputs, targets, (const char *[]){inputs->part[0].file, targets->part[0].file},
                   inputs->rows, targets->rows);
}

static nn_status plan_split(nn_data *data, const nn_data_options *options, nn_split split,
                            const nn_source *source, nn_comm *comm) {
    nn_array *inputs = &data->inputs[split], *targets = &data->targets[split];
    nn_wanted wanted = {.file = source->file.n ? source->file : options->train.file,
                        .name = source->inputs,
                        .usual = "inputs x X data images features",
                        .split = split,
                        .root = root_serves(options, source)};
    if (wanted.file.n == 0)
        return nn_error(NN_BAD_CONFIG, "data.%s.file is missing", nn_split_name[split]);
    NN_TRY(nn_array_plan(inputs, &wanted, data->arena, comm));
    if (source->target_file.n) wanted.file = source->target_file, wanted.root = true;
    wanted.beside = inputs->name;
    wanted.name = source->targets;
    wanted.usual = "targets y Y labels label target";
    wanted.optional = true;
    NN_TRY(nn_array_plan(targets, &wanted, data->arena, comm));
    return check_pair(inputs, targets);
}

static uint64_t fingerprint_of(const nn_dataset *set, const nn_array *inputs,
                               const nn_array *targets) {
    const int64_t *row = set->private->row;
    uint64_t parts[] = {inputs->hash, targets->name ? targets->hash : 0,
                        row ? nn_hash(row, (size_t)set->count * sizeof *row) : 0};
    return nn_hash(parts, sizeof parts);
}

/* The split `split`: rows `row` (NULL: all) of the arrays that were loaded for split `from`. */
static void describe_split(nn_data *data, const nn_data_options *options, nn_split split,
                           nn_split from, const int64_t *row, int64_t count) {
    const nn_array *inputs = &data->inputs[from], *targets = &data->targets[from];
    nn_dataset *set = &data->set[split];
    data->private[split] = (struct nn_dataset_private){
        .inputs = inputs, .targets = targets, .row = row, .scale = options->scale};
    bool has_targets = targets->name != NULL;
    *set = (nn_dataset){.file = inputs->part[0].file,
                        .inputs_name = inputs->name,
                        .targets_name = targets->name,
                        .count = count,
                        .input = inputs->sample,
                        .has_targets = has_targets,
                        .no_targets = targets->missing,
                        .target_integer = has_targets && nn_array_is_labels(targets),
                        .target = targets->sample,
                        .highest_label = targets->highest,
                        .lowest_label = targets->lowest,
                        .input_type = inputs->type,
                        .target_type = targets->type,
                        .bytes = split == from ? inputs->bytes + targets->bytes : 0,
                        .private = &data->private[split]};
    set->fingerprint = fingerprint_of(set, inputs, targets);
    data->present[split] = true;
}

static nn_status check_alike(const nn_dataset *a, const nn_dataset *b) {
    char here[NN_SHAPE_TEXT_SIZE], there[NN_SHAPE_TEXT_SIZE];
    if (!nn_shape_equal(&a->input, &b->input))
        return nn_error(NN_BAD_DATA,
                        "%s: data set %s: samples of shape %s, but those of %s: data set %s have "
                        "shape %s",
                        b->file, b->inputs_name, nn_shape_text(&b->input, here, sizeof here),
                        a->file, a->inputs_name, nn_shape_text(&a->input, there, sizeof there));
    if (!a->has_targets || !b->has_targets) return NN_OK;
    bool labels = a->target_integer && b->target_integer; /* (N) and (N,1) are the same */
    if (labels ||
        (nn_shape_equal(&a->target, &b->target) && a->target_integer == b->target_integer))
        return NN_OK;
    return nn_error(NN_BAD_DATA,
                    "%s: data set %s: targets of type %s and shape %s, but those of %s: data set "
                    "%s are %s of shape %s",
                    b->file, b->targets_name, nn_dtype_name(b->target_type),
                    nn_shape_text(&b->target, here, sizeof here), a->file, a->targets_name,
                    nn_dtype_name(a->target_type), nn_shape_text(&a->target, there, sizeof there));
}

static nn_status open_split(nn_data *data, const nn_data_options *options, nn_split split,
                            const nn_source *source, nn_comm *comm) {
    nn_array *inputs = &data->inputs[split], *targets = &data->targets[split];
    NN_TRY(plan_split(data, options, split, source, comm));
    NN_TRY(nn_array_load(inputs, comm));
    if (targets->name) NN_TRY(nn_array_load(targets, comm));
    describe_split(data, options, split, split, NULL, inputs->rows);
    for (int earlier = 0; earlier < (int)split; earlier++)
        if (data->present[earlier]) return check_alike(&data->set[earlier], &data->set[split]);
    return NN_OK;
}

/* ---- validation: {split: 0.1} ---- */

static nn_status hold_out(nn_data *data, const nn_data_options *options, uint64_t seed,
                          nn_comm *comm) {
    nn_dataset *train = &data->set[NN_TRAIN];
    int64_t count = train->count, held = llround(options->validation.split * (double)count);
    if (count < 2)
        return nn_error(NN_BAD_DATA,
                        "%s: data set %s: one sample cannot be split into training and validation",
                        train->file, train->inputs_name);
    if (held < 1) held = 1;
    if (held > count - 1) held = count - 1;
    bool copies = false;
    void *memory = NULL;
    NN_TRY(nn_comm_shared_create(comm, count * (int64_t)sizeof(int64_t), &data->rows, &memory,
                                 &copies));
    int64_t *row = memory;
    if (copies || nn_comm_node_rank(comm) == 0)
        nn_split_rows(seed, count, held, row, row + count - held);
    nn_comm_shared_sync(data->rows);
    describe_split(data, options, NN_TRAIN, NN_TRAIN, row, count - held);
    describe_split(data, options, NN_VALIDATION, NN_TRAIN, row + count - held, held);
    return NN_OK;
}

/* ---- all of it ---- */

static nn_status check_options(const nn_data_options *options) {
    double part = options->validation.split;
    if (options->scale == 0 || !isfinite(options->scale))
        return nn_error(NN_BAD_CONFIG, "data.scale must be a finite number other than 0");
    if (!options->validation.present || part == 0) return NN_OK;
    if (!(part > 0 && part < 1))
        return nn_error(NN_BAD_CONFIG, "data.validation.split must be between 0 and 1");
    if (!options->train.present)
        return nn_error(NN_BAD_CONFIG, "data.validation.split needs data.train");
    if (options->validation.file.n || options->validation.inputs || options->validation.targets)
        return nn_error(NN_BAD_CONFIG,
                        "data.validation: give either `split` or a file and names, not both");
    return NN_OK;
}

static nn_status find_constants(nn_data *data, const nn_data_options *options,
                                const nn_constants *given, nn_comm *comm) {
    const nn_dataset *any = NULL;
    for (int split = NN_SPLITS - 1; split >= 0; split--)
        if (data->present[split]) any = &data->set[split];
    if (!given && data->present[NN_TRAIN])
        return nn_constants_compute(&data->constants, any, &options->normalize, data->arena, comm);
    const nn_normalizer *normalizer = (const nn_normalizer *)options->normalize.kind;
    if (!given && normalizer && normalizer->constants)
        return nn_error(NN_BAD_CONFIG, "data.normalize needs data.train");
    if (!given || given->n == 0 || !any) return NN_OK;
    if (nn_shape_size(&any->input) % given->n)
        return nn_error(NN_BAD_DATA,
                        "%s: data set %s: samples have %lld elements, which the %lld normalisation "
                        "constants do not fit",
                        any->file, any->inputs_name, (long long)nn_shape_size(&any->input),
                        (long long)given->n);
    double *copy = NN_NEW_ARRAY(data->arena, double, 2 * given->n);
    memcpy(copy, given->shift, (size_t)given->n * sizeof *copy);
    memcpy(copy + given->n, given->factor, (size_t)given->n * sizeof *copy);
    data->constants = (nn_constants){given->n, copy, copy + given->n};
    return NN_OK;
}

static nn_status open_all(nn_data *data, const nn_data_options *options, const nn_constants *given,
                          uint64_t seed, nn_comm *comm) {
    const nn_source *source[NN_SPLITS] = {&options->train, &options->validation, &options->test};
    NN_TRY(check_options(options));
    for (int split = 0; split < NN_SPLITS; split++) {
        if (!source[split]->present) continue;
        NN_TRY(split == NN_VALIDATION && options->validation.split > 0
                   ? hold_out(data, options, seed, comm)
                   : open_split(data, options, (nn_split)split, source[split], comm));
    }
    NN_TRY(find_constants(data, options, given, comm));
    for (int split = 0; split < NN_SPLITS; split++)
        if (data->present[split])
            nn_constants_use(&data->set[split], &data->constants, data->arena);
    return NN_OK;
}

nn_status nn_data_open(nn_data **out, const nn_data_options *options, const nn_constants *given,
                       uint64_t seed, nn_comm *comm) {
    *out = NULL;
    nn_data *data = calloc(1, sizeof *data);
    if (!data) nn_panic("out of memory");
    data->arena = nn_arena_create();
    /* What fails without talking fails on every rank alike; what talks has agreed. */
    nn_status status = open_all(data, options, given, seed, comm);
    if (status == NN_OK)
        *out = data;
    else
        nn_data_close(data);
    return status;
}
