/* Texts in HDF5: of fixed and of varying length, as h5py, Keras, Fortran and C write them; and data
 * sets of them. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* One block: n + 1 pointers, the last NULL, and the texts that they point to. */
static char **texts_block(size_t n, const char *const *text, const size_t *length) {
    size_t bytes = (n + 1) * sizeof(char *);
    for (size_t i = 0; i < n; i++) bytes += length[i] + 1;
    char **block = malloc(bytes);
    if (!block) return NULL;
    char *at = (char *)(block + n + 1);
    for (size_t i = 0; i < n; i++) {
        block[i] = at;
        memcpy(at, text[i], length[i]);
        at[length[i]] = '\0';
        at += length[i] + 1;
    }
    block[n] = NULL;
    return block;
}

static size_t fixed_length(const char *text, size_t size, H5T_str_t padding) {
    size_t length = strnlen(text, size);
    if (padding == H5T_STR_SPACEPAD) /* Fortran's */
        while (length > 0 && text[length - 1] == ' ') length--;
    return length;
}

#define NN_TEXTS_MAX ((hssize_t)1 << 24)

/* The block of n texts as HDF5 gives them: pointers to them, or side by side with `size` bytes
 * each. */
static char **texts_of(const char *raw, size_t n, bool varying, size_t size, H5T_str_t padding) {
    const char **text = calloc(n + 1, sizeof *text);
    size_t *length = calloc(n + 1, sizeof *length);
    char **block = NULL;
    for (size_t i = 0; text && length && i < n; i++) {
        text[i] = varying ? ((char *const *)raw)[i] : raw + i * size;
        if (!text[i]) text[i] = "";
        length[i] = varying ? strlen(text[i]) : fixed_length(text[i], size, padding);
    }
    if (text && length) block = texts_block(n, text, length);
    free(length);
    free(text);
    return block;
}

char **nn_texts_read(hid_t type, hid_t space, nn_raw_reader *read, void *context, char **raw) {
    bool varying = H5Tis_variable_str(type) > 0;
    hssize_t there = H5Sget_simple_extent_npoints(space);
    if (there < 0 || there > NN_TEXTS_MAX) return NULL;
    size_t size = varying ? sizeof(char *) : H5Tget_size(type), n = (size_t)there;
    *raw = calloc(n + 1, size);
    if (!*raw || (n > 0 && !read(context, type, *raw))) return NULL;
    char **block =
        texts_of(*raw, n, varying, size, varying ? H5T_STR_NULLTERM : H5Tget_strpad(type));
    if (varying && n > 0) H5Dvlen_reclaim(type, space, H5P_DEFAULT, *raw);
    return block;
}

hid_t nn_text_type(size_t size, bool ascii) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size);
    if (size != H5T_VARIABLE) H5Tset_strpad(type, H5T_STR_NULLPAD); /* as h5py does */
    H5Tset_cset(type, ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8);
    return type;
}

nn_packed nn_texts_pack(const char *const *texts, int n, size_t most) {
    nn_packed packed = {.size = 1, .ascii = true};
    for (int i = 0; i < n; i++) {
        size_t length = strlen(texts[i]);
        if (length > packed.size) packed.size = length;
        for (const char *c = texts[i]; *c; c++) packed.ascii &= (unsigned char)*c < 128;
    }
    if (packed.size > most / (size_t)(n > 0 ? n : 1)) return packed;
    packed.block = calloc((size_t)n + 1, packed.size);
    if (!packed.block) nn_panic("out of memory");
    for (int i = 0; i < n; i++)
        memcpy(packed.block + (size_t)i * packed.size, texts[i], strlen(texts[i]));
    return packed;
}

/* ---- data sets ---- */

nn_status nn_store_write_words(nn_store *store, const char *path, const char *const *words, int n) {
    nn_packed packed = nn_texts_pack(words, n, SIZE_MAX);
    hid_t type = nn_text_type(packed.size, packed.ascii);
    nn_status status = nn_store_write_typed(store, path, type, 1, (int64_t[]){n}, packed.block);
    H5Tclose(type);
    free(packed.block);
    return status;
}

static bool read_raw(void *set, hid_t type, void *raw) {
    return H5Dread(*(hid_t *)set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) >= 0;
}

/* Opens a data set of texts and its type; a negative *set if it is none. */
static void open_words(nn_store *store, const char *path, hid_t *set, hid_t *type) {
    *type = -1;
    *set = nn_store_has(store, path) && !nn_store_is_group(store, path)
               ? H5Dopen2(store->id, path, H5P_DEFAULT)
               : -1;
    if (*set >= 0) *type = H5Dget_type(*set);
    if (*type >= 0 && H5Tget_class(*type) == H5T_STRING) return;
    if (*type >= 0) H5Tclose(*type);
    if (*set >= 0) H5Dclose(*set);
    *set = *type = -1;
}

bool nn_store_is_words(nn_store *store, const char *path) {
    NN_GUARD((nn_guard_caught(store), false));
    hid_t set, type;
    open_words(store, path, &set, &type);
    if (set >= 0) H5Tclose(type), H5Dclose(set);
    nn_guard_leave();
    return set >= 0;
}

static nn_status read_words(nn_store *store, const char *path, char ***words, int *n, char **raw) {
    *words = NULL, *n = 0;
    NN_GUARD(nn_guard_caught(store));
    hid_t set, type;
    open_words(store, path, &set, &type);
    nn_status status = NN_OK;
    if (set < 0) {
        status =
            nn_store_has(store, path)
                ? nn_error(NN_BAD_DATA, "%s: data set %s: texts were expected", store->file, path)
                : nn_store_missing(store, path, "data set");
        nn_guard_leave();
        return status;
    }
    hid_t space = H5Dget_space(set);
    *words = space < 0 ? NULL : nn_texts_read(type, space, read_raw, &set, raw);
    if (*words)
        *n = (int)H5Sget_simple_extent_npoints(space);
    else
        status =
            nn_error(nn_store_blame(NN_BAD_DATA), "%s: data set %s: it cannot be read (HDF5: %s)",
                     store->file, path, nn_store_reason());
    if (space >= 0) H5Sclose(space);
    H5Tclose(type);
    H5Dclose(set);
    nn_guard_leave();
    return status;
}

nn_status nn_store_read_words(nn_store *store, const char *path, char ***words, int *n) {
    char *raw = NULL;
    nn_status status = read_words(store, path, words, n, &raw);
    free(raw);
    return status;
}
