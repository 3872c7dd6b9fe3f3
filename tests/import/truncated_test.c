/* A file that ends too early, at whatever byte, or goes on too long, or has a byte of its header
 * changed, is refused or read: it never crashes, and what is refused leaves no file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/scratch.h"
#include "nnmpi/import.h"
#include "nnmpi/log.h"

typedef nn_status nn_importer(const nn_import *import, const nn_import_arrays_options *options);

static nn_status status_of(nn_importer *importer, const char *bytes, size_t n) {
    scratch_write(scratch("array"), bytes, n);
    nn_import import = {.out = scratch("out.h5"), .force = true};
    nn_import_arrays_options options = {.file = {{scratch("array")}}};
    nn_status status = importer(&import, &options);
    assert_int_equal(access(scratch("out.h5"), F_OK) == 0, status == NN_OK);
    assert_int_not_equal(access(scratch("out.h5.tmp"), F_OK), 0);
    unlink(scratch("out.h5"));
    return status;
}

/* `header`: bytes of it, of n. */
static void hurt(nn_importer *importer, const char *bytes, size_t n, size_t header) {
    char *copy = malloc(n + 1);
    memcpy(copy, bytes, n);
    expect_ok(status_of(importer, copy, n));
    for (size_t end = 0; end < n; end++)
        EXPECT_ERROR(status_of(importer, copy, end), NN_BAD_DATA, "array: ");
    copy[n] = 0;
    EXPECT_ERROR(status_of(importer, copy, n + 1), NN_BAD_DATA, "array: there is more after");
    for (size_t at = 0; at < header; at++)
        for (int change = 1; change < 256; change *= 3) {
            copy[at] = (char)(bytes[at] ^ change);
            nn_status status = status_of(importer, copy, n);
            assert_true(status == NN_OK || status == NN_BAD_DATA || status == NN_NO_MEMORY);
            nn_error_clear();
            copy[at] = bytes[at];
        }
    free(copy);
}

static void idx_files_that_are_cut_or_damaged_are_refused(void **unused) {
    const char bytes[] = "\0\0\x0b\2\0\0\0\5\0\0\0\3abcdefghijklmnopqrstuvwxyz0123";
    hurt(nn_import_idx, bytes, sizeof bytes - 1, 12);
}

static void npy_files_that_are_cut_or_damaged_are_refused(void **unused) {
    const char bytes[] = "\x93NUMPY\1\0\x46\0{'descr': '<i2', 'fortran_order': False, 'shape': (5, "
                         "3), }          \nabcdefghijklmnopqrstuvwxyz0123";
    hurt(nn_import_npy, bytes, sizeof bytes - 1, 80);
}

int main(void) {
    nn_log_setup(NN_QUIET, true);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idx_files_that_are_cut_or_damaged_are_refused),
        cmocka_unit_test(npy_files_that_are_cut_or_damaged_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
