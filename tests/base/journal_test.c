/* A journal loses nothing on a disk that was full for a while, and is never half replaced. */
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
#include <unistd.h>

#include "nnmpi/journal.h"

static char folder[] = "/tmp/nnmpi-journal.XXXXXX";
static char path[64], temporary[64];

/* No file may be longer: a disk that is full. */
static void full_after(rlim_t bytes) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void expect_file(const char *text) {
    char found[256] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    found[fread(found, 1, sizeof found - 1, file)] = 0;
    fclose(file);
    assert_string_equal(found, text);
}

static void what_could_not_be_written_is_written_later(void **unused) {
    nn_journal journal;
    assert_true(nn_journal_open(&journal, path, "head\n"));
    full_after(8);
    nn_buffer_add(&journal.pending, "one\ntwo\n");
    assert_false(nn_journal_flush(&journal));
    expect_file("head\none");
    nn_buffer_add(&journal.pending, "three\n");
    assert_false(nn_journal_flush(&journal));
    full_after(RLIM_INFINITY);
    assert_true(nn_journal_flush(&journal));
    expect_file("head\none\ntwo\nthree\n");
    nn_buffer_add(&journal.pending, "four\n");
    nn_journal_close(&journal);
    expect_file("head\none\ntwo\nthree\nfour\n");
}

static void it_can_be_cut_where_there_is_no_room(void **unused) {
    nn_journal journal;
    assert_true(nn_journal_open(&journal, path, "head\n"));
    nn_buffer_add(&journal.pending, "one\n");
    assert_true(nn_journal_flush(&journal));
    full_after(12);
    nn_buffer_add(&journal.pending, "two\nthree\n");
    assert_false(nn_journal_flush(&journal));
    expect_file("head\none\ntwo");
    assert_int_equal(nn_journal_length(&journal), 19);
    assert_true(nn_journal_cut(&journal, 13)); /* in what is pending */
    assert_int_equal(nn_journal_length(&journal), 13);
    assert_true(nn_journal_cut(&journal, 9)); /* in the file */
    expect_file("head\none\n");
    assert_true(nn_journal_cut(&journal, 100)); /* it is not as long */
    assert_int_equal(nn_journal_length(&journal), 9);
    nn_buffer_add(&journal.pending, "2\n");
    assert_true(nn_journal_flush(&journal));
    full_after(RLIM_INFINITY);
    nn_journal_close(&journal);
    expect_file("head\none\n2\n");
    assert_true(nn_journal_cut(&journal, 0)); /* none is open */
    expect_file("head\none\n2\n");
}

static void a_file_that_cannot_be_replaced_stays(void **unused) {
    nn_journal journal;
    assert_true(nn_journal_open(&journal, path, "old\n"));
    nn_journal_close(&journal);
    full_after(5);
    assert_false(nn_journal_open(&journal, path, "new and longer\n"));
    full_after(RLIM_INFINITY);
    assert_int_equal(journal.fd, -1);
    expect_file("old\n");
    assert_int_not_equal(access(temporary, F_OK), 0);
}

static void links_are_replaced(void **unused) {
    nn_journal journal;
    char victim[64];
    snprintf(victim, sizeof victim, "%s/victim", folder);
    unlink(path);
    FILE *file = fopen(victim, "w");
    fclose(file);
    assert_int_equal(symlink(victim, path), 0);
    assert_int_equal(symlink(victim, temporary), 0);
    assert_true(nn_journal_open(&journal, path, "text\n"));
    nn_journal_close(&journal);
    expect_file("text\n");
    file = fopen(victim, "r");
    assert_int_equal(fgetc(file), EOF);
    fclose(file);
    unlink(victim);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_could_not_be_written_is_written_later),
        cmocka_unit_test(it_can_be_cut_where_there_is_no_room),
        cmocka_unit_test(a_file_that_cannot_be_replaced_stays),
        cmocka_unit_test(links_are_replaced),
    };
    signal(SIGXFSZ, SIG_IGN);
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/log", folder);
    snprintf(temporary, sizeof temporary, "%s/log.tmp", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    rmdir(folder);
    return failed;
}
