/* Data that the program around us has in its memory: each rank its part, all of it once a node. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

#define NN_PIECE_BYTES ((int64_t)4 << 20) /* of one broadcast */

/* ---- what there is ---- */

static bool alike(const nn_memory *a, const nn_memory *b) {
    return a->type == b->type && nn_shape_equal(&a->sample, &b->sample);
}

static nn_status refuse_unlike(const nn_memory *part, int a, int b, const char *what) {
    char here[NN_SHAPE_TEXT_SIZE], there[NN_SHAPE_TEXT_SIZE];
    return nn_error(
        NN_BAD_DATA,
        "memory: the %s of rank %d are %s of shape %s, those of rank %d %s of shape %s", what, b,
        nn_dtype_name(part[b].type), nn_shape_text(&part[b].sample, here, sizeof here), a,
        nn_dtype_name(part[a].type), nn_shape_text(&part[a].sample, there, sizeof there));
}

/* The first rank that has rows, -1 if none has; all that have some agree. */
static nn_status find_first(const nn_memory *part, int ranks, const char *what, int *first) {
    *first = -1;
    for (int r = 0; r < ranks; r++) {
        if (part[r].rows == 0) continue;
        if (*first < 0) *first = r;
        if (!part[r].data != !part[*first].data)
            return nn_error(NN_BAD_DATA, "memory: rank %d gives %s, rank %d does not",
                            part[r].data ? r : *first, what, part[r].data ? *first : r);
        if (!alike(&part[r], &part[*first])) return refuse_unlike(part, *first, r, what);
    }
    return NN_OK;
}

/* Every rank sees the parts of all and comes to the same verdict. */
nn_status nn_array_plan_memory(nn_array *array, const nn_wanted *wanted, nn_arena *arena,
                               nn_comm *comm) {
    int ranks = nn_comm_size(comm), first;
    const char *what = wanted->what;
    nn_memory mine = wanted->memory ? *wanted->memory : (nn_memory){0};
    nn_memory *part = NN_NEW_ARRAY(arena, nn_memory, ranks);
    nn_comm_gather(comm, &mine, part, sizeof mine);
    NN_TRY(find_first(part, ranks, what, &first));
    if (first < 0 && !wanted->optional)
        return nn_error(NN_BAD_DATA, "memory: no rank gives %s: there are no samples", what);
    if (first < 0 || !part[first].data) {
        array->missing = nn_arena_format(arena, "memory: no %s are given", what);
        return NN_OK;
    }
    nn_store_info info = {.dtype = part[first].type, .rank = part[first].sample.rank + 1};
    for (int r = 0; r < ranks; r++) info.dim[0] += part[r].rows;
    for (int i = 0; i < part[first].sample.rank; i++) info.dim[i + 1] = part[first].sample.dim[i];
    array->name = what;
    array->part = NN_NEW_ARRAY(arena, nn_part, 1);
    nn_memory *given = NN_NEW(arena, nn_memory);
    *given = mine;
    array->given = given;
    NN_TRY(nn_array_join(array, "memory", &info));
    return nn_array_complete(array, false);
}

/* ---- from all ranks to every node ---- */

/* The rows of rank `from`, which has `bytes` of them, to `to` where that is ours to write. */
static void spread(nn_comm *comm, const void *mine, int64_t bytes, int from, char *to,
                   char *piece) {
    for (int64_t at = 0; at < bytes; at += NN_PIECE_BYTES) {
        int64_t n = bytes - at < NN_PIECE_BYTES ? bytes - at : NN_PIECE_BYTES;
        if (from == nn_comm_rank(comm)) memcpy(piece, (const char *)mine + at, (size_t)n);
        nn_comm_broadcast(comm, piece, n, from);
        if (to) memcpy(to + at, piece, (size_t)n);
    }
}

void nn_array_gather(nn_array *array, bool copies, nn_comm *comm) {
    int ranks = nn_comm_size(comm);
    int64_t mine = array->given->rows * array->row_bytes,
            *bytes = calloc((size_t)ranks, sizeof mine);
    char *piece = malloc((size_t)NN_PIECE_BYTES), *to = array->memory;
    nn_assert(bytes && piece);
    nn_comm_gather(comm, &mine, bytes, sizeof mine);
    if (!copies && nn_comm_node_rank(comm) != 0) to = NULL;
    for (int r = 0; r < ranks; r++) {
        spread(comm, array->given->data, bytes[r], r, to, piece);
        if (to) to += bytes[r];
    }
    free(piece);
    free(bytes);
}

/* ---- samples to predict from ---- */

nn_status nn_data_view(const nn_constants *constants, double scale, const nn_memory *rows,
                       nn_arena *arena, const nn_dataset **view) {
    nn_array *inputs = NN_NEW(arena, nn_array);
    struct nn_dataset_private *own = NN_NEW(arena, struct nn_dataset_private);
    nn_part *part = NN_NEW_ARRAY(arena, nn_part, 1);
    *part = (nn_part){"memory", 0, rows->rows};
    int64_t size = nn_shape_size(&rows->sample);
    *inputs = (nn_array){.name = "inputs",
                         .type = rows->type,
                         .sample = rows->sample,
                         .size = size,
                         .rows = rows->rows,
                         .row_bytes = size * nn_dtype_size(rows->type),
                         .n_parts = 1,
                         .part = part,
                         .memory = (void *)rows->data};
    *own = (struct nn_dataset_private){
        .inputs = inputs, .windows = {.length = 1, .target_length = 1}, .scale = scale};
    nn_dataset *set = NN_NEW(arena, nn_dataset);
    *set = (nn_dataset){.file = part->file,
                        .inputs_name = inputs->name,
                        .count = rows->rows,
                        .input = rows->sample,
                        .input_type = rows->type,
                        .private = own};
    NN_TRY(nn_constants_fit(set, constants));
    nn_constants_use(set, constants, arena);
    *view = set;
    return nn_array_check_finite(inputs, (nn_share){0, rows->rows});
}
