/* The data of a run: its splits opened, checked against each other, loaded. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/hash.h"
#include "nnmpi/place.h"

const char *const nn_split_name[NN_SPLITS] = {"train", "validation", "test"};

struct nn_data {
    nn_arena *arena;
    nn_array inputs[NN_SPLITS], targets[NN_SPLITS], weights[NN_SPLITS];
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

/* Those of the first split that has some; the others agree. */
nn_texts nn_data_vocabulary(const nn_data *data) {
    for (int split = 0; split < NN_SPLITS; split++)
        if (data->inputs[split].words.n) return data->inputs[split].words;
    return (nn_texts){0};
}
nn_texts nn_data_class_names(const nn_data *data) {
    for (int split = 0; split < NN_SPLITS; split++)
        if (data->targets[split].words.n) return data->targets[split].words;
    return (nn_texts){0};
}

nn_status nn_data_fetch(nn_data *data, nn_split split, nn_share samples) {
    const nn_dataset *set = &data->set[split];
    if (samples.count == 0) return NN_OK;
    int64_t first = nn_row_of(set, samples.first);
    int64_t last = nn_row_of(set, samples.first + samples.count - 1);
    return nn_array_fetch(&data->inputs[split], first, last + set->private->windows.length - first);
}

int64_t nn_dataset_place(const nn_dataset *set, int64_t sample, const char **file) {
    const nn_part *part = set->private->inputs->part;
    int64_t row = nn_row_of(set, sample);
    while (row >= part->first + part->rows) part++;
    *file = part->file;
    return row - part->first;
}

void nn_data_close(nn_data *data) {
    if (!data) return;
    nn_comm_shared_destroy(data->rows);
    for (int split = NN_SPLITS - 1; split >= 0; split--) {
        nn_comm_shared_destroy(data->weights[split].shared);
        nn_comm_shared_destroy(data->targets[split].shared);
        nn_comm_shared_destroy(data->inputs[split].shared);
        if (data->inputs[split].room) free(data->inputs[split].memory);
    }
    nn_arena_destroy(data->arena);
    free(data);
}

/* ---- one split ---- */

static uint64_t fingerprint_of(const nn_dataset *set) {
    const struct nn_dataset_private *own = set->private;
    const nn_windows *w = &own->windows;
    uint64_t parts[] = {own->inputs->hash, set->has_targets ? own->targets->hash : 0,
                        own->row ? nn_hash(own->row, (size_t)set->count * sizeof *own->row) : 0};
    int64_t windows[] = {w->length, w->stride, w->ahead, w->target_length, w->first, w->rows};
    if (set->windows) parts[2] = nn_hash(windows, sizeof windows);
    if (set->weights) parts[1] ^= own->weights->hash;
    return nn_hash(parts, sizeof parts);
}

/* (length, sample); a series of single numbers has one feature, as recurrent layers read it. */
static nn_shape shape_of_window(const nn_array *array, int64_t length) {
    nn_shape shape = nn_shape_of(1, &length);
    for (int i = 0; i < array->sample.rank; i++) shape.dim[shape.rank++] = array->sample.dim[i];
    if (array->sample.rank == 0 && !nn_dtype_is_integer(array->type)) shape.dim[shape.rank++] = 1;
    return shape;
}

/* Samples of the arrays that were loaded for split `from`, which ones private[split] says. */
static void describe_split(nn_data *data, const nn_data_options *options, nn_split split,
                           nn_split from, int64_t count) {
    nn_dataset *set = &data->set[split];
    struct nn_dataset_private *own = &data->private[split];
    const nn_array *inputs = &data->inputs[from], *targets = &data->targets[from];
    const nn_array *weights = &data->weights[from];
    bool windows = own->windows.n_stretches > 0;
    if (!windows) own->windows = (nn_windows){.length = 1, .target_length = 1};
    bool own_target = windows && !targets->name && !options->fetched; /* a text, a series */
    if (own_target) targets = inputs;
    own->inputs = inputs, own->targets = targets, own->weights = weights;
    own->scale = options->scale;
    bool has_targets = targets->name != NULL;
    *set = (nn_dataset){.file = inputs->part[0].file,
                        .inputs_name = inputs->name,
                        .targets_name = targets->name,
                        .count = count,
                        .input = inputs->sample,
                        .has_targets = has_targets,
                        .no_targets = targets->missing,
                        .windows = windows,
                        .target_integer = has_targets && nn_dtype_is_integer(targets->type),
                        .target = targets->sample,
                        .highest_label = targets->highest,
                        .lowest_label = targets->lowest,
                        .weights_name = weights->name,
                        .weights = weights->name ? weights->size * own->windows.target_length : 0,
                        .input_type = inputs->type,
                        .target_type = targets->type,
                        .bytes =
                            split == from && !options->fetched
                                ? inputs->bytes + weights->bytes + (own_target ? 0 : targets->bytes)
                                : 0,
                        .private = own};
    if (windows) set->input = shape_of_window(inputs, own->windows.length);
    if (windows && options->target == NN_TARGET_SEQUENCE)
        set->target = shape_of_window(targets, own->windows.length);
    set->fingerprint = fingerprint_of(set);
    data->present[split] = true;
}

