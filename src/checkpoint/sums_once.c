#include "sums.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "nnmpi/hash.h"
#include "nnmpi/text.h"
#include "seal.h"

#define NN_SUMS "/nnmpi/checksums"

/* ---- writing ---- */

static uint64_t part_of_total(const char *path, uint64_t hash) {
    uint64_t pair[2] = {nn_hash(path, strlen(path)), hash};
    return nn_hash(pair, sizeof pair);
}

/* Leaves the hash of `object` (a path below NN_SUMS, from its slash on). */
static nn_status leave(nn_writer *w, const char *object, uint64_t hash) {
    nn_buffer path = {0};
    nn_buffer_add(&path, NN_SUMS "%s", object);
    w->total += part_of_total(object, hash);
    nn_status status = nn_store_write(w->store, path.text, NN_U64, 0, NULL, &hash);
    nn_buffer_free(&path);
    return status;
}

static nn_status leave_attribute(nn_writer *w, const char *path, const char *name,
                                 const char *suffix, uint64_t hash) {
    nn_buffer object = {0};
    nn_buffer_add(&object, "%s/@%s%s", strcmp(path, "/") == 0 ? "" : path, name, suffix);
    nn_status status = leave(w, object.text, hash);
    nn_buffer_free(&object);
    return status;
}

/* Of all texts, each with its zero byte. */
static uint64_t hash_texts(const char *const *texts, int n) {
    size_t bytes = 0;
    for (int i = 0; i < n; i++) bytes += strlen(texts[i]) + 1;
    char *block = malloc(bytes + 1), *at = block;
    if (!block) nn_panic("out of memory");
    for (int i = 0; i < n; i++) at = stpcpy(at, texts[i]) + 1;
    uint64_t hash = nn_hash(block, bytes);
    free(block);
    return hash;
}

nn_status nn_writer_data(nn_writer *w, const char *path, nn_dtype dtype, int rank,
                         const int64_t *dim, const void *data) {
    int64_t bytes = nn_dtype_size(dtype);
    for (int i = 0; i < rank; i++) bytes *= dim[i];
    NN_TRY(nn_store_write(w->store, path, dtype, rank, dim, data));
    return leave(w, path, nn_hash(data, (size_t)bytes));
}

nn_status nn_writer_text(nn_writer *w, const char *path, const char *name, const char *text) {
    NN_TRY(nn_store_write_text(w->store, path, name, text));
    return leave_attribute(w, path, name, "", nn_hash(text, strlen(text)));
}

nn_status nn_writer_texts(nn_writer *w, const char *path, const char *name,
                          const char *const *texts, int n) {
    NN_TRY(nn_store_write_texts(w->store, path, name, texts, n));
    return leave_attribute(w, path, name, "[]", hash_texts(texts, n));
}

nn_status nn_writer_words(nn_writer *w, const char *path, const char *const *words, int n) {
    NN_TRY(nn_store_write_words(w->store, path, words, n));
    return leave(w, path, hash_texts(words, n));
}

nn_status nn_writer_finish(nn_writer *w) {
    NN_TRY(nn_store_group(w->store, NN_SUMS));
    return nn_store_write_int(w->store, NN_SUMS, "total", (int64_t)w->total);
}

/* ---- verifying ---- */

static nn_status damaged(nn_store *store, const char *object) {
    return nn_error(NN_BAD_DATA, "%s: the checkpoint is damaged: %s is not what was written",
                    nn_store_file(store), object);
}

/* Bytes of a data set; -1 if the file is too small to hold them (there are no filters). */
static int64_t bytes_of(nn_store *store, const nn_store_info *info) {
    struct stat about;
    int64_t bytes = nn_dtype_size(info->dtype);
    for (int i = 0; i < info->rank; i++)
        if (__builtin_mul_overflow(bytes, info->dim[i], &bytes)) return -1;
    if (stat(nn_store_file(store), &about) != 0 || bytes > about.st_size) return -1;
    return bytes;
}

static nn_status hash_words(nn_store *store, const char *path, uint64_t *hash) {
    char **words;
    int n;
    NN_TRY(nn_store_read_words(store, path, &words, &n));
    *hash = hash_texts((const char *const *)words, n);
    free(words);
    return NN_OK;
}

