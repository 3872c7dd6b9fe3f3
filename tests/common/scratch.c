#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static pid_t owner;

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *at) {
    return remove(path);
}

static void remove_folder(void) {
    if (getpid() == owner) nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *scratch(const char *name) {
    static char path[16][256];
    static int at;
    if (!folder[0]) {
        strcpy(folder, "/tmp/nnmpi-test-XXXXXX");
        assert_non_null(mkdtemp(folder));
        owner = getpid();
        atexit(remove_folder);
    }
    char *text = path[at++ % 16];
    snprintf(text, sizeof path[0], "%s/%s", folder, name);
    return text;
}

void scratch_write(const char *path, const void *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

char *scratch_read(const char *path, size_t *n) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *n = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*n + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, file), *n);
    bytes[*n] = '\0';
    fclose(file);
    return bytes;
}

/* The message kept, taken: the next test begins without one. */
static const char *take_message(void) {
    static char text[4096];
    snprintf(text, sizeof text, "%s", nn_error_message());
    nn_error_clear();
    return text;
}

void expect_error(nn_status status, nn_status expected, const char *const *words) {
    const char *message = take_message();
    if (status != expected)
        fail_msg("%s was expected, but it is %s: %s", nn_status_name(expected),
                 nn_status_name(status), message);
    for (; *words; words++)
        if (!strstr(message, *words)) fail_msg("`%s` is not in the message: %s", *words, message);
}

void expect_ok(nn_status status) {
    const char *message = take_message();
    if (status != NN_OK || *message) fail_msg("%s: %s", nn_status_name(status), message);
}
