/* The run folder: what is kept, what the links name, and what a failure leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checkpoint/seal.h"
#include "common/scratch.h"
#include "example.h"
#include "nnmpi/store.h"

static nn_comm *comm;
static example *run;

static int make_run(void **unused) {
    run = example_create(example_small, 5, 0);
    return 0;
}

static int drop_run(void **unused) {
    example_destroy(run);
    return 0;
}

/* A new folder for the checkpoints of a test. */
static nn_checkpoint_options options_in(const char *folder, int64_t keep) {
    nn_checkpoint_options options = {
        .directory = nn_arena_text(run->arena, scratch(folder)), .keep = keep, .present = true};
    expect_ok(nn_checkpoint_folder(options.directory, comm));
    return options;
}

static nn_status save(const nn_checkpoint_options *options, int64_t step, bool best) {
    char name[32];
    run->state.step = step;
    snprintf(name, sizeof name, "step_%lld", (long long)step);
    return nn_checkpoint_save(&run->snapshot, options, name, best, comm);
}

static const char *in(const nn_checkpoint_options *options, const char *name) {
    return nn_arena_format(run->arena, "%s/%s", options->directory, name);
}

static bool exists(const nn_checkpoint_options *options, const char *name) {
    struct stat about;
    return lstat(in(options, name), &about) == 0;
}

static void link_names(const nn_checkpoint_options *options, const char *link, const char *name) {
    char target[256] = "";
    assert_true(readlink(in(options, link), target, sizeof target - 1) > 0);
    assert_string_equal(target, name);
}

static const char *found(nn_checkpoint_options options, const char *resume) {
    const char *path;
    options.resume = resume;
    expect_ok(nn_checkpoint_find(&options, NULL, run->arena, comm, &path));
    return path ? strrchr(path, '/') + 1 : "";
}

static void the_newest_are_kept_and_those_that_the_links_name(void **unused) {
    nn_checkpoint_options o = options_in("prune", 2);
    for (int step = 1; step <= 6; step++) expect_ok(save(&o, step, step == 2));
    assert_false(exists(&o, "step_1.h5"));
    assert_true(exists(&o, "step_2.h5"));
    assert_false(exists(&o, "step_3.h5"));
    assert_false(exists(&o, "step_4.h5"));
    assert_true(exists(&o, "step_5.h5"));
    assert_true(exists(&o, "step_6.h5"));
    link_names(&o, "latest.h5", "step_6.h5");
    link_names(&o, "best.h5", "step_2.h5");
    expect_ok(nn_checkpoint_verify(in(&o, "latest.h5")));
    expect_ok(save(&o, 7, true)); /* the old best is now one of many */
    assert_false(exists(&o, "step_2.h5"));
}

static void keep_0_keeps_all(void **unused) {
    nn_checkpoint_options o = options_in("all", 0);
    for (int step = 1; step <= 5; step++) expect_ok(save(&o, step, false));
    assert_true(exists(&o, "step_1.h5"));
}

static void a_run_that_starts_over_replaces_the_old_one(void **unused) {
    nn_checkpoint_options o = options_in("over", 2);
    expect_ok(save(&o, 100, false));
    expect_ok(save(&o, 200, false));
    for (int step = 1; step <= 3; step++) expect_ok(save(&o, step, false));
    assert_false(exists(&o, "step_100.h5"));
    assert_false(exists(&o, "step_200.h5"));
    assert_true(exists(&o, "step_2.h5"));
    assert_string_equal(found(o, "auto"), "step_3.h5");
}

/* Whatever the old run has left, and however soon the new one is stopped. */
static void a_run_that_starts_over_is_gone_on_with_from_its_first_checkpoint_on(void **unused) {
    for (int keep = 0; keep <= 4; keep += 2) {
        nn_checkpoint_options o = options_in(keep == 0   ? "over0"
                                             : keep == 2 ? "over2"
                                                         : "over4",
                                             keep);
        for (int step = 100; step <= 400; step += 100) expect_ok(save(&o, step, false));
        expect_ok(save(&o, 50, false));
        assert_string_equal(found(o, "auto"), "step_50.h5");
        expect_ok(save(&o, 100, false)); /* in the place of an old one */
        assert_string_equal(found(o, "auto"), "step_100.h5");
        expect_ok(save(&o, 70, false)); /* again, from step_50.h5 */
        assert_string_equal(found(o, "auto"), "step_70.h5");
        expect_ok(save(&o, 80, false));
        assert_string_equal(found(o, "auto"), "step_80.h5");
        assert_true(exists(&o, "step_300.h5") == (keep == 0)); /* keep: 0 removes nothing */
    }
}