static nn_status hash_data(nn_store *store, const char *path, uint64_t *hash) {
    nn_store_info info;
    if (!nn_store_has(store, path)) return damaged(store, path);
    if (nn_store_is_words(store, path)) return hash_words(store, path, hash);
    NN_TRY(nn_store_describe(store, path, &info));
    int64_t bytes = bytes_of(store, &info);
    if (bytes < 0) return damaged(store, path);
    void *data = malloc((size_t)bytes + 1);
    if (!data) return nn_error(NN_NO_MEMORY, "no memory to verify %s", path);
    nn_status status =
        nn_store_read(store, path, info.dtype, bytes / nn_dtype_size(info.dtype), data);
    if (status == NN_OK) *hash = nn_hash(data, (size_t)bytes);
    free(data);
    return status;
}

/* `object` is "/a/@c" or "/a/@c[]"; `at` its last slash. */
static nn_status hash_attribute(nn_store *store, const char *object, const char *at,
                                uint64_t *hash) {
    char *path = at == object ? strdup("/") : strndup(object, (size_t)(at - object));
    char *name = strdup(at + 2), **texts = NULL, *list = path && name ? strstr(name, "[]") : NULL;
    int n = 0;
    if (!path || !name) nn_panic("out of memory");
    if (list) *list = '\0';
    nn_status status = NN_OK;
    if (!nn_store_has(store, path) || !nn_store_has_attribute(store, path, name))
        status = damaged(store, object);
    else
        status = nn_store_read_texts(store, path, name, &texts, &n);
    if (status == NN_OK && list)
        *hash = hash_texts((const char *const *)texts, n);
    else if (status == NN_OK)
        *hash = n == 1 ? nn_hash(texts[0], strlen(texts[0])) : 0;
    free(texts);
    free(name);
    free(path);
    return status;
}

static nn_status verify_one(void *total, nn_store *store, const char *path, bool is_group) {
    if (is_group) return NN_OK;
    const char *object = path + strlen(NN_SUMS), *at = strrchr(object, '/');
    uint64_t hash = 0, written;
    NN_TRY(nn_store_read(store, path, NN_U64, 1, &written));
    if (at[1] == '@')
        NN_TRY(hash_attribute(store, object, at, &hash));
    else
        NN_TRY(hash_data(store, object, &hash));
    if (!nn_hash_equal(hash, written)) return damaged(store, object);
    *(uint64_t *)total += part_of_total(object, hash);
    return NN_OK;
}

nn_status nn_sums_verify(nn_store *store) {
    uint64_t total = 0;
    int64_t written;
    if (!nn_store_is_group(store, NN_SUMS) || !nn_store_has_attribute(store, NN_SUMS, "total"))
        return damaged(store, NN_SUMS);
    NN_TRY(nn_store_walk(store, NN_SUMS, verify_one, &total));
    NN_TRY(nn_store_read_int(store, NN_SUMS, "total", &written));
    return nn_hash_equal((uint64_t)written, total) ? NN_OK : damaged(store, NN_SUMS);
}

/* ---- opening ---- */

static nn_status check_format(nn_store *store) {
    const char *file = nn_store_file(store);
    int64_t version;
    if (!nn_store_is_group(store, "/nnmpi") ||
        !nn_store_has_attribute(store, "/nnmpi", "format_version"))
        return nn_error(NN_BAD_DATA, "%s: this is not a checkpoint of nnmpi: it has no /nnmpi",
                        file);
    NN_TRY(nn_store_read_int(store, "/nnmpi", "format_version", &version));
    if (version > NN_FORMAT_VERSION)
        return nn_error(NN_BAD_DATA,
                        "%s: written by a newer nnmpi (format %lld, this one reads up to %d)", file,
                        (long long)version, NN_FORMAT_VERSION);
    if (version < 1) return damaged(store, "format_version of /nnmpi");
    return NN_OK;
}

nn_status nn_checkpoint_open(nn_store **store, const char *path) {
    *store = NULL;
    NN_TRY(nn_seal_check(path));
    NN_TRY(nn_store_open(store, path));
    nn_status status = check_format(*store);
    if (status == NN_OK) status = nn_sums_verify(*store);
    if (status == NN_OK) return NN_OK;
    nn_store_close(*store);
    *store = NULL;
    return status == NN_NO_INPUT ? NN_BAD_DATA : status;
}