/* The windows in rows [first, first + rows) of what was loaded for split `from`. */
static nn_status describe_windows(nn_data *data, const nn_data_options *options, nn_split split,
                                  nn_split from, int64_t first, int64_t rows) {
    nn_windows *windows = &data->private[split].windows;
    int64_t context = split == NN_TRAIN || options->fetched ? 0 : options->context;
    NN_TRY(
        nn_windows_make(windows, options, context, &data->inputs[from], first, rows, data->arena));
    describe_split(data, options, split, from, windows->count);
    return NN_OK;
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
    bool same = nn_shape_equal(&a->target, &b->target) || /* (N) and (N,1) are the same */
                (nn_shape_size(&a->target) == 1 && nn_shape_size(&b->target) == 1);
    if (same && a->target_integer == b->target_integer) return NN_OK;
    return nn_error(NN_BAD_DATA,
                    "%s: data set %s: targets of type %s and shape %s, but those of %s: data set "
                    "%s are %s of shape %s",
                    b->file, b->targets_name, nn_dtype_name(b->target_type),
                    nn_shape_text(&b->target, here, sizeof here), a->file, a->targets_name,
                    nn_dtype_name(a->target_type), nn_shape_text(&a->target, there, sizeof there));
}

static nn_status check_words(const nn_data *data, nn_split split) {
    for (int earlier = 0; earlier < (int)split; earlier++) {
        const nn_array *a = &data->inputs[earlier], *b = &data->inputs[split];
        const nn_array *c = &data->targets[earlier], *d = &data->targets[split];
        if (!a->name) continue; /* it is not given, or a part of another split */
        NN_TRY(
            nn_words_agree(&a->words, &b->words, a->part[0].file, b->part[0].file, "vocabulary"));
        if (c->name && d->name)
            NN_TRY(nn_words_agree(&c->words, &d->words, c->part[0].file, d->part[0].file,
                                  "class_names"));
    }
    return NN_OK;
}

static nn_status open_split(nn_data *data, const nn_data_options *options, nn_split split,
                            nn_comm *comm) {
    nn_array *inputs = &data->inputs[split], *targets = &data->targets[split];
    nn_array *weights = &data->weights[split];
    NN_TRY(nn_files_plan(inputs, targets, weights, options, split, data->arena, comm));
    NN_TRY(check_words(data, split));
    if (!options->fetched)
        NN_TRY(nn_array_load(inputs, options->sequence_length && !targets->name, comm));
    if (targets->name) NN_TRY(nn_array_load(targets, true, comm));
    if (weights->name) NN_TRY(nn_weights_load(weights, comm));
    if (options->sequence_length)
        NN_TRY(describe_windows(data, options, split, split, 0, inputs->rows));
    else
        describe_split(data, options, split, split, inputs->rows);
    for (int earlier = 0; earlier < (int)split; earlier++)
        if (data->present[earlier]) return check_alike(&data->set[earlier], &data->set[split]);
    return NN_OK;
}

/* ---- validation: {split: 0.1} ---- */

/* So many of `count` are held out: one at least, and not all. */
static nn_status held_out(const nn_data_options *options, const nn_dataset *train, int64_t count,
                          int64_t *held) {
    if (count < 2)
        return nn_error(NN_BAD_DATA,
                        "%s: data set %s: one sample cannot be split into training and validation",
                        train->file, train->inputs_name);
    *held = llround(options->validation.split * (double)count);
    if (*held < 1) *held = 1;
    if (*held > count - 1) *held = count - 1;
    return NN_OK;
}

