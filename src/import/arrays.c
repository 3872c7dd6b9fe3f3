/* Arrays in files of their own -> data sets: inputs and targets, a pair of files for each split. */
#include "arrays.h"

#include <stdlib.h>
#include <string.h>

/* ---- one file ---- */

static nn_status cut_short(const nn_array_file *a) {
    return nn_error(NN_BAD_DATA, "%s: the file ends in its header, after %lld bytes", a->in.file,
                    (long long)a->in.offset);
}

nn_status nn_header_read(nn_array_file *a, void *bytes, int64_t n) {
    int64_t got;
    NN_TRY(nn_input_read(&a->in, bytes, n, &got));
    return got == n ? NN_OK : cut_short(a);
}

nn_status nn_header_shape(nn_array_file *a, int rank, const int64_t *dim) {
    if (rank < 1)
        return nn_error(NN_BAD_DATA, "%s: it holds a single number; axis 0 must be the samples",
                        a->in.file);
    if (rank > NN_MAX_RANK + 1)
        return nn_error(NN_BAD_DATA, "%s: it has %d axes; at most %d are possible", a->in.file,
                        rank, NN_MAX_RANK + 1);
    a->n = dim[0];
    a->sample = nn_shape_of(rank - 1, dim + 1);
    int64_t size = nn_shape_size(&a->sample), bytes;
    char text[NN_SHAPE_TEXT_SIZE];
    if (a->n == 0 || size == 0) return nn_error(NN_BAD_DATA, "%s: it is empty", a->in.file);
    if (size < 0 || a->n < 0 || __builtin_mul_overflow(size * 8, a->n, &bytes))
        return nn_error(NN_BAD_DATA, "%s: %lld samples of shape %s are too large", a->in.file,
                        (long long)a->n, nn_shape_text(&a->sample, text, sizeof text));
    return NN_OK;
}

static nn_status truncated(const nn_array_file *a, int64_t length, int64_t missing) {
    return nn_error(NN_BAD_DATA,
                    "%s: the file is truncated: it ends after %lld bytes, %lld are missing",
                    a->in.file, (long long)length, (long long)missing);
}

static nn_status too_long(const nn_array_file *a, int64_t end) {
    return nn_error(NN_BAD_DATA, "%s: there is more after the array, from offset %lld on",
                    a->in.file, (long long)end);
}

/* Whether all samples are there, if that is known before they are read. */
static nn_status check_length(const nn_array_file *a) {
    int64_t wanted = a->n * nn_shape_size(&a->sample) * nn_dtype_size(a->dtype);
    int64_t left = nn_input_left(&a->in);
    if (left < 0 || left == wanted) return NN_OK;
    return left < wanted ? truncated(a, a->in.offset + left, wanted - left)
                         : too_long(a, a->in.offset + wanted);
}

static nn_status open_file(nn_array_file *a, const char *file, nn_header_reader *header) {
    *a = (nn_array_file){0};
    NN_TRY(nn_input_open(&a->in, file));
    NN_TRY(header(a));
    return check_length(a);
}

static void swap_bytes(unsigned char *at, int64_t n, int64_t size) {
    for (int64_t i = 0; i < n; i++, at += size)
        for (int64_t k = 0; k < size / 2; k++) {
            unsigned char byte = at[k];
            at[k] = at[size - 1 - k];
            at[size - 1 - k] = byte;
        }
}

#define NN_BLOCK_BYTES ((int64_t)1 << 18)

/* All of its samples, some at a time. */
static nn_status copy_samples(nn_array_file *a, nn_store_rows *rows) {
    int64_t size = nn_dtype_size(a->dtype), row = nn_shape_size(&a->sample) * size, got;
    int64_t some = row < NN_BLOCK_BYTES ? NN_BLOCK_BYTES / row : 1;
    char *block = malloc((size_t)(some * row));
    if (!block)
        return nn_error(NN_NO_MEMORY, "no memory for a sample of %lld bytes", (long long)row);
    nn_status status = NN_OK;
    for (int64_t at = 0; at < a->n && status == NN_OK; at += some) {
        if (some > a->n - at) some = a->n - at;
        status = nn_input_read(&a->in, block, some * row, &got);
        if (status == NN_OK && got < some * row)
            status = truncated(a, a->in.offset, (a->n - at) * row - got);
        if (status == NN_OK && a->swap) swap_bytes((unsigned char *)block, some * row / size, size);
        if (status == NN_OK) status = nn_store_rows_append(rows, some, block);
    }
    if (status == NN_OK) status = nn_input_read(&a->in, block, 1, &got);
    if (status == NN_OK && got > 0) status = too_long(a, a->in.offset - 1);
    free(block);
    return status;
}

