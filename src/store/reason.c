/* HDF5's error stack, boiled down to its most telling line. */
#include <stdio.h>
#include <string.h>

#include "inside.h"

static char last_reason[400];

/* The innermost line; but of a filter that is not there the one that names it. */
static herr_t choose(unsigned n, const H5E_error2_t *error, void *unused) {
    if (!error->desc) return 0;
    bool tells = n == 0 || strncmp(error->desc, "required filter", 15) == 0;
    if (tells) snprintf(last_reason, sizeof last_reason, "%s", error->desc);
    return 0;
}

/* HDF5 calls this at the end of every call of its interface that failed. */
static herr_t keep_reason(hid_t stack, void *unused) {
    strcpy(last_reason, "no reason given");
    return H5Ewalk2(stack, H5E_WALK_UPWARD, choose, NULL); /* upward: the innermost first */
}

void nn_store_keep_reasons(void) {
    H5Eset_auto2(H5E_DEFAULT, keep_reason, NULL);
}

const char *nn_store_reason(void) {
    return last_reason;
}

nn_status nn_store_blame(nn_status otherwise) {
    bool disk = strstr(last_reason, "file read failed") || strstr(last_reason, "file write failed");
    return disk ? NN_IO : otherwise;
}