/* The end, in one piece: windows that overlap, or lie between others, would have been
 * trained on. */
static nn_status hold_out_end(nn_data *data, const nn_data_options *options) {
    int64_t rows = data->inputs[NN_TRAIN].rows, held = 0;
    NN_TRY(held_out(options, &data->set[NN_TRAIN], rows, &held));
    NN_TRY(describe_windows(data, options, NN_TRAIN, NN_TRAIN, 0, rows - held));
    return describe_windows(data, options, NN_VALIDATION, NN_TRAIN, rows - held, held);
}

static nn_status hold_out_samples(nn_data *data, const nn_data_options *options, uint64_t seed,
                                  nn_comm *comm) {
    int64_t count = data->set[NN_TRAIN].count, held = 0;
    NN_TRY(held_out(options, &data->set[NN_TRAIN], count, &held));
    bool copies = false;
    void *memory = NULL;
    NN_TRY(nn_comm_shared_create(comm, count * (int64_t)sizeof(int64_t), &data->rows, &memory,
                                 &copies));
    int64_t *row = memory;
    if (copies || nn_comm_node_rank(comm) == 0)
        nn_split_rows(seed, count, held, row, row + count - held);
    nn_comm_shared_sync(data->rows);
    data->private[NN_TRAIN].row = row;
    data->private[NN_VALIDATION].row = row + count - held;
    describe_split(data, options, NN_TRAIN, NN_TRAIN, count - held);
    describe_split(data, options, NN_VALIDATION, NN_TRAIN, held);
    return NN_OK;
}

static nn_status hold_out(nn_data *data, const nn_data_options *options, uint64_t seed,
                          nn_comm *comm) {
    return options->sequence_length ? hold_out_end(data, options)
                                    : hold_out_samples(data, options, seed, comm);
}

/* ---- all of it ---- */

static nn_status check_options(const nn_data_options *options) {
    double part = options->validation.split;
    if (options->scale == 0 || !isfinite(options->scale))
        return nn_error(NN_BAD_CONFIG, "data.scale must be a finite number other than 0");
    if (options->stride && !options->sequence_length)
        return nn_error(NN_BAD_CONFIG, "data.stride needs data.sequence_length");
    if (options->context && options->context >= options->sequence_length)
        return nn_error(NN_BAD_CONFIG, "data.context must be less than data.sequence_length");
    if (options->context && options->target != NN_TARGET_SEQUENCE)
        return nn_error(NN_BAD_CONFIG, "data.context needs data.target: sequence");
    if (!options->validation.present || part == 0) return NN_OK;
    if (!(part > 0 && part < 1))
        return nn_error(NN_BAD_CONFIG, "data.validation.split must be between 0 and 1");
    if (!options->train.present)
        return nn_error(NN_BAD_CONFIG, "data.validation.split needs data.train");
    if (options->validation.file.n || options->validation.inputs || options->validation.targets ||
        options->validation.weights || options->validation.memory[0])
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
    NN_TRY(nn_constants_fit(any, given));
    double *copy = NN_NEW_ARRAY(data->arena, double, 2 * given->n);
    memcpy(copy, given->shift, (size_t)given->n * sizeof *copy);
    memcpy(copy + given->n, given->factor, (size_t)given->n * sizeof *copy);
    data->constants = (nn_constants){given->n, copy, copy + given->n};
    return NN_OK;
}

static nn_status open_all(nn_data *data, const nn_data_options *options, const nn_constants *given,
                          uint64_t seed, nn_comm *comm) {
    NN_TRY(check_options(options));
    for (int split = 0; split < NN_SPLITS; split++) {
        if (!nn_source_of(options, (nn_split)split)->present) continue;
        NN_TRY(split == NN_VALIDATION && options->validation.split > 0
                   ? hold_out(data, options, seed, comm)
                   : open_split(data, options, (nn_split)split, comm));
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
    nn_at(NN_AT_LOAD);
    nn_status status = open_all(data, options, given, seed, comm);
    nn_at(NN_AT_START);
    if (status == NN_OK)
        *out = data;
    else
        nn_data_close(data);
    return status;
}