/* Where the newest is damaged, the next is of the steps before it, not what it has turned from. */
static void after_a_return_the_steps_before_it_are_newer_than_those_after(void **unused) {
    nn_checkpoint_options o = options_in("turn", 0);
    for (int step = 10; step <= 30; step += 10) expect_ok(save(&o, step, false));
    expect_ok(save(&o, 25, false));
    scratch_write(in(&o, "step_25.h5"), "x", 1);
    assert_string_equal(found(o, "auto"), "step_30.h5"); /* nothing tells of the return any more */
    expect_ok(save(&o, 25, false));
    size_t n;
    char *bytes = scratch_read(in(&o, "step_25.h5"), &n);
    bytes[n / 2] ^= 1;
    scratch_write(in(&o, "step_25.h5"), bytes, n);
    free(bytes);
    assert_string_equal(found(o, "auto"), "step_20.h5");
}

/* Killed after the new file has its name and before the link has it. */
static void a_checkpoint_that_the_link_does_not_name_yet_is_found(void **unused) {
    nn_checkpoint_options o = options_in("unlinked", 0);
    for (int step = 10; step <= 30; step += 10) expect_ok(save(&o, step, false));
    assert_int_equal(unlink(in(&o, "latest.h5")), 0);
    assert_int_equal(symlink("step_20.h5", in(&o, "latest.h5")), 0);
    assert_string_equal(found(o, "auto"), "step_30.h5");
    expect_ok(save(&o, 5, false)); /* a new run's first one */
    assert_int_equal(unlink(in(&o, "latest.h5")), 0);
    assert_int_equal(symlink("step_30.h5", in(&o, "latest.h5")), 0);
    assert_string_equal(found(o, "auto"), "step_5.h5");
    expect_ok(save(&o, 300, false));
    assert_string_equal(found(o, "auto"), "step_300.h5");
}

static const char *foreign_file(const nn_checkpoint_options *options) {
    const char *path = in(options, "foreign.h5");
    scratch_write(path, "x", 1);
    return path;
}

/* What a run remembers of its folder is what is there; the folder is looked through once: a newer
 * file that is put into it later is not seen. */
static void a_run_that_remembers_the_newest_writes_the_same_ages(void **unused) {
    const int steps[] = {40, 50, 20, 30, 30, 60, 10, 70};
    nn_checkpoint_options looks = options_in("looks", 0), knows = options_in("knows", 0);
    nn_age newest = nn_no_age;
    expect_ok(save(&looks, 100, false)); /* of an earlier run */
    expect_ok(save(&knows, 100, false));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        nn_age a, b;
        const char *name = nn_arena_format(run->arena, "step_%d.h5", steps[i]);
        expect_ok(save(&looks, steps[i], false));
        run->snapshot.newest = &newest;
        expect_ok(save(&knows, steps[i], false));
        run->snapshot.newest = NULL;
        assert_true(nn_seal_read(in(&looks, name), &a) && nn_seal_read(in(&knows, name), &b));
        assert_int_equal(nn_age_compare(a, b), 0);
        assert_int_equal(nn_age_compare(b, newest), 0);
        if (i == 0) expect_ok(nn_seal_write(foreign_file(&knows), (nn_age){9, 1000}));
    }
}

/* Another program that changes a file takes the seal from it, where its age is. */
static void the_age_of_a_file_without_its_seal_is_inside(void **unused) {
    nn_checkpoint_options o = options_in("unsealed", 0);
    expect_ok(save(&o, 30, false));
    expect_ok(save(&o, 5, false));
    struct stat about;
    assert_int_equal(stat(in(&o, "step_5.h5"), &about), 0);
    assert_int_equal(truncate(in(&o, "step_5.h5"), about.st_size - 32), 0);
    assert_string_equal(found(o, "auto"), "step_5.h5");
    expect_ok(save(&o, 2, false)); /* what is written next is newer, too */
    assert_string_equal(found(o, "auto"), "step_2.h5");
}

static void a_folder_is_one_run_s(void **unused) {
    nn_checkpoint_options o = options_in("locked", 0);
    nn_checkpoint_lock *lock;
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        char done = nn_checkpoint_hold(o.directory, comm, &lock) == NN_OK && lock;
        if (write(ready[1], &done, 1) != 1) _exit(1);
        for (;;) pause();
    }
    char done = 0;
    assert_int_equal(read(ready[0], &done, 1), 1);
    assert_true(done);
    char process[64];
    snprintf(process, sizeof process, "process %lld on %s", (long long)child, nn_comm_host(comm));
    EXPECT_ERROR(nn_checkpoint_hold(o.directory, comm, &lock), NN_CANNOT_WRITE,
                 "locked: another run", process, ".lock");
    assert_null(lock);
    kill(child, SIGKILL); /* it may take a moment: that is waited for */
    expect_ok(nn_checkpoint_hold(o.directory, comm, &lock));
    assert_non_null(lock);
    waitpid(child, NULL, 0);
    nn_checkpoint_release(lock);
    expect_ok(nn_checkpoint_hold(o.directory, comm, &lock)); /* given back */
    nn_checkpoint_release(lock);
    close(ready[0]);
    close(ready[1]);
}

