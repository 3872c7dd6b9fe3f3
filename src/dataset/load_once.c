/* An array's rows into memory: one copy a node, each rank of the node reads its share. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/hash.h"
#include "nnmpi/place.h"
#include "nnmpi/text.h"

const char *nn_array_place(const nn_array *array, int64_t row) {
    static char text[1024];
    int i = 0;
    while (row >= array->part[i].first + array->part[i].rows) i++;
    snprintf(text, sizeof text, "%s: data set %s: row %lld", array->part[i].file, array->name,
             (long long)(row - array->part[i].first));
    return text;
}

/* ---- reading ---- */

/* This rank's file is what rank 0 saw (they may be on different disks). */
static nn_status check_same(nn_store *store, const nn_array *array, const nn_part *part) {
    nn_store_info info;
    NN_TRY(nn_store_describe(store, array->name, &info));
    bool same = info.rank == array->sample.rank + 1 && info.dim[0] == part->rows;
    for (int i = 0; same && i < array->sample.rank; i++)
        same = info.dim[i + 1] == array->sample.dim[i];
    if (same) return NN_OK;
    return nn_error(NN_BAD_DATA, "%s: data set %s: its shape is not the one that rank 0 sees",
                    part->file, array->name);
}

/* One call for all rows of the share in this file: HDF5 then unpacks each chunk once, straight to
 * where it belongs, and needs no memory beside one chunk. */
static nn_status read_part(const nn_array *array, const nn_part *part, nn_share share) {
    int64_t first = share.first > part->first ? share.first : part->first;
    int64_t end = share.first + share.count, part_end = part->first + part->rows;
    if (part_end < end) end = part_end;
    if (first >= end) return NN_OK;
    nn_store *store;
    NN_TRY(nn_store_open(&store, part->file));
    nn_status status = check_same(store, array, part);
    if (status == NN_OK)
        status = nn_store_read_rows(store, array->name, first - part->first, end - first,
                                    array->type, (void *)nn_row_at(array, first));
    nn_store_close(store);
    return status;
}

/* ---- NaN and infinity ---- */

/* The first element that is not finite, or -1. Exponent bits all 1: IEEE 754. */
#define NN_FIRST_NOT_FINITE(name, type, exponent)                                                  \
    static int64_t name(const void *array, int64_t n) {                                            \
        const int64_t block = 4096;                                                                \
        for (int64_t at = 0; at < n; at += block) {                                                \
            int64_t end = at + block < n ? at + block : n;                                         \
            int bad = 0;                                                                           \
            for (int64_t i = at; i < end; i++) {                                                   \
                type bits;                                                                         \
                memcpy(&bits, (const char *)array + i * (int64_t)sizeof bits, sizeof bits);        \
                bad |= (bits & (exponent)) == (exponent);                                          \
            }                                                                                      \
            for (int64_t i = at; bad && i < end; i++) {                                            \
                type bits;                                                                         \
                memcpy(&bits, (const char *)array + i * (int64_t)sizeof bits, sizeof bits);        \
                if ((bits & (exponent)) == (exponent)) return i;                                   \
            }                                                                                      \
        }                                                                                          \
        return -1;                                                                                 \
    }
NN_FIRST_NOT_FINITE(first_bad_f32, uint32_t, 0x7f800000u)
NN_FIRST_NOT_FINITE(first_bad_f64, uint64_t, 0x7ff0000000000000ull)

const char *nn_position_text(const nn_shape *sample, int64_t at, char *text, int size) {
    nn_shape position = *sample;
    char tuple[NN_SHAPE_TEXT_SIZE];
    for (int i = sample->rank - 1; i >= 0; i--) {
        position.dim[i] = at % sample->dim[i];
        at /= sample->dim[i];
    }
    snprintf(text, (size_t)size, sample->rank ? " at %s" : "",
             nn_shape_text(&position, tuple, sizeof tuple));
    return text;
}

static int64_t first_bad(const nn_array *array, int64_t row, int64_t end) {
    const void *rows = nn_row_at(array, row);
    int64_t n = (end - row) * array->size;
    return array->type == NN_F32 ? first_bad_f32(rows, n) : first_bad_f64(rows, n);
}

/* How many rows of the share have such numbers, from the first one on. */
static int64_t count_bad_rows(const nn_array *array, int64_t row, int64_t end) {
    int64_t rows = 0;
    for (; row < end; row++) {
        int64_t bad = first_bad(array, row, end);
        if (bad < 0) break;
        row += bad / array->size;
        rows++;
    }
    return rows;
}

nn_status nn_array_check_finite(const nn_array *array, nn_share share) {
    if (nn_dtype_is_integer(array->type)) return NN_OK;
    int64_t end = share.first + share.count, bad = first_bad(array, share.first, end);
    if (bad < 0) return NN_OK;
    int64_t row = share.first + bad / array->size, more = count_bad_rows(array, row + 1, end);
    char position[NN_SHAPE_TEXT_SIZE + 8], others[80] = "";
    if (more)
        snprintf(others, sizeof others, "; in the %lld rows after it %lld more are not",
                 (long long)(end - row - 1), (long long)more);
    return nn_error(NN_BAD_DATA, "%s%s is %g; every number must be finite%s",
                    nn_array_place(array, row),
                    nn_position_text(&array->sample, bad % array->size, position, sizeof position),
                    nn_dtype_get(array->type, nn_row_at(array, share.first), bad), others);
}

