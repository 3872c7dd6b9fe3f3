/* Data sets and attributes as a person wants to know them: of any type. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/text.h"
#include "inside.h"

static const char *filter_name(H5Z_filter_t filter, const char *name) {
    switch (filter) {
    case H5Z_FILTER_DEFLATE: return "gzip";
    case H5Z_FILTER_SHUFFLE: return "shuffle";
    case H5Z_FILTER_FLETCHER32: return "fletcher32";
    case H5Z_FILTER_SZIP: return "szip";
    case H5Z_FILTER_NBIT: return "nbit";
    case H5Z_FILTER_SCALEOFFSET: return "scaleoffset";
    default: return *name ? name : "an unknown filter";
    }
}

static void find_filters(hid_t list, nn_store_details *d) {
    size_t used = 0;
    int n = H5Pget_nfilters(list);
    for (int i = 0; i < n && used < sizeof d->filters; i++) {
        unsigned flags, values[8], config;
        size_t n_values = 8;
        char name[64] = "";
        H5Z_filter_t filter = H5Pget_filter2(list, (unsigned)i, &flags, &n_values, values,
                                             sizeof name, name, &config);
        bool level = filter == H5Z_FILTER_DEFLATE && n_values > 0;
        used += (size_t)snprintf(d->filters + used, sizeof d->filters - used,
                                 level ? "%s%s %u" : "%s%s", i ? ", " : "",
                                 filter_name(filter, name), level ? values[0] : 0);
    }
}

static void find_shape(hid_t set, nn_store_details *d) {
    hsize_t dim[H5S_MAX_RANK];
    hid_t space = H5Dget_space(set);
    int rank = space >= 0 ? H5Sget_simple_extent_dims(space, dim, NULL) : -1;
    d->empty = space < 0 || rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL;
    d->rank = rank > 0 ? rank : 0;
    d->elements = d->empty ? 0 : 1;
    for (int i = 0; i < d->rank; i++) {
        d->dim[i] = (int64_t)dim[i];
        if (__builtin_mul_overflow(d->elements, d->dim[i], &d->elements)) d->elements = INT64_MAX;
    }
    if (space >= 0) H5Sclose(space);
}

static void find_layout(hid_t set, nn_store_details *d) {
    hsize_t chunk[H5S_MAX_RANK];
    hid_t list = H5Dget_create_plist(set);
    if (list < 0) return;
    if (H5Pget_layout(list) == H5D_CHUNKED) {
        d->chunk_rank = H5Pget_chunk(list, H5S_MAX_RANK, chunk);
        for (int i = 0; i < d->chunk_rank; i++) d->chunk[i] = (int64_t)chunk[i];
        find_filters(list, d);
    }
    H5Pclose(list);
    d->stored_bytes = (int64_t)H5Dget_storage_size(set);
}

static void find_type(hid_t type, nn_store_details *d) {
    const char *other = type < 0 ? "a damaged type" : nn_store_dtype_of(type, &d->dtype);
    d->numbers = !other;
    d->element_bytes = type < 0 ? 0 : (int64_t)H5Tget_size(type);
    snprintf(d->type, sizeof d->type, "%s", other ? other : nn_dtype_name(d->dtype));
}

nn_status nn_store_detail(nn_store *store, const char *path, nn_store_details *d) {
    *d = (nn_store_details){0};
    NN_GUARD(nn_guard_caught(store));
    hid_t set = H5Dopen2(store->id, path, H5P_DEFAULT);
    if (set >= 0) {
        hid_t type = H5Dget_type(set);
        find_type(type, d);
        if (type >= 0) H5Tclose(type);
        find_shape(set, d);
        find_layout(set, d);
        H5Dclose(set);
    }
    nn_guard_leave();
    return set >= 0
               ? NN_OK
               : nn_error(nn_store_blame(NN_BAD_DATA), "%s: data set %s: it is damaged (HDF5: %s)",
                          store->file, path, nn_store_reason());
}

/* ---- attributes ---- */

typedef struct nn_attribute_names {
    int n;
    char *name[64];
} nn_attribute_names;

static herr_t add_name(hid_t object, const char *name, const H5A_info_t *info, void *context) {
    nn_attribute_names *names = context;
    if (names->n == 64) return 1;
    names->name[names->n] = strdup(name);
    if (!names->name[names->n++]) nn_panic("out of memory");
    return 0;
}

static void list_names(nn_store *store, const char *path, nn_attribute_names *names) {
    NN_GUARD((void)nn_guard_caught(store));
    hid_t object = nn_store_object(store, path);
    if (object >= 0) {
        H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, names);
        H5Oclose(object);
    }
    nn_guard_leave();
}

/* A number, a text, a list of texts; "" if it is something else. */
static void add_value(nn_store *store, const char *path, const char *name, nn_buffer *out) {
    double number;
    char **texts;
    int n;
    if (nn_store_read_real(store, path, name, &number) == NN_OK) {
        nn_buffer_add(out, "%.15g", number);
        return;
    }
    nn_error_clear();
    if (nn_store_read_texts(store, path, name, &texts, &n) == NN_OK) {
        for (int i = 0; i < n; i++) nn_buffer_add(out, "%s%s", i ? ", " : "", texts[i]);
        free(texts);
    }
    nn_error_clear();
}

void nn_store_attributes(nn_store *store, const char *path, nn_store_attribute_visitor *visit,
                         void *context) {
    nn_attribute_names names = {0};
    list_names(store, path, &names);
    for (int i = 0; i < names.n; i++) {
        nn_buffer value = {0};
        nn_buffer_add(&value, "%s", "");
        add_value(store, path, names.name[i], &value);
        visit(context, names.name[i], value.text);
        nn_buffer_free(&value);
        free(names.name[i]);
    }
}