static void a_lock_is_no_link_out_of_the_folder_and_no_reason_to_fail(void **unused) {
    nn_checkpoint_options o = options_in("lock_link", 0);
    nn_checkpoint_lock *lock;
    scratch_write(scratch("victim"), "x", 1);
    assert_int_equal(symlink("../victim", in(&o, ".lock")), 0);
    expect_ok(nn_checkpoint_hold(o.directory, comm, &lock));
    nn_checkpoint_release(lock);
    size_t n;
    free(scratch_read(scratch("victim"), &n));
    assert_int_equal(n, 1);
    unlink(in(&o, ".lock"));
    assert_int_equal(mkdir(in(&o, ".lock"), 0777), 0);
    expect_ok(nn_checkpoint_hold(o.directory, comm, &lock));
    assert_null(lock);
}

static void what_a_killed_run_has_left_is_swept_once(void **unused) {
    nn_checkpoint_options o = options_in("swept", 0);
    scratch_write(in(&o, "step_9.h5.tmp"), "x", 1);
    nn_checkpoint_sweep(o.directory, comm);
    assert_false(exists(&o, "step_9.h5.tmp"));
    scratch_write(in(&o, "step_9.h5.tmp"), "x", 1); /* of whom the file is being written by now */
    expect_ok(save(&o, 1, false));
    assert_true(exists(&o, "step_9.h5.tmp"));
}

static void other_files_are_never_touched(void **unused) {
    nn_checkpoint_options o = options_in("mixed", 1);
    nn_store *store;
    expect_ok(nn_store_create(&store, in(&o, "data.h5")));
    expect_ok(nn_store_close(store));
    scratch_write(in(&o, "notes.txt"), "x", 1);
    for (int step = 1; step <= 3; step++) expect_ok(save(&o, step, false));
    assert_true(exists(&o, "data.h5"));
    assert_true(exists(&o, "notes.txt"));
    assert_false(exists(&o, "step_2.h5"));
}

static void resume_finds_the_newest_complete_one(void **unused) {
    nn_checkpoint_options o = options_in("find", 0);
    assert_string_equal(found(o, "auto"), "");
    for (int step = 8; step <= 11; step++) expect_ok(save(&o, step, false));
    assert_string_equal(found(o, "auto"), "step_11.h5");
    assert_string_equal(found(o, "required"), "step_11.h5");
    assert_string_equal(found(o, "never"), "");
    assert_string_equal(found(o, in(&o, "step_9.h5")), "step_9.h5");
    assert_string_equal(found(o, o.directory), "step_11.h5");
    size_t n;
    char *bytes = scratch_read(in(&o, "step_11.h5"), &n);
    bytes[n / 2] ^= 1;
    scratch_write(in(&o, "step_11.h5"), bytes, n);
    scratch_write(in(&o, "step_10.h5"), bytes, n / 3);
    free(bytes);
    assert_string_equal(found(o, "auto"), "step_9.h5");
}

static void resume_from_nothing_is_an_error_where_it_is_required(void **unused) {
    nn_checkpoint_options o = options_in("nothing", 0);
    const char *path;
    o.resume = "required";
    EXPECT_ERROR(nn_checkpoint_find(&o, NULL, run->arena, comm, &path), NN_NO_INPUT,
                 "no complete checkpoint");
    o.resume = "missing.h5";
    EXPECT_ERROR(nn_checkpoint_find(&o, o.directory, run->arena, comm, &path), NN_NO_INPUT,
                 "missing.h5");
    expect_ok(save(&o, 4, false));
    o.resume = "step_4.h5"; /* not in the current folder, but in the one given */
    expect_ok(nn_checkpoint_find(&o, o.directory, run->arena, comm, &path));
    assert_non_null(path);
}

static void a_folder_is_made_with_those_above_it(void **unused) {
    expect_ok(nn_checkpoint_folder(scratch("a/b/c"), comm));
    assert_int_equal(access(scratch("a/b/c"), W_OK), 0);
    scratch_write(scratch("file"), "x", 1);
    EXPECT_ERROR(nn_checkpoint_folder(scratch("file/run"), comm), NN_CANNOT_WRITE, "not a folder");
    EXPECT_ERROR(nn_checkpoint_folder("/proc/nnmpi/run", comm), NN_CANNOT_WRITE, "cannot be made");
}

