/* The inside of nn_store: what its files share. */
#ifndef NNMPI_STORE_INSIDE_H
#define NNMPI_STORE_INSIDE_H

#define H5_USE_110_API /* the same functions with HDF5 1.10, 1.12 and 1.14 */
#include <hdf5.h>
#include <setjmp.h>

#include "nnmpi/store.h"

struct nn_store {
    hid_t id;
    char *file;
    bool writing;
    bool broken; /* HDF5 failed in it: leave it alone */
};

/* From now on HDF5's errors are not printed; why its last call failed is kept. */
void nn_store_keep_reasons(void);
/* HDF5's most specific text about its last failure. Static, until the next failure. */
const char *nn_store_reason(void);
/* NN_IO when HDF5's last failure was one of the disk, else `otherwise`. */
nn_status nn_store_blame(nn_status otherwise);

/* Between NN_GUARD and nn_guard_leave a signal within HDF5 ends the function: it returns `result`,
 * an expression that holds nn_guard_caught(store). Guards may be nested; the outermost counts. */
#define NN_GUARD(result)                                                                           \
    do {                                                                                           \
        if (nn_guard_enter()) {                                                                    \
            if (sigsetjmp(nn_guard_jump, 1)) return result;                                        \
        }                                                                                          \
    } while (0)
extern sigjmp_buf nn_guard_jump;
bool nn_guard_enter(void);
void nn_guard_leave(void);
nn_status nn_guard_caught(nn_store *store);
int nn_guard_crashes(void); /* that were caught so far */

/* The type of arrays in memory. Not to be closed. */
hid_t nn_store_native(nn_dtype dtype);
/* The native type that holds every value of `type` (a long double is rounded to float64). Returns
 * NULL, or what the type is when it is not a number. */
const char *nn_store_dtype_of(hid_t type, nn_dtype *dtype);

/* Texts: of the elements of `type` that `read` reads, a block as nn_store_read_texts gives it; NULL
 * if HDF5 cannot, or there is no memory. *raw, NULL before: to be freed in any case, outside the
 * guard, so that nothing is lost when HDF5 crashes and is left by a jump. */
typedef bool nn_raw_reader(void *context, hid_t type, void *raw);
char **nn_texts_read(hid_t type, hid_t space, nn_raw_reader *read, void *context, char **raw);
/* Texts side by side, zeros at their ends; `block` by malloc, NULL if it has more bytes than
 * `most`. */
typedef struct nn_packed {
    size_t size; /* bytes of one: the longest, at least 1 */
    bool ascii;
    char *block;
} nn_packed;
nn_packed nn_texts_pack(const char *const *texts, int n, size_t most);
hid_t nn_text_type(size_t size, bool ascii); /* to be closed */

hid_t nn_store_links(void); /* a link list that makes the groups on the way; to be closed */
/* nn_store_write for any type of elements. */
nn_status nn_store_write_typed(nn_store *store, const char *path, hid_t type, int rank,
                               const int64_t *dim, const void *data);

/* Opens a group or data set; a negative id when there is none. */
hid_t nn_store_object(nn_store *store, const char *path);
/* The error that says that there is no `path`, and what there is instead, nearest first. */
nn_status nn_store_missing(nn_store *store, const char *path, const char *what);

#endif
