/* A data set written row after row: memory for one chunk, whatever its size. */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

#define NN_CHUNK_BYTES ((int64_t)256 << 10) /* of a chunk, when a row is smaller */

struct nn_store_rows {
    nn_store *store;
    char *path;
    hid_t set;
    nn_dtype dtype;
    int rank; /* axes, that of the rows included */
    hsize_t dim[H5S_MAX_RANK];
    int64_t row_bytes, chunk_rows;
    int64_t written, waiting; /* rows in the file; rows in `chunk` */
    char *chunk;
};

static nn_status failed(nn_store_rows *rows) {
    return nn_error(NN_IO, "%s: data set %s cannot be written (HDF5: %s)", rows->store->file,
                    rows->path, nn_store_reason());
}

static nn_status create_set(nn_store_rows *rows) {
    hsize_t chunk[H5S_MAX_RANK];
    memcpy(chunk, rows->dim, sizeof chunk);
    chunk[0] = (hsize_t)rows->chunk_rows;
    hid_t links = nn_store_links(), creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(rows->rank, rows->dim, NULL);
    H5Pset_obj_track_times(creation, false);
    H5Pset_chunk(creation, rows->rank, chunk);
    H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER); /* every row is written */
    rows->set = H5Dcreate2(rows->store->id, rows->path, nn_store_native(rows->dtype), space, links,
                           creation, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(creation);
    H5Pclose(links);
    return rows->set < 0 ? failed(rows) : NN_OK;
}

static void free_rows(nn_store_rows *rows) {
    if (rows->set >= 0) H5Dclose(rows->set);
    free(rows->chunk);
    free(rows->path);
    free(rows);
}

nn_status nn_store_rows_create(nn_store_rows **out, nn_store *store, const char *path,
                               nn_dtype dtype, int64_t n, const nn_shape *row) {
    *out = NULL;
    nn_store_rows *rows = calloc(1, sizeof *rows);
    if (!rows) nn_panic("out of memory");
    *rows = (nn_store_rows){.store = store, .path = strdup(path), .set = -1, .dtype = dtype};
    rows->rank = row->rank + 1;
    rows->dim[0] = (hsize_t)n;
    for (int i = 0; i < row->rank; i++) rows->dim[i + 1] = (hsize_t)row->dim[i];
    rows->row_bytes = nn_shape_size(row) * nn_dtype_size(dtype);
    nn_assert(n > 0 && rows->row_bytes > 0);
    rows->chunk_rows = rows->row_bytes < NN_CHUNK_BYTES ? NN_CHUNK_BYTES / rows->row_bytes : 1;
    if (rows->chunk_rows > n) rows->chunk_rows = n;
    nn_status status = NN_OK;
    if (rows->chunk_rows * rows->row_bytes > UINT32_MAX)
        status = nn_error(NN_BAD_DATA, "%s: data set %s: a sample of %lld bytes is too large",
                          store->file, path, (long long)rows->row_bytes);
    rows->chunk = status == NN_OK ? malloc((size_t)(rows->chunk_rows * rows->row_bytes)) : NULL;
    if (status == NN_OK && !rows->chunk)
        status = nn_error(NN_NO_MEMORY, "no memory for a sample of %lld bytes",
                          (long long)rows->row_bytes);
    if (status == NN_OK) status = create_set(rows);
    if (status == NN_OK)
        *out = rows;
    else
        free_rows(rows);
    return status;
}

static nn_status write_chunk(nn_store_rows *rows) {
    hsize_t start[H5S_MAX_RANK] = {(hsize_t)rows->written}, size[H5S_MAX_RANK];
    if (rows->waiting == 0) return NN_OK;
    memcpy(size, rows->dim, sizeof size);
    size[0] = (hsize_t)rows->waiting;
    hid_t space = H5Dget_space(rows->set), memory = H5Screate_simple(rows->rank, size, NULL);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, size, NULL);
    nn_status status = NN_OK;
    if (H5Dwrite(rows->set, nn_store_native(rows->dtype), memory, space, H5P_DEFAULT, rows->chunk) <
        0)
        status = failed(rows);
    H5Sclose(memory);
    H5Sclose(space);
    rows->written += rows->waiting;
    rows->waiting = 0;
    return status;
}

nn_status nn_store_rows_append(nn_store_rows *rows, int64_t n, const void *data) {
    const char *from = data;
    nn_assert(rows->written + rows->waiting + n <= (int64_t)rows->dim[0]);
    while (n > 0) {
        int64_t room = rows->chunk_rows - rows->waiting, some = n < room ? n : room;
        memcpy(rows->chunk + rows->waiting * rows->row_bytes, from,
               (size_t)(some * rows->row_bytes));
        rows->waiting += some;
        from += some * rows->row_bytes;
        n -= some;
        if (rows->waiting == rows->chunk_rows) NN_TRY(write_chunk(rows));
    }
    return NN_OK;
}

void nn_store_rows_abandon(nn_store_rows *rows) {
    if (rows) free_rows(rows);
}

nn_status nn_store_rows_close(nn_store_rows *rows) {
    if (!rows) return NN_OK;
    nn_status status = write_chunk(rows);
    free_rows(rows);
    return status;
}