static void a_folder_that_is_gone_is_an_error(void **unused) {
    nn_checkpoint_options o = options_in("gone", 3);
    rmdir(o.directory);
    EXPECT_ERROR(save(&o, 1, false), NN_CANNOT_WRITE, "step_1.h5.tmp", "No such file");
    scratch_write(o.directory, "x", 1);
    EXPECT_ERROR(save(&o, 1, false), NN_CANNOT_WRITE, "Not a directory");
}

/* The disk is full after `limit` bytes of a file. */
static void save_with_limit(const nn_checkpoint_options *o, rlim_t limit) {
    struct rlimit before, full;
    getrlimit(RLIMIT_FSIZE, &before);
    full = (struct rlimit){limit, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &full);
    nn_status status = save(o, 2, true);
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_ERROR(status, NN_IO, "step_2.h5.tmp", "File too large");
}

static void a_full_disk_leaves_the_old_files_as_they_were(void **unused) {
    nn_checkpoint_options o = options_in("full", 1);
    expect_ok(save(&o, 1, true));
    struct stat about;
    assert_int_equal(stat(in(&o, "step_1.h5"), &about), 0);
    for (int part = 1; part < 8; part++) {
        save_with_limit(&o, (rlim_t)(about.st_size * part / 8));
        assert_false(exists(&o, "step_2.h5"));
        assert_false(exists(&o, "step_2.h5.tmp"));
        link_names(&o, "latest.h5", "step_1.h5");
        link_names(&o, "best.h5", "step_1.h5");
        expect_ok(nn_checkpoint_verify(in(&o, "best.h5")));
    }
    save_with_limit(&o, (rlim_t)(about.st_size - 1)); /* the seal does not fit */
    expect_ok(save(&o, 2, false));                    /* there is room again */
    expect_ok(nn_checkpoint_verify(in(&o, "latest.h5")));
    link_names(&o, "best.h5", "step_1.h5");
}

/* Killed at any moment, the newest complete checkpoint is intact. */
static void a_run_that_is_killed_leaves_a_complete_checkpoint(void **unused) {
    nn_checkpoint_options o = options_in("killed", 2);
    expect_ok(save(&o, 1, true));
    for (int turn = 0; turn < 20; turn++) {
        pid_t child = fork();
        if (child == 0)
            for (int step = 2;; step++)
                if (save(&o, step, step % 3 == 0) != NN_OK) _exit(1);
        usleep((useconds_t)(2000 + 1700 * turn));
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        expect_ok(nn_checkpoint_verify(in(&o, "latest.h5")));
        expect_ok(nn_checkpoint_verify(in(&o, "best.h5")));
        assert_string_not_equal(found(o, "auto"), "");
    }
}

int main(int argc, char **argv) {
    expect_ok(nn_comm_start(&comm, &argc, &argv));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_are_kept_and_those_that_the_links_name),
        cmocka_unit_test(keep_0_keeps_all),
        cmocka_unit_test(a_run_that_starts_over_replaces_the_old_one),
        cmocka_unit_test(a_run_that_starts_over_is_gone_on_with_from_its_first_checkpoint_on),
        cmocka_unit_test(after_a_return_the_steps_before_it_are_newer_than_those_after),
        cmocka_unit_test(a_checkpoint_that_the_link_does_not_name_yet_is_found),
        cmocka_unit_test(a_run_that_remembers_the_newest_writes_the_same_ages),
        cmocka_unit_test(the_age_of_a_file_without_its_seal_is_inside),
        cmocka_unit_test(a_folder_is_one_run_s),
        cmocka_unit_test(a_lock_is_no_link_out_of_the_folder_and_no_reason_to_fail),
        cmocka_unit_test(what_a_killed_run_has_left_is_swept_once),
        cmocka_unit_test(other_files_are_never_touched),
        cmocka_unit_test(resume_finds_the_newest_complete_one),
        cmocka_unit_test(resume_from_nothing_is_an_error_where_it_is_required),
        cmocka_unit_test(a_folder_is_made_with_those_above_it),
        cmocka_unit_test(a_folder_that_is_gone_is_an_error),
        cmocka_unit_test(a_full_disk_leaves_the_old_files_as_they_were),
        cmocka_unit_test(a_run_that_is_killed_leaves_a_complete_checkpoint),
    };
    int failed = cmocka_run_group_tests(tests, make_run, drop_run);
    nn_comm_finish(comm);
    return failed;
}
