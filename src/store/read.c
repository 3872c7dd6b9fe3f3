/* Data sets: what they are, and their rows. */
#include "inside.h"
#include "nnmpi/place.h"

#define NN_PIECE_BYTES ((int64_t)64 << 20) /* read at once: then the rank says that it goes on */

/* A data set, open. */
typedef struct nn_reading {
    const char *file, *path;
    hid_t set, space;
    nn_store_info info;
} nn_reading;

static void end_reading(nn_reading *r) {
    if (r->space >= 0) H5Sclose(r->space);
    if (r->set >= 0) H5Dclose(r->set);
}

static nn_status find_type(nn_reading *r) {
    hid_t type = H5Dget_type(r->set);
    const char *wrong =
        type < 0 ? "elements of a damaged type" : nn_store_dtype_of(type, &r->info.dtype);
    if (type >= 0) H5Tclose(type);
    if (!wrong) return NN_OK;
    return nn_error(NN_BAD_DATA, "%s: data set %s: numbers were expected, but it holds %s", r->file,
                    r->path, wrong);
}

static nn_status find_shape(nn_reading *r) {
    hsize_t dim[H5S_MAX_RANK];
    r->space = H5Dget_space(r->set);
    if (H5Sget_simple_extent_type(r->space) == H5S_NULL)
        return nn_error(NN_BAD_DATA, "%s: data set %s: it is empty (a null dataspace)", r->file,
                        r->path);
    r->info.rank = H5Sget_simple_extent_dims(r->space, dim, NULL);
    if (r->info.rank < 0)
        return nn_error(NN_BAD_DATA, "%s: data set %s: its shape is damaged (HDF5: %s)", r->file,
                        r->path, nn_store_reason());
    int64_t elements = 1;
    for (int i = 0; i < r->info.rank; i++) {
        r->info.dim[i] = (int64_t)dim[i];
        bool huge = dim[i] > INT64_MAX;
        if (dim[i] > 0) huge |= __builtin_mul_overflow(elements, r->info.dim[i], &elements);
        if (huge)
            return nn_error(NN_BAD_DATA, "%s: data set %s: its shape has more than 2^63 elements",
                            r->file, r->path);
    }
    return NN_OK;
}

static void find_layout(nn_reading *r) {
    hsize_t chunk[H5S_MAX_RANK];
    hid_t list = H5Dget_create_plist(r->set);
    if (list >= 0 && H5Pget_layout(list) == H5D_CHUNKED &&
        H5Pget_chunk(list, H5S_MAX_RANK, chunk) > 0)
        r->info.chunk_rows = (int64_t)chunk[0];
    if (list >= 0) H5Pclose(list);
    r->info.stored_bytes = (int64_t)H5Dget_storage_size(r->set);
}

static nn_status begin_reading(nn_store *store, const char *path, nn_reading *r) {
    *r = (nn_reading){.file = store->file, .path = path, .set = -1, .space = -1};
    if (!nn_store_has(store, path)) return nn_store_missing(store, path, "data set");
    if (nn_store_is_group(store, path))
        return nn_error(NN_NO_INPUT, "%s: %s is a group; a data set was expected", store->file,
                        path);
    r->set = H5Dopen2(store->id, path, H5P_DEFAULT);
    if (r->set < 0)
        return nn_error(nn_store_blame(NN_BAD_DATA), "%s: data set %s: it is damaged (HDF5: %s)",
                        store->file, path, nn_store_reason());
    NN_TRY(find_type(r));
    NN_TRY(find_shape(r));
    find_layout(r);
    return NN_OK;
}

nn_status nn_store_describe(nn_store *store, const char *path, nn_store_info *info) {
    NN_GUARD(nn_guard_caught(store));
    nn_reading r;
    nn_status status = begin_reading(store, path, &r);
    *info = r.info;
    end_reading(&r);
    nn_guard_leave();
    return status;
}

/* What is selected of the file's space, a box, into `out`. The memory is described by the same box:
 * HDF5 goes element by element where the two have other shapes. */
