/* Groups, data sets and attributes, written. No times and no filters: equal content is equal bytes,
 * and every reader of HDF5 can read them. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "nnmpi/place.h"

static nn_status cannot_write(nn_store *store, const char *what, const char *path) {
    return nn_error(NN_IO, "%s: %s %s cannot be written (HDF5: %s)", store->file, what, path,
                    nn_store_reason());
}

/* A link list that makes the groups on the way. */
hid_t nn_store_links(void) {
    hid_t list = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(list, 1);
    return list;
}

nn_status nn_store_group(nn_store *store, const char *path) {
    if (nn_store_is_group(store, path)) return NN_OK;
    hid_t links = nn_store_links();
    hid_t group = H5Gcreate2(store->id, path, links, H5P_DEFAULT, H5P_DEFAULT);
    nn_status status = group < 0 ? cannot_write(store, "group", path) : NN_OK;
    if (group >= 0) H5Gclose(group);
    H5Pclose(links);
    return status;
}

static hid_t space_of(int rank, const int64_t *dim) {
    hsize_t size[H5S_MAX_RANK];
    nn_assert(rank >= 0 && rank <= H5S_MAX_RANK);
    if (rank == 0) return H5Screate(H5S_SCALAR);
    for (int i = 0; i < rank; i++) size[i] = (hsize_t)dim[i];
    return H5Screate_simple(rank, size, NULL);
}

nn_status nn_store_write_typed(nn_store *store, const char *path, hid_t type, int rank,
                               const int64_t *dim, const void *data) {
    hid_t links = nn_store_links(), space = space_of(rank, dim),
          creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, false);
    hid_t set = H5Dcreate2(store->id, path, type, space, links, creation, H5P_DEFAULT);
    bool ok = set >= 0;
    if (ok && H5Sget_simple_extent_npoints(space) > 0)
        ok = H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    nn_status status = ok ? NN_OK : cannot_write(store, "data set", path);
    if (set >= 0) H5Dclose(set);
    H5Pclose(creation);
    H5Sclose(space);
    H5Pclose(links);
    nn_place_beat();
    return status;
}

nn_status nn_store_write(nn_store *store, const char *path, nn_dtype dtype, int rank,
                         const int64_t *dim, const void *data) {
    return nn_store_write_typed(store, path, nn_store_native(dtype), rank, dim, data);
}

/* An attribute of an object that exists; replaces one of that name. */
static nn_status write_attribute(nn_store *store, const char *path, const char *name, hid_t type,
                                 hid_t space, const void *data) {
    hid_t object = nn_store_object(store, path), id = -1;
    if (object >= 0 && H5Aexists(object, name) > 0) H5Adelete(object, name);
    if (object >= 0) id = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool ok = id >= 0;
    if (ok && H5Sget_simple_extent_npoints(space) > 0) ok = H5Awrite(id, type, data) >= 0;
    nn_status status = ok ? NN_OK
                          : nn_error(NN_IO, "%s: attribute `%s` of %s cannot be written (HDF5: %s)",
                                     store->file, name, path, nn_store_reason());
    if (id >= 0) H5Aclose(id);
    if (object >= 0) H5Oclose(object);
    return status;
}

/* Attributes of more than 64 KiB do not fit into an object's header. Texts of varying length are
 * stored elsewhere, with 16 bytes of each in the header. */
#define NN_ATTRIBUTE_MAX ((size_t)60 * 1024)

static nn_status write_texts(nn_store *store, const char *path, const char *name,
                             const char *const *texts, int n, hid_t space) {
    nn_packed packed = nn_texts_pack(texts, n, NN_ATTRIBUTE_MAX);
    bool varying = !packed.block;
    hid_t type = nn_text_type(varying ? H5T_VARIABLE : packed.size, packed.ascii);
    nn_status status = write_attribute(store, path, name, type, space,
                                       varying ? (const void *)texts : (const void *)packed.block);
    H5Tclose(type);
    free(packed.block);
    return status;
}

nn_status nn_store_write_text(nn_store *store, const char *path, const char *name,
                              const char *text) {
    hid_t space = H5Screate(H5S_SCALAR);
    nn_status status = write_texts(store, path, name, &text, 1, space);
    H5Sclose(space);
    return status;
}

nn_status nn_store_write_texts(nn_store *store, const char *path, const char *name,
                               const char *const *texts, int n) {
    hsize_t dim = (hsize_t)n;
    hid_t space = H5Screate_simple(1, &dim, NULL);
    nn_status status = write_texts(store, path, name, texts, n, space);
    H5Sclose(space);
    return status;
}

static nn_status write_number(nn_store *store, const char *path, const char *name, hid_t type,
                              const void *value) {
    hid_t space = H5Screate(H5S_SCALAR);
    nn_status status = write_attribute(store, path, name, type, space, value);
    H5Sclose(space);
    return status;
}

nn_status nn_store_write_int(nn_store *store, const char *path, const char *name, int64_t value) {
    return write_number(store, path, name, H5T_NATIVE_INT64, &value);
}

nn_status nn_store_write_real(nn_store *store, const char *path, const char *name, double value) {
    return write_number(store, path, name, H5T_NATIVE_DOUBLE, &value);
}
