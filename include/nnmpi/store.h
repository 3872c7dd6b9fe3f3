/* HDF5 files. Floor 1; the only door to hdf5.h (serial HDF5).
 *
 * Every failure names the file and the object. HDF5's own error stack is not printed. */
#ifndef NNMPI_STORE_H
#define NNMPI_STORE_H

#include "nnmpi/real.h"
#include "nnmpi/shape.h"
#include "nnmpi/status.h"
#include <stddef.h>

typedef struct nn_store nn_store;

typedef struct nn_store_info {
    nn_dtype dtype; /* the native type that holds every value of the file's type */
    int rank;       /* axes, the samples' included */
    int64_t dim[32];
    int64_t chunk_rows; /* rows of one chunk; 0: contiguous */
    int64_t stored_bytes;
} nn_store_info;

/* Opens read-only (NN_NO_INPUT: no such file or no right; NN_BAD_DATA: not HDF5 or truncated). */
nn_status nn_store_open(nn_store **store, const char *file);
/* Creates or truncates; default libver bounds, no times in objects, so equal content is equal
 * bytes. */
nn_status nn_store_create(nn_store **store, const char *file);
/* Flushes and closes; NULL is allowed. An error of writing shows here at the latest (NN_IO). */
nn_status nn_store_close(nn_store *store);
/* Set where the program around us is another's, which may use HDF5 itself: then how HDF5 ends is
 * its affair, and signals within HDF5 are. */
extern bool nn_store_guest;
/* Closes a file that was created under another name and gives it the name `path`: fsync, rename,
 * fsync of the folder. If `status` is a failure, or one of these fails, the file is removed.
 * Returns what failed first. */
nn_status nn_store_publish(nn_store *store, const char *path, nn_status status);
const char *nn_store_file(const nn_store *store);
/* HDF5 failed in the file, which is damaged: NN_BAD_DATA and its message are kept. */
bool nn_store_failed(const nn_store *store);

/* ---- reading ---- */
bool nn_store_has(nn_store *store, const char *path); /* a group or data set is there */
bool nn_store_is_group(nn_store *store, const char *path);
/* NN_NO_INPUT: no such data set (the message lists what there is, nearest first);
 * NN_BAD_DATA: not numbers. */
nn_status nn_store_describe(nn_store *store, const char *path, nn_store_info *info);
/* The same of data sets of any type, for people. NN_BAD_DATA: it cannot be opened. */
typedef struct nn_store_details {
    bool numbers; /* else they cannot be read as such */
    nn_dtype dtype;
    char type[64];        /* "uint8", "text", ... */
    bool empty;           /* no shape at all */
    int rank, chunk_rank; /* chunk_rank 0: it is not in chunks */
    int64_t dim[32], chunk[32];
    int64_t elements, element_bytes, stored_bytes;
    char filters[128]; /* "shuffle, gzip 4"; "": none */
} nn_store_details;
nn_status nn_store_detail(nn_store *store, const char *path, nn_store_details *details);
/* Calls `visit` for each attribute, in order of name; `value` is "" if it is no text and no number.
 */
typedef void nn_store_attribute_visitor(void *context, const char *name, const char *value);
void nn_store_attributes(nn_store *store, const char *path, nn_store_attribute_visitor *visit,
                         void *context);
/* Rows [first, first + count) of axis 0 converted to `dtype`; a whole scalar if rank is 0. */
nn_status nn_store_read_rows(nn_store *store, const char *path, int64_t first, int64_t count,
                             nn_dtype dtype, void *out);
/* All of it; `elements` must be its size (NN_BAD_DATA otherwise). */
nn_status nn_store_read(nn_store *store, const char *path, nn_dtype dtype, int64_t elements,
                        void *out);
/* Calls `visit` for every object below `group` in order of name, with its full path; stops at the
 * first status that is not NN_OK and returns it. */
typedef nn_status nn_store_visitor(void *context, nn_store *store, const char *path, bool is_group);
nn_status nn_store_walk(nn_store *store, const char *group, nn_store_visitor *visit, void *context);

/* A data set of texts, of fixed or varying length: a list by malloc, one block, free with free().
 * NN_BAD_DATA: not texts. */
bool nn_store_is_words(nn_store *store, const char *path);
nn_status nn_store_read_words(nn_store *store, const char *path, char ***words, int *n);

bool nn_store_has_attribute(nn_store *store, const char *path, const char *name);
/* *text by malloc. Fixed and variable length strings are read. */
nn_status nn_store_read_text(nn_store *store, const char *path, const char *name, char **text);
/* A list of texts, by malloc: one block, free with free(). */
nn_status nn_store_read_texts(nn_store *store, const char *path, const char *name, char ***texts,
                              int *n);
nn_status nn_store_read_int(nn_store *store, const char *path, const char *name, int64_t *value);
nn_status nn_store_read_real(nn_store *store, const char *path, const char *name, double *value);

/* ---- writing ---- (groups on the way are made) */
nn_status nn_store_group(nn_store *store, const char *path);
/* Contiguous, no filters; rank 0 writes a scalar. */
nn_status nn_store_write(nn_store *store, const char *path, nn_dtype dtype, int rank,
                         const int64_t *dim, const void *data);
/* A data set of n > 0 rows of this shape that are appended in order, some at a time: chunks of
 * whole rows, memory for one chunk. close writes what is left; NULL is allowed. */
typedef struct nn_store_rows nn_store_rows;
nn_status nn_store_rows_create(nn_store_rows **rows, nn_store *store, const char *path,
                               nn_dtype dtype, int64_t n, const nn_shape *row);
nn_status nn_store_rows_append(nn_store_rows *rows, int64_t n, const void *data);
nn_status nn_store_rows_close(nn_store_rows *rows);
void nn_store_rows_abandon(nn_store_rows *rows);
/* A data set of n texts, of fixed length in UTF-8 as h5py's "S" with zeros at the end. */
nn_status nn_store_write_words(nn_store *store, const char *path, const char *const *words, int n);
/* Attributes of an object that exists. A long text is stored with variable length. */
nn_status nn_store_write_text(nn_store *store, const char *path, const char *name,
                              const char *text);
nn_status nn_store_write_texts(nn_store *store, const char *path, const char *name,
                               const char *const *texts, int n);
nn_status nn_store_write_int(nn_store *store, const char *path, const char *name, int64_t value);
nn_status nn_store_write_real(nn_store *store, const char *path, const char *name, double value);

const char *nn_store_version(void); /* "HDF5 1.10.8" */

#endif