static nn_status read_selected(nn_reading *r, nn_dtype dtype, void *out) {
    hsize_t size[H5S_MAX_RANK] = {1}, last[H5S_MAX_RANK] = {0};
    if (H5Sget_select_npoints(r->space) == 0) return NN_OK;
    if (r->info.rank > 0) H5Sget_select_bounds(r->space, size, last);
    for (int i = 0; i < r->info.rank; i++) size[i] = last[i] - size[i] + 1;
    hid_t memory = H5Screate_simple(r->info.rank, size, NULL);
    nn_status status = NN_OK;
    if (H5Dread(r->set, nn_store_native(dtype), memory, r->space, H5P_DEFAULT, out) < 0)
        status =
            nn_error(nn_store_blame(NN_BAD_DATA), "%s: data set %s: it cannot be read (HDF5: %s)",
                     r->file, r->path, nn_store_reason());
    H5Sclose(memory);
    return status;
}

static nn_status select_rows(nn_reading *r, int64_t first, int64_t count) {
    int64_t rows = r->info.rank ? r->info.dim[0] : 1;
    if (first < 0 || count < 0 || first > rows || count > rows - first)
        return nn_error(NN_BAD_DATA,
                        "%s: data set %s: %lld rows from row %lld were asked for, but it has %lld",
                        r->file, r->path, (long long)count, (long long)first, (long long)rows);
    hsize_t start[H5S_MAX_RANK] = {(hsize_t)first}, size[H5S_MAX_RANK] = {(hsize_t)count};
    bool none = count == 0;
    for (int i = 1; i < r->info.rank; i++) {
        size[i] = (hsize_t)r->info.dim[i];
        none |= size[i] == 0;
    }
    if (none)
        H5Sselect_none(r->space);
    else if (r->info.rank > 0)
        H5Sselect_hyperslab(r->space, H5S_SELECT_SET, start, NULL, size, NULL);
    return NN_OK;
}

/* Rows of a piece. HDF5 unpacks each chunk once where pieces end with chunks. */
static int64_t rows_of_piece(const nn_reading *r, nn_dtype dtype) {
    int64_t bytes = nn_dtype_size(dtype), chunk = r->info.chunk_rows > 1 ? r->info.chunk_rows : 1;
    for (int i = 1; i < r->info.rank; i++)
        if (__builtin_mul_overflow(bytes, r->info.dim[i], &bytes)) bytes = INT64_MAX;
    int64_t rows = bytes > 0 ? NN_PIECE_BYTES / bytes : INT64_MAX;
    return rows > chunk ? rows / chunk * chunk : chunk;
}

static nn_status read_pieces(nn_reading *r, int64_t first, int64_t count, nn_dtype dtype,
                             void *out) {
    NN_TRY(select_rows(r, first, count)); /* all of them are there */
    int64_t most = rows_of_piece(r, dtype), end = first + count;
    char *to = out;
    for (int64_t at = first, next; at < end; at = next) {
        next = end - at > most ? (at / most + 1) * most : end;
        NN_TRY(select_rows(r, at, next - at));
        NN_TRY(read_selected(r, dtype, to));
        to += H5Sget_select_npoints(r->space) * nn_dtype_size(dtype);
        nn_place_beat();
    }
    return NN_OK;
}

nn_status nn_store_read_rows(nn_store *store, const char *path, int64_t first, int64_t count,
                             nn_dtype dtype, void *out) {
    NN_GUARD(nn_guard_caught(store));
    nn_reading r;
    nn_status status = begin_reading(store, path, &r);
    if (status == NN_OK) status = read_pieces(&r, first, count, dtype, out);
    end_reading(&r);
    nn_guard_leave();
    return status;
}

nn_status nn_store_read(nn_store *store, const char *path, nn_dtype dtype, int64_t elements,
                        void *out) {
    NN_GUARD(nn_guard_caught(store));
    nn_reading r;
    nn_status status = begin_reading(store, path, &r);
    int64_t there = status == NN_OK ? (int64_t)H5Sget_simple_extent_npoints(r.space) : 0;
    if (status == NN_OK && there != elements)
        status =
            nn_error(NN_BAD_DATA, "%s: data set %s: %lld numbers were expected, but it has %lld",
                     store->file, path, (long long)elements, (long long)there);
    if (status == NN_OK) status = read_selected(&r, dtype, out);
    end_reading(&r);
    nn_guard_leave();
    nn_place_beat();
    return status;
}
