/* HDF5's error stack, boiled down to its most specific line. */
#include <stdio.h>
#include <string.h>

#include "inside.h"

#define NN_REASON_SIZE 400

static herr_t keep_first(unsigned n, const H5E_error2_t *error, void *text) {
    if (n == 0 && error->desc) snprintf(text, NN_REASON_SIZE, "%s", error->desc);
    return 0;
}

const char *nn_store_reason(void) {
    static char text[NN_REASON_SIZE];
    strcpy(text, "no reason given");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, text); /* upward: the innermost first */
    return text;
}

nn_status nn_store_blame(nn_status otherwise) {
    const char *reason = nn_store_reason();
    bool disk = strstr(reason, "file read failed") || strstr(reason, "file write failed");
    return disk ? NN_IO : otherwise;
}
