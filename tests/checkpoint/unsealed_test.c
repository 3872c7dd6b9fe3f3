/* resume: auto where the newest checkpoint is damaged and has no seal, so that HDF5 itself reads
 * the damage: the newest complete one is used and it is said; a crash inside HDF5 is one damaged
 * file, and the next one is read and written as ever.
 *
 * Not under the sanitizer, which ends the program where HDF5 1.10 reads beyond a damaged message.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/scratch.h"
#include "example.h"
#include "nnmpi/log.h"
#include "nnmpi/store.h"
#include "store/inside.h"

#define SEAL_BYTES 32

static nn_comm *comm;
static example *run;
static nn_checkpoint_options options;
static char *bytes; /* of step 2, without its seal */
static size_t n_bytes;

static void save(int64_t step) {
    char name[32];
    run->state.step = step;
    snprintf(name, sizeof name, "step_%lld", (long long)step);
    expect_ok(nn_checkpoint_save(&run->snapshot, &options, name, false, comm));
}

static int make_run(void **unused) {
    nn_log_setup(NN_QUIET, false);
    run = example_create(example_small, 5, 0);
    options = (nn_checkpoint_options){
        .directory = nn_arena_text(run->arena, scratch("run")), .resume = "auto", .present = true};
    expect_ok(nn_checkpoint_folder(options.directory, comm));
    save(1);
    save(2);
    bytes = scratch_read(scratch("run/step_2.h5"), &n_bytes);
    n_bytes -= SEAL_BYTES;
    return 0;
}

static int drop_run(void **unused) {
    free(bytes);
    example_destroy(run);
    return 0;
}

/* A new file: HDF5 knows those that a crash has left open in it by their numbers on the disk. */
static void write_newest(const char *content, size_t n) {
    unlink(scratch("run/step_2.h5"));
    scratch_write(scratch("run/step_2.h5"), content, n);
}

static const char *found(void) {
    const char *path;
    expect_ok(nn_checkpoint_find(&options, NULL, run->arena, comm, &path));
    return path ? strrchr(path, '/') + 1 : "none";
}

static void without_its_seal_a_whole_one_is_the_newest(void **unused) {
    write_newest(bytes, n_bytes);
    assert_string_equal(found(), "step_2.h5");
}

static void what_is_cut_or_of_somebody_else_is_passed_over(void **unused) {
    for (size_t cut = 1; cut < n_bytes; cut = cut * 3 + 5) {
        write_newest(bytes, n_bytes - cut); /* its end */
        assert_string_equal(found(), "step_1.h5");
        write_newest(bytes + cut, n_bytes - cut); /* its header */
        assert_string_equal(found(), "step_1.h5");
    }
    write_newest("epoch,loss\n1,0.5\n", 17);
    assert_string_equal(found(), "step_1.h5");
    write_newest("", 0);
    assert_string_equal(found(), "step_1.h5");
    unlink(scratch("run/step_2.h5"));
    assert_int_equal(mkdir(scratch("run/step_2.h5"), 0777), 0);
    assert_string_equal(found(), "step_1.h5");
    rmdir(scratch("run/step_2.h5"));
    assert_int_equal(symlink("nowhere", scratch("run/step_2.h5")), 0);
    assert_string_equal(found(), "step_1.h5");
    assert_int_equal(mkfifo(scratch("run/step_3.h5"), 0600), 0);
    assert_string_equal(found(), "step_1.h5");
    unlink(scratch("run/step_3.h5"));
}

static void without_checksums_it_is_passed_over(void **unused) {
    char *at = memmem(bytes, n_bytes, "checksums", 9);
    assert_non_null(at);
    char *copy = malloc(n_bytes);
    assert_non_null(copy);
    memcpy(copy, bytes, n_bytes);
    for (char *name = copy; (name = memmem(name, n_bytes - (size_t)(name - copy), "checksums", 9));)
        memcpy(name, "checksumz", 9);
    write_newest(copy, n_bytes);
    free(copy);
    assert_string_equal(found(), "step_1.h5");
}

/* Damage of several bytes. What is found must be whole: in unused bytes it is no damage. */
static void whatever_is_damaged_the_newest_complete_one_is_found(void **unused) {
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    char *copy = malloc(n_bytes);
    assert_non_null(copy);
    uint32_t random = 12345;
    int passed_over = 0, before = nn_guard_crashes();
    for (int turn = 0; turn < 400; turn++) {
        memcpy(copy, bytes, n_bytes);
        for (int i = 0; i < 1 + turn % 40; i++) {
            random = random * 1664525 + 1013904223;
            copy[(random >> 4) % n_bytes] = (char)(random >> 24);
        }
        write_newest(copy, n_bytes);
        const char *file = found();
        if (strcmp(file, "step_1.h5") == 0)
            passed_over++;
        else if (strcmp(file, "step_2.h5") != 0)
            fail_msg("turn %d: %s", turn, file);
    }
    free(copy);
    printf("%d of 400 passed over, %d crashes inside HDF5\n", passed_over,
           nn_guard_crashes() - before);
    assert_true(passed_over > 300);
    unlink(scratch("run/step_2.h5"));
    save(3); /* and HDF5 writes */
    assert_string_equal(found(), "step_3.h5");
    unlink(scratch("run/step_3.h5"));
}

static nn_status crash(nn_store *store, int signal) {
    NN_GUARD(nn_guard_caught(store));
    hid_t group = H5Gopen2(store->id, "/model_weights", H5P_DEFAULT);
    raise(signal);
    H5Gclose(group);
    nn_guard_leave();
    return NN_OK;
}

static void after_a_crash_inside_hdf5_other_files_are_read_and_written(void **unused) {
    static const int signals[] = {SIGFPE, SIGSEGV, SIGBUS};
    for (int i = 0; i < 3; i++) {
        nn_store *store;
        expect_ok(nn_store_open(&store, scratch("run/step_1.h5")));
        EXPECT_ERROR(crash(store, signals[i]), NN_BAD_DATA, "step_1.h5", "damaged");
        expect_ok(nn_store_close(store));
        save(4 + i);
        expect_ok(nn_checkpoint_verify(scratch("run/step_1.h5")));
        assert_memory_equal(found(), "step_", 5);
        assert_int_equal(found()[5], '4' + i);
    }
}

int main(int argc, char **argv) {
    expect_ok(nn_comm_start(&comm, &argc, &argv));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_its_seal_a_whole_one_is_the_newest),
        cmocka_unit_test(what_is_cut_or_of_somebody_else_is_passed_over),
        cmocka_unit_test(without_checksums_it_is_passed_over),
        cmocka_unit_test(whatever_is_damaged_the_newest_complete_one_is_found),
        cmocka_unit_test(after_a_crash_inside_hdf5_other_files_are_read_and_written),
    };
    int failed = cmocka_run_group_tests(tests, make_run, drop_run);
    nn_comm_finish(comm);
    return failed;
}
