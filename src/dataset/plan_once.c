/* What an array is: rank 0 looks at its files, then all ranks know. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside.h"
#include "nnmpi/text.h"

/* ---- files ---- */

typedef struct nn_file_list {
    int n, room;
    const char **file;
    nn_arena *arena;
} nn_file_list;

static void add_file(nn_file_list *list, const char *file) {
    if (list->n == list->room) {
        const char **more = NN_NEW_ARRAY(list->arena, const char *, 2 * list->room + 8);
        if (list->n) memcpy(more, list->file, (size_t)list->n * sizeof *more);
        list->file = more;
        list->room = 2 * list->room + 8;
    }
    list->file[list->n++] = nn_arena_text(list->arena, file);
}

/* A glob gives its files in order of name; a file that has such a name is itself. */
static nn_status add_files(nn_file_list *list, const char *pattern) {
    if (!strpbrk(pattern, "*?[") || access(pattern, F_OK) == 0) {
        add_file(list, pattern);
        return NN_OK;
    }
    glob_t found;
    int failed = glob(pattern, 0, NULL, &found);
    for (size_t i = 0; !failed && i < found.gl_pathc; i++) add_file(list, found.gl_pathv[i]);
    globfree(&found);
    return failed ? nn_error(NN_NO_INPUT, "%s: no file matches this pattern", pattern) : NN_OK;
}

/* ---- who named what is not there ---- */

static const nn_node *key_of(const nn_wanted *wanted, nn_split split, const char *key) {
    const nn_node *root = wanted->document ? nn_document_root(wanted->document) : NULL;
    const nn_node *data = root ? nn_node_child(root, "data") : NULL;
    const nn_node *section = data ? nn_node_child(data, nn_split_name[split]) : NULL;
    return section ? nn_node_child(section, key) : NULL;
}

/* The key of file number `at`, if it is one of several. */
static nn_status blame_file(const nn_wanted *wanted, int at, nn_status status) {
    const nn_node *node = key_of(wanted, wanted->file_split, wanted->file_key);
    const nn_node *item = node ? nn_node_at(node, at) : NULL;
    if (status == NN_OK) return status;
    if (node)
        nn_error_add(status, "\n  (%s)", nn_config_place(wanted->document, item ? item : node));
    else if (wanted->source->advice[0])
        nn_error_add(status, "\n  (%s)", wanted->source->advice[0]);
    return status;
}

static nn_status blame_name(const nn_wanted *wanted, nn_status status) {
    const nn_node *node = key_of(wanted, wanted->split, wanted->what);
    if (status != NN_NO_INPUT) return status;
    return nn_error_add(status, "\n  (%s)",
                        node ? nn_config_place(wanted->document, node)
                             : nn_source_advice(wanted->source, wanted->split, wanted->what));
}

/* ---- one file's part ---- */

static nn_status check_info(const char *file, const char *name, const nn_store_info *info) {
    if (info->rank == 0)
        return nn_error(NN_BAD_DATA,
                        "%s: data set %s: it is a single number; axis 0 must be the samples", file,
                        name);
    if (info->rank > NN_MAX_RANK + 1)
        return nn_error(NN_BAD_DATA, "%s: data set %s: it has %d axes; at most %d are possible",
                        file, name, info->rank, NN_MAX_RANK + 1);
    nn_shape sample = nn_shape_of(info->rank - 1, info->dim + 1);
    char text[NN_SHAPE_TEXT_SIZE];
    int64_t size = nn_shape_size(&sample), bytes;
    if (size == 0)
        return nn_error(NN_BAD_DATA, "%s: data set %s: samples of shape %s have no elements", file,
                        name, nn_shape_text(&sample, text, sizeof text));
    if (size < 0 || __builtin_mul_overflow(size * 8, info->dim[0], &bytes))
        return nn_error(NN_BAD_DATA, "%s: data set %s: samples of shape %s are too large", file,
                        name, nn_shape_text(&sample, text, sizeof text));
    return NN_OK;
}

/* A type that holds the values of both. */
static nn_dtype common_type(nn_dtype a, nn_dtype b) {
    if (a == b) return a;
    int64_t size_a = nn_dtype_size(a), size_b = nn_dtype_size(b);
    bool integer_a = nn_dtype_is_integer(a), integer_b = nn_dtype_is_integer(b);
    if (!integer_a && !integer_b) return NN_F64;
    if (!integer_a || !integer_b)
        return (integer_a ? size_a : size_b) <= 2 && (integer_a ? b : a) == NN_F32 ? NN_F32
                                                                                   : NN_F64;
    bool signed_a = (a - NN_U8) % 2, signed_b = (b - NN_U8) % 2;
    if (signed_a == signed_b) return size_a > size_b ? a : b;
    int64_t size_signed = signed_a ? size_a : size_b, size_unsigned = signed_a ? size_b : size_a;
    if (size_signed > size_unsigned) return signed_a ? a : b;
    return size_unsigned == 1 ? NN_I16 : size_unsigned == 2 ? NN_I32 : NN_I64;
}