/* ---- once all of it is there ---- */

#define NN_HASH_BLOCK ((int64_t)4 << 20) /* bytes */

/* XXH3 of the hashes of fixed blocks, which the ranks share out, and of type and shape. */
static void find_hash(nn_array *array, nn_comm *comm) {
    int64_t blocks = (array->bytes + NN_HASH_BLOCK - 1) / NN_HASH_BLOCK, n = blocks + 3;
    int64_t *hash = calloc((size_t)n + NN_MAX_RANK, sizeof *hash);
    nn_assert(hash);
    nn_share share = nn_share_of(blocks, nn_comm_size(comm), nn_comm_rank(comm));
    for (int64_t b = share.first; b < share.first + share.count; b++) {
        int64_t at = b * NN_HASH_BLOCK, left = array->bytes - at;
        hash[b] = (int64_t)nn_hash((const char *)array->memory + at,
                                   (size_t)(left < NN_HASH_BLOCK ? left : NN_HASH_BLOCK));
        nn_place_beat();
    }
    nn_comm_sum_counts(comm, hash, blocks); /* each is one rank's, and zero of the others */
    hash[blocks] = array->type;
    hash[blocks + 1] = array->rows;
    hash[blocks + 2] = array->sample.rank;
    for (int i = 0; i < array->sample.rank; i++) hash[n++] = array->sample.dim[i];
    array->hash = nn_hash(hash, (size_t)n * sizeof *hash);
    free(hash);
}

static int64_t label_at(const nn_array *array, int64_t i) {
    switch (array->type) {
    case NN_I64: return ((const int64_t *)array->memory)[i];
    case NN_U64: {
        uint64_t label = ((const uint64_t *)array->memory)[i];
        return label > INT64_MAX ? INT64_MAX : (int64_t)label;
    }
    default: return (int64_t)nn_dtype_get(array->type, array->memory, i);
    }
}

static void find_label_range(nn_array *array, nn_comm *comm) {
    int ranks = nn_comm_size(comm);
    int64_t mine[2] = {INT64_MAX, INT64_MIN}, (*all)[2] = calloc((size_t)ranks, sizeof *all);
    nn_assert(all);
    nn_share share = nn_share_of(array->rows * array->size, ranks, nn_comm_rank(comm));
    for (int64_t i = share.first; i < share.first + share.count; i++) {
        int64_t label = label_at(array, i);
        if (label < mine[0]) mine[0] = label;
        if (label > mine[1]) mine[1] = label;
    }
    nn_comm_gather(comm, mine, all, sizeof mine);
    array->lowest = INT64_MAX, array->highest = INT64_MIN;
    for (int r = 0; r < ranks; r++) {
        if (all[r][0] < array->lowest) array->lowest = all[r][0];
        if (all[r][1] > array->highest) array->highest = all[r][1];
    }
    free(all);
}

nn_status nn_array_load(nn_array *array, bool targets, nn_comm *comm) {
    bool copies = false;
    NN_TRY(nn_comm_shared_create(comm, array->bytes, &array->shared, &array->memory, &copies));
    nn_share share = {0, array->rows};
    if (!copies) share = nn_share_of(array->rows, nn_comm_node_size(comm), nn_comm_node_rank(comm));
    nn_status status = NN_OK;
    if (array->given) {
        nn_array_gather(array, copies, comm);
        nn_comm_shared_sync(array->shared);
    } else
        for (int i = 0; i < array->n_parts && status == NN_OK; i++)
            status = read_part(array, &array->part[i], share);
    if (status == NN_OK) status = nn_array_check_finite(array, share);
    NN_TRY(nn_comm_agree(comm, status));
    nn_comm_shared_sync(array->shared);
    find_hash(array, comm);
    if (targets && nn_dtype_is_integer(array->type)) find_label_range(array, comm);
    return NN_OK;
}

nn_status nn_array_fetch(nn_array *array, int64_t first, int64_t count) {
    int64_t bytes = count * array->row_bytes;
    if (bytes > array->room) {
        free(array->memory);
        array->memory = malloc((size_t)bytes);
        array->room = array->memory ? bytes : 0;
    }
    if (!array->memory)
        return nn_error(NN_NO_MEMORY, "no memory for %s of %s", nn_text_bytes((double)bytes),
                        array->part[0].file);
    array->base = first;
    nn_share share = {first, count};
    for (int i = 0; i < array->n_parts; i++) NN_TRY(read_part(array, &array->part[i], share));
    return nn_array_check_finite(array, share);
}

static nn_status check_weights(const nn_array *array, nn_share share) {
    int64_t first = share.first * array->size, end = first + share.count * array->size;
    for (int64_t i = first; i < end; i++) {
        double weight = nn_dtype_get(array->type, array->memory, i);
        if (weight < 0)
            return nn_error(NN_BAD_DATA, "%s is %g; a weight is a number >= 0",
                            nn_array_place(array, i / array->size), weight);
    }
    return NN_OK;
}

nn_status nn_weights_load(nn_array *weights, nn_comm *comm) {
    NN_TRY(nn_array_load(weights, false, comm));
    nn_share share = nn_share_of(weights->rows, nn_comm_size(comm), nn_comm_rank(comm));
    return nn_comm_agree(comm, check_weights(weights, share));
}
