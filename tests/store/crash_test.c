/* HDF5 that crashes while it reads texts: an error, and no memory of ours is lost by the jump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "common/scratch.h"
#include "store/inside.h"

#define LONG ((size_t)16 << 20) /* bytes of the text; HDF5 keeps a megabyte of each turn */

static bool crashes;

/* In the place of HDF5's own, for this program. */
herr_t H5Dread(hid_t set, hid_t type, hid_t memory, hid_t file, hid_t transfer, void *out) {
    if (crashes) raise(SIGSEGV);
    herr_t (*real)(hid_t, hid_t, hid_t, hid_t, hid_t, void *) = dlsym(RTLD_NEXT, "H5Dread");
    return real(set, type, memory, file, transfer, out);
}

static char *long_text(size_t n) {
    char *text = malloc(n + 1);
    assert_non_null(text);
    memset(text, 'x', n);
    text[n] = '\0';
    return text;
}

static void write_file(const char *path) {
    nn_store *store;
    char *word = long_text(LONG);
    expect_ok(nn_store_create(&store, path));
    expect_ok(nn_store_write_words(store, "/words", (const char *[]){word}, 1));
    expect_ok(nn_store_close(store));
    free(word);
}

static void read_well(void) {
    nn_store *store;
    char **words;
    int n;
    crashes = false;
    write_file(scratch("whole.h5"));
    expect_ok(nn_store_open(&store, scratch("whole.h5")));
    expect_ok(nn_store_read_words(store, "/words", &words, &n));
    assert_int_equal(n, 1);
    assert_int_equal(strlen(words[0]), LONG);
    free(words);
    expect_ok(nn_store_close(store));
}

/* Each crash has a file of its own, which HDF5 keeps open. */
static void crash(int i) {
    nn_store *store;
    char **words, path[32];
    int n;
    snprintf(path, sizeof path, "crash_%d.h5", i);
    crashes = false;
    write_file(scratch(path));
    expect_ok(nn_store_open(&store, scratch(path)));
    crashes = true;
    EXPECT_ERROR(nn_store_read_words(store, "/words", &words, &n), NN_BAD_DATA, path, "damaged");
    assert_null(words);
    expect_ok(nn_store_close(store));
    unlink(scratch(path));
}

static size_t in_use(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void a_crash_while_texts_are_read_loses_no_memory(void **unused) {
    enum { TURNS = 8 };
    read_well();
    crash(0);
    size_t before = in_use();
    for (int i = 1; i <= TURNS; i++) crash(i);
    size_t after = in_use();
    if (after > before && after - before > TURNS * LONG / 2)
        fail_msg("%zu bytes are lost in each crash", (after - before) / TURNS);
    read_well();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_while_texts_are_read_loses_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
