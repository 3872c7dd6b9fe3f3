/* Another program gets its input and gives its output whole; one that fails, hangs, writes without
 * end or leaves its input unread is told from one that works. */
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
#include <time.h>
#include <unistd.h>

#include "nnmpi/program.h"

static const nn_program_limits plenty = {.seconds = 60, .bytes = 64 << 20};

static nn_status shell(const char *script, nn_program_limits limits, const char *input,
                       nn_buffer *output) {
    const char *const words[] = {"sh", "-c", script, NULL};
    nn_buffer text = {0};
    nn_buffer_add(&text, "%s", input);
    nn_error_clear();
    nn_buffer_free(output);
    nn_status status = nn_program_run("/bin/sh", words, limits, &text, output);
    nn_buffer_free(&text);
    return status;
}

static void expect_failure(const char *script, nn_program_limits limits, const char *said) {
    nn_buffer output = {0};
    assert_int_equal(shell(script, limits, "input", &output), NN_IO);
    if (!strstr(nn_error_message(), said)) fail_msg("\"%s\" without %s", nn_error_message(), said);
    nn_buffer_free(&output);
}

static void what_goes_in_comes_out(void **unused) {
    nn_buffer output = {0};
    assert_int_equal(shell("cat; echo fine >&2", plenty, "one\ntwo\n", &output), NN_OK);
    assert_string_equal(output.text, "one\ntwo\n");
    assert_int_equal(shell("printf 'a\\000b'", plenty, "", &output), NN_OK);
    assert_int_equal(output.length, 3);
    assert_memory_equal(output.text, "a\0b", 4);
    assert_int_equal(shell("true", plenty, "", &output), NN_OK);
    assert_string_equal(output.text, "");
    nn_buffer_free(&output);
}

/* More than a pipe holds, on all three sides, in any order. */
static void much_goes_in_and_out(void **unused) {
    nn_buffer input = {0}, output = {0};
    for (int i = 0; i < 50000; i++) nn_buffer_add(&input, "number %6d\n", i);
    assert_int_equal(shell("cat >&2; head -c 3000000 /dev/zero", plenty, input.text, &output),
                     NN_OK);
    assert_int_equal(output.length, 3000000);
    assert_int_equal(shell("exec cat", plenty, input.text, &output), NN_OK);
    assert_string_equal(output.text, input.text);
    assert_int_equal(shell("exec <&-; echo unread", plenty, input.text, &output), NN_OK);
    assert_string_equal(output.text, "unread\n");
    nn_buffer_free(&input);
    nn_buffer_free(&output);
}

static void a_failure_is_told(void **unused) {
    expect_failure("echo 'no such font' >&2; printf 'mo%s' re >&2; exit 3", plenty,
                   "ended with exit code 3: no such font");
    assert_null(strstr(nn_error_message(), "more"));
    expect_failure("exit 1", plenty, "ended with exit code 1");
    expect_failure("kill -SEGV $$", plenty, "was ended by signal 11");
    const char *const words[] = {"none", NULL};
    nn_buffer none = {0};
    nn_error_clear();
    assert_int_equal(nn_program_run("/none", words, plenty, &none, &none), NN_IO);
    assert_string_equal(nn_error_message(), "/none cannot be run: No such file or directory");
}

static void what_hangs_or_writes_without_end_is_killed(void **unused) {
    time_t begun = time(NULL);
    expect_failure("exec sleep 1000", (nn_program_limits){.seconds = 0.3, .bytes = 1000},
                   "was killed: it may take 0.30 s");
    expect_failure("sleep 5 & wait", (nn_program_limits){.seconds = 0.3, .bytes = 1000},
                   "was killed");
    expect_failure("exec cat /dev/zero", (nn_program_limits){.seconds = 60, .bytes = 1 << 20},
                   "was killed");
    assert_in_range(time(NULL) - begun, 0, 40);
}

static void who_ignores_sigchld_sees_the_end_too(void **unused) {
    signal(SIGCHLD, SIG_IGN);
    expect_failure("exit 3", plenty, "ended with exit code 3");
    assert_ptr_equal(signal(SIGCHLD, SIG_DFL), SIG_IGN);
}

/* ---- PATH ---- */

static void expect_found(const char *path, const char *expected) {
    setenv("PATH", path, 1);
    char *found = nn_program_find("tool");
    if (expected)
        assert_string_equal(found, expected);
    else
        assert_null(found);
    free(found);
}

static void make(const char *name, mode_t mode) {
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fclose(file);
    assert_int_equal(chmod(name, mode), 0);
}

static void only_a_program_in_an_absolute_folder_is_found(void **unused) {
    char folder[] = "/tmp/nnmpi-program.XXXXXX", path[256], expected[64], command[64];
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(mkdir("a", 0755) + mkdir("b", 0755) + mkdir("c", 0755) + mkdir("a/tool", 0755),
                     0);
    make("b/tool", 0644);
    make("c/tool", 0755);
    make("tool", 0755);
    snprintf(path, sizeof path, "::.:c:%s/none:%s/a:%s/b:%s/c", folder, folder, folder, folder);
    snprintf(expected, sizeof expected, "%s/c/tool", folder);
    expect_found(path, expected);
    *strrchr(path, ':') = '\0';
    expect_found(path, NULL);
    unsetenv("PATH");
    assert_null(nn_program_find("tool"));
    snprintf(command, sizeof command, "rm -rf %s", folder);
    setenv("PATH", "/usr/bin:/bin", 1);
    assert_int_equal(chdir("/") + system(command), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(much_goes_in_and_out),
        cmocka_unit_test(a_failure_is_told),
        cmocka_unit_test(what_hangs_or_writes_without_end_is_killed),
        cmocka_unit_test(who_ignores_sigchld_sees_the_end_too),
        cmocka_unit_test(only_a_program_in_an_absolute_folder_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