nn_status nn_array_join(nn_array *array, const char *file, const nn_store_info *info) {
    NN_TRY(check_info(file, array->name, info));
    nn_shape sample = nn_shape_of(info->rank - 1, info->dim + 1);
    char here[NN_SHAPE_TEXT_SIZE], there[NN_SHAPE_TEXT_SIZE];
    if (array->n_parts == 0) {
        array->type = info->dtype;
        array->sample = sample;
    } else if (!nn_shape_equal(&sample, &array->sample))
        return nn_error(NN_BAD_DATA,
                        "%s: data set %s: samples of shape %s, but those of %s have shape %s; all "
                        "files of a split must agree",
                        file, array->name, nn_shape_text(&sample, here, sizeof here),
                        array->part[0].file, nn_shape_text(&array->sample, there, sizeof there));
    array->type = common_type(array->type, info->dtype);
    array->part[array->n_parts++] = (nn_part){file, array->rows, info->dim[0]};
    if (__builtin_add_overflow(array->rows, info->dim[0], &array->rows))
        return nn_error(NN_BAD_DATA,
                        "%s: data set %s: with those of the files before it there are more samples "
                        "than can be counted",
                        file, array->name);
    return NN_OK;
}

/* `at`: which of the user's files it is of. */
static nn_status look_at(nn_array *array, const char *file, int at, const nn_wanted *wanted,
                         nn_arena *arena) {
    nn_store *store;
    nn_store_info info;
    NN_TRY(blame_file(wanted, at, nn_store_open(&store, file)));
    nn_status status = NN_OK;
    if (array->n_parts == 0)
        status = nn_name_find(store, wanted, arena, &array->name, &array->missing);
    if (status == NN_OK && array->name) {
        status = blame_name(wanted, nn_store_describe(store, array->name, &info));
        if (status == NN_OK) status = nn_array_join(array, file, &info);
        if (status == NN_OK) status = nn_words_find(array, store, wanted, arena);
    }
    nn_store_close(store);
    return status;
}

static nn_status check_whole(const nn_array *array, bool fetched) {
    if (array->rows == 0)
        return nn_error(NN_BAD_DATA, "%s: data set %s: it is empty: it has no samples",
                        array->part[0].file, array->name);
    double bytes = (double)array->rows * (double)array->row_bytes;
    double memory = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
    if ((bytes > memory && !fetched) || bytes > 0x1p62)
        return nn_error(NN_NO_MEMORY,
                        "%s: data set %s: %s samples take %s, this machine's memory is %s",
                        array->part[0].file, array->name, nn_text_count(array->rows),
                        nn_text_bytes(bytes), nn_text_bytes(memory));
    return NN_OK;
}

static void find_sizes(nn_array *array) {
    array->size = nn_shape_size(&array->sample);
    array->row_bytes = array->size * nn_dtype_size(array->type);
    array->bytes =
        (int64_t)((uint64_t)array->rows * (uint64_t)array->row_bytes); /* see check_whole */
}

nn_status nn_array_complete(nn_array *array, bool fetched) {
    find_sizes(array);
    return check_whole(array, fetched);
}

static nn_status look_at_all(nn_array *array, const nn_wanted *wanted, nn_arena *arena) {
    nn_file_list list = {.arena = arena};
    int *end = NN_NEW_ARRAY(arena, int, wanted->file.n); /* of the files of each pattern */
    for (int i = 0; i < wanted->file.n; i++) {
        NN_TRY(blame_file(wanted, i, add_files(&list, wanted->file.value[i])));
        end[i] = list.n;
    }
    array->part = NN_NEW_ARRAY(arena, nn_part, list.n);
    for (int i = 0, at = 0; i < list.n; i++) {
        while (i >= end[at]) at++;
        NN_TRY(look_at(array, list.file[i], at, wanted, arena));
        if (!array->name) return NN_OK;
    }
    return nn_array_complete(array, wanted->fetched);
}

/* ---- rank 0 tells the others ---- */

/* A text of rank 0, or NULL, on every rank. */
static const char *broadcast_text(const char *text, nn_arena *arena, nn_comm *comm) {
    int64_t bytes = text ? (int64_t)strlen(text) + 1 : 0;
    nn_comm_broadcast(comm, &bytes, sizeof bytes, 0);
    if (bytes == 0) return NULL;
    char *copy = nn_arena_alloc(arena, (size_t)bytes);
    if (text) memcpy(copy, text, (size_t)bytes);
    nn_comm_broadcast(comm, copy, bytes, 0);
    return copy;
}

static void broadcast_array(nn_array *array, nn_arena *arena, nn_comm *comm) {
    nn_array head = *array;
    nn_comm_broadcast(comm, &head, sizeof head, 0);
    head.name = broadcast_text(array->name, arena, comm);
    head.missing = broadcast_text(array->missing, arena, comm);
    head.words = nn_words_broadcast(&array->words, arena, comm);
    head.part = NN_NEW_ARRAY(arena, nn_part, head.n_parts);
    for (int i = 0; i < head.n_parts; i++) {
        nn_part part = array->part ? array->part[i] : (nn_part){0};
        nn_comm_broadcast(comm, &part, sizeof part, 0);
        part.file = broadcast_text(array->part ? array->part[i].file : NULL, arena, comm);
        head.part[i] = part;
    }
    *array = head;
}

nn_status nn_array_plan(nn_array *array, const nn_wanted *wanted, nn_arena *arena, nn_comm *comm) {
    *array = (nn_array){0};
    if (wanted->in_memory) return nn_array_plan_memory(array, wanted, arena, comm);
    nn_status status = NN_OK;
    if (nn_comm_rank(comm) == 0) status = look_at_all(array, wanted, arena);
    NN_TRY(nn_comm_agree(comm, status));
    broadcast_array(array, arena, comm);
    return NN_OK;
}