/* ---- all of them ---- */

enum { INPUTS, TARGETS };

typedef struct nn_arrays {
    const nn_import_arrays_options *options;
    nn_array_file file[NN_SPLITS][2];
    int64_t count[NN_SPLITS];
} nn_arrays;

static nn_status check_counts(const nn_array_file pair[2]) {
    if (pair[INPUTS].n == pair[TARGETS].n) return NN_OK;
    return nn_error(NN_BAD_DATA, "%s has %lld samples, but %s has %lld targets",
                    pair[INPUTS].in.file, (long long)pair[INPUTS].n, pair[TARGETS].in.file,
                    (long long)pair[TARGETS].n);
}

static nn_status check_alike(const nn_array_file *a, const nn_array_file *b) {
    char here[NN_SHAPE_TEXT_SIZE], there[NN_SHAPE_TEXT_SIZE];
    if (a->dtype == b->dtype && nn_shape_equal(&a->sample, &b->sample)) return NN_OK;
    return nn_error(NN_BAD_DATA,
                    "%s: samples of type %s and shape %s, but those of %s are %s of "
                    "shape %s",
                    b->in.file, nn_dtype_name(b->dtype),
                    nn_shape_text(&b->sample, here, sizeof here), a->in.file,
                    nn_dtype_name(a->dtype), nn_shape_text(&a->sample, there, sizeof there));
}

static nn_status open_all(nn_arrays *arrays, nn_header_reader *header) {
    for (int split = 0; split < NN_SPLITS; split++) {
        nn_array_file *pair = arrays->file[split];
        for (int k = 0; k < 2; k++) {
            const char *file = arrays->options->file[split][k];
            if (!file) continue;
            NN_TRY(open_file(&pair[k], file, header));
            NN_TRY(check_alike(&arrays->file[NN_TRAIN][k], &pair[k]));
        }
        if (arrays->options->file[split][TARGETS]) NN_TRY(check_counts(pair));
        arrays->count[split] = pair[INPUTS].n;
    }
    return NN_OK;
}

static nn_status write_array(nn_arrays *arrays, nn_output *output, int k, const char *name) {
    nn_pieces pieces;
    nn_array_file *first = &arrays->file[NN_TRAIN][k];
    nn_shape sample = first->sample;
    bool image = k == INPUTS && sample.rank == 2 && arrays->options->channel;
    if (image) sample.dim[sample.rank++] = 1;
    nn_status status =
        nn_pieces_create(&pieces, output, name, first->dtype, arrays->count, &sample);
    for (int split = 0; split < NN_SPLITS && status == NN_OK; split++)
        if (pieces.rows[split]) status = copy_samples(&arrays->file[split][k], pieces.rows[split]);
    return nn_pieces_close(&pieces, status);
}

static nn_status import_arrays(nn_arrays *arrays, nn_output *output, nn_header_reader *header,
                               const char *inputs) {
    const nn_array_file *targets = &arrays->file[NN_TRAIN][TARGETS];
    NN_TRY(open_all(arrays, header));
    NN_TRY(write_array(arrays, output, INPUTS, inputs));
    if (!arrays->options->file[NN_TRAIN][TARGETS]) return NN_OK;
    bool labels = nn_dtype_is_integer(targets->dtype) && targets->sample.rank == 0;
    return write_array(arrays, output, TARGETS, labels ? "labels" : "targets");
}

nn_status nn_arrays_import(const nn_import *import, const nn_import_arrays_options *options,
                           nn_header_reader *header, const char *inputs) {
    nn_output output;
    nn_arrays arrays = {.options = options};
    nn_status status = nn_output_open(&output, import);
    if (status == NN_OK) status = import_arrays(&arrays, &output, header, inputs);
    for (int split = 0; split < NN_SPLITS; split++)
        for (int k = 0; k < 2; k++) nn_input_close(&arrays.file[split][k].in);
    return nn_output_close(&output, status);
}
