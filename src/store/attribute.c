/* Attributes, read: texts as h5py, Keras, Fortran and C write them, and single numbers. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* An attribute, open. */
typedef struct nn_attribute {
    hid_t object, id, type, space;
    int64_t n; /* elements */
} nn_attribute;

static void end_attribute(nn_attribute *a) {
    if (a->space >= 0) H5Sclose(a->space);
    if (a->type >= 0) H5Tclose(a->type);
    if (a->id >= 0) H5Aclose(a->id);
    if (a->object >= 0) H5Oclose(a->object);
}

static nn_status begin_attribute(nn_store *store, const char *path, const char *name,
                                 nn_attribute *a) {
    *a = (nn_attribute){.object = -1, .id = -1, .type = -1, .space = -1};
    if (!nn_store_has(store, path)) return nn_store_missing(store, path, "object");
    a->object = nn_store_object(store, path);
    if (H5Aexists(a->object, name) <= 0)
        return nn_error(NN_NO_INPUT, "%s: %s has no attribute `%s`", store->file, path, name);
    a->id = H5Aopen(a->object, name, H5P_DEFAULT);
    if (a->id >= 0) a->type = H5Aget_type(a->id);
    if (a->id >= 0) a->space = H5Aget_space(a->id);
    if (a->space < 0 || a->type < 0)
        return nn_error(NN_BAD_DATA, "%s: attribute `%s` of %s is damaged (HDF5: %s)", store->file,
                        name, path, nn_store_reason());
    a->n = H5Sget_simple_extent_npoints(a->space);
    return NN_OK;
}

bool nn_store_has_attribute(nn_store *store, const char *path, const char *name) {
    NN_GUARD((nn_guard_caught(store), false));
    hid_t object = nn_store_object(store, path);
    bool has = object >= 0 && H5Aexists(object, name) > 0;
    if (object >= 0) H5Oclose(object);
    nn_guard_leave();
    return has;
}

static bool read_raw(void *context, hid_t type, void *raw) {
    return H5Aread(((nn_attribute *)context)->id, type, raw) >= 0;
}

static nn_status read_texts(nn_store *store, const char *path, const char *name, char ***texts,
                            int *n, char **raw) {
    *texts = NULL, *n = 0;
    NN_GUARD(nn_guard_caught(store));
    nn_attribute a;
    nn_status status = begin_attribute(store, path, name, &a);
    if (status == NN_OK && H5Tget_class(a.type) != H5T_STRING)
        status = nn_error(NN_BAD_DATA, "%s: attribute `%s` of %s: text was expected", store->file,
                          name, path);
    if (status == NN_OK && !(*texts = nn_texts_read(a.type, a.space, read_raw, &a, raw)))
        status = nn_error(nn_store_blame(NN_BAD_DATA),
                          "%s: attribute `%s` of %s cannot be read (HDF5: %s)", store->file, name,
                          path, nn_store_reason());
    if (status == NN_OK) *n = (int)a.n;
    end_attribute(&a);
    nn_guard_leave();
    return status;
}

nn_status nn_store_read_texts(nn_store *store, const char *path, const char *name, char ***texts,
                              int *n) {
    char *raw = NULL;
    nn_status status = read_texts(store, path, name, texts, n, &raw);
    free(raw);
    return status;
}

nn_status nn_store_read_text(nn_store *store, const char *path, const char *name, char **text) {
    *text = NULL;
    char **texts = NULL;
    int n = 0;
    NN_TRY(nn_store_read_texts(store, path, name, &texts, &n));
    nn_status status = NN_OK;
    if (n != 1)
        status =
            nn_error(NN_BAD_DATA, "%s: attribute `%s` of %s: one text was expected, but it has %d",
                     store->file, name, path, n);
    else if (!(*text = strdup(texts[0])))
        nn_panic("out of memory");
    free(texts);
    return status;
}

static nn_status read_number(nn_store *store, const char *path, const char *name, hid_t type,
                             void *value) {
    NN_GUARD(nn_guard_caught(store));
    nn_attribute a;
    nn_dtype dtype;
    nn_status status = begin_attribute(store, path, name, &a);
    if (status == NN_OK && (nn_store_dtype_of(a.type, &dtype) || a.n != 1))
        status = nn_error(NN_BAD_DATA, "%s: attribute `%s` of %s: one number was expected",
                          store->file, name, path);
    if (status == NN_OK && H5Aread(a.id, type, value) < 0)
        status = nn_error(nn_store_blame(NN_BAD_DATA),
                          "%s: attribute `%s` of %s cannot be read (HDF5: %s)", store->file, name,
                          path, nn_store_reason());
    end_attribute(&a);
    nn_guard_leave();
    return status;
}

nn_status nn_store_read_int(nn_store *store, const char *path, const char *name, int64_t *value) {
    *value = 0;
    return read_number(store, path, name, H5T_NATIVE_INT64, value);
}

nn_status nn_store_read_real(nn_store *store, const char *path, const char *name, double *value) {
    *value = 0;
    return read_number(store, path, name, H5T_NATIVE_DOUBLE, value);
}
