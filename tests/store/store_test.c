/* HDF5 files: what is written is read, and what is wrong is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/scratch.h"
#include "nnmpi/store.h"
#include "store/inside.h"

static nn_store *created(const char *file) {
    nn_store *store;
    expect_ok(nn_store_create(&store, file));
    return store;
}

static nn_store *opened(const char *file) {
    nn_store *store;
    expect_ok(nn_store_open(&store, file));
    return store;
}

static nn_status open_status(const char *file) {
    nn_store *store;
    nn_status status = nn_store_open(&store, file);
    assert_true((status == NN_OK) == (store != NULL));
    nn_store_close(store);
    return status;
}

static const int64_t dim_23[] = {2, 3};
static const double six[] = {1, 2, 3, 4, 5, 6};

/* /train/images (2,3) float64, /train/labels (3) int32, /test (group), attributes */
static const char *small_file(const char *name) {
    const char *file = scratch(name);
    nn_store *store = created(file);
    int32_t labels[] = {7, -8, 9};
    expect_ok(nn_store_write(store, "/train/images", NN_F64, 2, dim_23, six));
    expect_ok(nn_store_write(store, "/train/labels", NN_I32, 1, (int64_t[]){3}, labels));
    expect_ok(nn_store_group(store, "/test"));
    expect_ok(nn_store_write_text(store, "/", "title", "small"));
    expect_ok(nn_store_close(store));
    return file;
}

static void what_is_written_is_read_in_every_type(void **unused) {
    const char *file = scratch("types.h5");
    unsigned char bytes[6 * 8], back[6 * 8];
    for (int i = 0; i < 48; i++)
        bytes[i] = (unsigned char)(37 * i + 5) % 63; /* no NaN among them */
    nn_store *store = created(file);
    char path[64];
    for (nn_dtype t = NN_U8; t <= NN_F64; t++) {
        snprintf(path, sizeof path, "/deep/er/%s", nn_dtype_name(t));
        expect_ok(nn_store_write(store, path, t, 2, dim_23, bytes));
    }
    expect_ok(nn_store_close(store));
    store = opened(file);
    for (nn_dtype t = NN_U8; t <= NN_F64; t++) {
        snprintf(path, sizeof path, "deep/er/%s", nn_dtype_name(t));
        nn_store_info info;
        expect_ok(nn_store_describe(store, path, &info));
        assert_int_equal(info.dtype, t);
        assert_int_equal(info.rank, 2);
        assert_int_equal(info.dim[0], 2);
        assert_int_equal(info.dim[1], 3);
        assert_int_equal(info.chunk_rows, 0);
        assert_int_equal(info.stored_bytes, 6 * nn_dtype_size(t));
        expect_ok(nn_store_read(store, path, t, 6, back));
        assert_memory_equal(back, bytes, (size_t)(6 * nn_dtype_size(t)));
        memset(back, 0, sizeof back);
        expect_ok(nn_store_read_rows(store, path, 1, 1, t, back));
        assert_memory_equal(back, bytes + 3 * nn_dtype_size(t), (size_t)(3 * nn_dtype_size(t)));
    }
    expect_ok(nn_store_close(store));
}

static void rows_are_converted_to_the_type_asked_for(void **unused) {
    nn_store *store = opened(small_file("convert.h5"));
    float one[3];
    expect_ok(nn_store_read_rows(store, "/train/images", 1, 1, NN_F32, one));
    assert_true(one[0] == 4 && one[1] == 5 && one[2] == 6);
    double labels[3];
    expect_ok(nn_store_read(store, "train/labels", NN_F64, 3, labels));
    assert_true(labels[0] == 7 && labels[1] == -8 && labels[2] == 9);
    nn_store_close(store);
}

static void scalars_and_empty_data_sets_are_read_too(void **unused) {
    const char *file = scratch("scalar.h5");
    nn_store *store = created(file);
    double pi = 3.25, back = 0;
    expect_ok(nn_store_write(store, "/pi", NN_F64, 0, NULL, &pi));
    expect_ok(nn_store_write(store, "/none", NN_F32, 2, (int64_t[]){0, 4}, NULL));
    expect_ok(nn_store_close(store));
    store = opened(file);
    expect_ok(nn_store_read(store, "/pi", NN_F64, 1, &back));
    assert_true(back == pi);
    expect_ok(nn_store_read_rows(store, "/pi", 0, 1, NN_F64, &back));
    nn_store_info info;
    expect_ok(nn_store_describe(store, "/none", &info));
    assert_int_equal(info.dim[0], 0);
    assert_int_equal(info.dim[1], 4);
    expect_ok(nn_store_read(store, "/none", NN_F32, 0, NULL));
    expect_ok(nn_store_read_rows(store, "/none", 0, 0, NN_F32, NULL));
    nn_store_close(store);
}

static void rows_outside_are_refused(void **unused) {
    nn_store *store = opened(small_file("outside.h5"));
    double out[8];
    const int64_t bad[][2] = {{0, 3}, {2, 1}, {-1, 1}, {0, -1}, {1, INT64_MAX}, {INT64_MAX, 1}};
    for (int i = 0; i < 6; i++)
        EXPECT_ERROR(nn_store_read_rows(store, "/train/images", bad[i][0], bad[i][1], NN_F64, out),
                     NN_BAD_DATA, "outside.h5", "/train/images", "it has 2");
    EXPECT_ERROR(nn_store_read(store, "/train/images", NN_F64, 7, out), NN_BAD_DATA, "7 numbers",
                 "it has 6");
    nn_store_close(store);
}

static void equal_content_is_equal_bytes(void **unused) {
    size_t n, m;
    char *a = scratch_read(small_file("a.h5"), &n);
    sleep(1); /* a time in an object would show */
    char *b = scratch_read(small_file("b.h5"), &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    free(a);
    free(b);
}

static void attributes_are_read_as_written(void **unused) {
    const char *file = scratch("attributes.h5");
    char *long_text = malloc(200001);
    memset(long_text, 'x', 200000);
    long_text[200000] = '\0';
    const char *words[] = {"dense", "", "probs/kernel:0"};
    nn_store *store = created(file);
    expect_ok(nn_store_group(store, "/model_weights"));
    expect_ok(nn_store_write_text(store, "/", "backend", "first"));
    expect_ok(nn_store_write_text(store, "/", "backend", "tensorflow")); /* replaces */
    expect_ok(nn_store_write_text(store, "/", "empty", ""));
    expect_ok(nn_store_write_text(store, "/", "model_config", long_text));
    expect_ok(nn_store_write_text(store, "/", "utf8",
                                  "Gr\xc3\xb6\xc3\x9f"
                                  "e"));
    expect_ok(nn_store_write_texts(store, "/model_weights", "layer_names", words, 3));
    expect_ok(nn_store_write_texts(store, "/model_weights", "none", NULL, 0));
    expect_ok(nn_store_write_int(store, "/", "step", (int64_t)1 << 60));
    expect_ok(nn_store_write_real(store, "/", "best", 0.1));
    expect_ok(nn_store_close(store));
    store = opened(file);
    const char *names[] = {"backend", "empty", "model_config", "utf8"};
    const char *texts[] = {"tensorflow", "", long_text,
                           "Gr\xc3\xb6\xc3\x9f"
                           "e"};
    for (int i = 0; i < 4; i++) {
        char *text;
        expect_ok(nn_store_read_text(store, "/", names[i], &text));
        assert_string_equal(text, texts[i]);
        free(text);
    }
    char **list;
    int n;
    expect_ok(nn_store_read_texts(store, "/model_weights", "layer_names", &list, &n));
    assert_int_equal(n, 3);
    for (int i = 0; i < 3; i++) assert_string_equal(list[i], words[i]);
    free(list);
    expect_ok(nn_store_read_texts(store, "/model_weights", "none", &list, &n));
    assert_int_equal(n, 0);
    free(list);
    int64_t step;
    double best;
    expect_ok(nn_store_read_int(store, "/", "step", &step));
    expect_ok(nn_store_read_real(store, "/", "best", &best));
    assert_true(step == (int64_t)1 << 60 && best == 0.1);
    assert_true(nn_store_has_attribute(store, "/", "step"));
    assert_false(nn_store_has_attribute(store, "/", "epoch"));
    assert_false(nn_store_has_attribute(store, "/nowhere", "epoch"));
    EXPECT_ERROR(nn_store_read_int(store, "/", "epoch", &step), NN_NO_INPUT, "epoch",
                 "attributes.h5");
    EXPECT_ERROR(nn_store_read_int(store, "/", "backend", &step), NN_BAD_DATA, "backend", "number");
    EXPECT_ERROR(nn_store_read_text(store, "/", "step", &long_text), NN_BAD_DATA, "step", "text");
    EXPECT_ERROR(nn_store_read_text(store, "/model_weights", "layer_names", &long_text),
                 NN_BAD_DATA, "layer_names", "3");
    nn_store_close(store);
    free((char *)texts[2]);
}

static void many_long_texts_fit_into_an_attribute(void **unused) {
    enum { N = 1500 };
    static char text[N][64];
    const char *texts[N];
    for (int i = 0; i < N; i++) {
        snprintf(text[i], sizeof text[i], "%0*d", 10 + i % 50, i);
        texts[i] = text[i];
    }
    nn_store *store = created(scratch("long.h5"));
    expect_ok(nn_store_write_texts(store, "/", "weight_names", texts, N));
    expect_ok(nn_store_close(store));
    store = opened(scratch("long.h5"));
    char **list;
    int n;
    expect_ok(nn_store_read_texts(store, "/", "weight_names", &list, &n));
    assert_int_equal(n, N);
    for (int i = 0; i < N; i++) assert_string_equal(list[i], texts[i]);
    free(list);
    nn_store_close(store);
}

typedef struct walk_log {
    char text[512];
    int left;
} walk_log;

static nn_status log_visit(void *context, nn_store *store, const char *path, bool is_group) {
    walk_log *log = context;
    strcat(log->text, path);
    strcat(log->text, is_group ? "/ " : " ");
    return --log->left == 0 ? NN_FAILED : NN_OK;
}

static void a_walk_visits_everything_by_name(void **unused) {
    nn_store *store = opened(small_file("walk.h5"));
    walk_log log = {.left = 100};
    expect_ok(nn_store_walk(store, "/", log_visit, &log));
    assert_string_equal(log.text, "/test/ /train/ /train/images /train/labels ");
    log = (walk_log){.left = 100};
    expect_ok(nn_store_walk(store, "train/", log_visit, &log));
    assert_string_equal(log.text, "/train/images /train/labels ");
    log = (walk_log){.left = 2};
    assert_int_equal(nn_store_walk(store, "/", log_visit, &log), NN_FAILED);
    assert_string_equal(log.text, "/test/ /train/ ");
    EXPECT_ERROR(nn_store_walk(store, "/tran", log_visit, &log), NN_NO_INPUT, "no group /tran",
                 "there are /train, /test");
    EXPECT_ERROR(nn_store_walk(store, "/train/images", log_visit, &log), NN_BAD_DATA, "group");
    assert_true(nn_store_has(store, "/train") && nn_store_is_group(store, "/train"));
    assert_true(nn_store_has(store, "train/images") && !nn_store_is_group(store, "train/images"));
    assert_true(nn_store_is_group(store, "/"));
    assert_false(nn_store_has(store, "/no/such/thing"));
    assert_false(nn_store_has(store, ""));
    nn_store_close(store);
}

/* The position of `word` in the message; fails if it is not there. */
static long place(const char *word) {
    const char *at = strstr(nn_error_message(), word);
    if (!at) fail_msg("`%s` is not in: %s", word, nn_error_message());
    return at - nn_error_message();
}

static void a_missing_data_set_is_answered_by_what_there_is_nearest_first(void **unused) {
    nn_store *store = opened(small_file("missing.h5"));
    nn_store_info info;
    assert_int_equal(nn_store_describe(store, "/train/lables", &info), NN_NO_INPUT);
    assert_true(place("missing.h5") < place("/train/lables"));
    assert_true(place("/train/labels") < place("/train/images"));
    nn_error_clear();
    assert_int_equal(nn_store_describe(store, "/images", &info), NN_NO_INPUT);
    assert_true(place("/train/images") < place("/train/labels"));
    nn_error_clear();
    EXPECT_ERROR(nn_store_describe(store, "/train", &info), NN_NO_INPUT, "/train is a group");
    nn_store_close(store);
    store = created(scratch("bare.h5"));
    EXPECT_ERROR(nn_store_describe(store, "x", &info), NN_NO_INPUT, "holds none");
    nn_store_close(store);
}

static void what_cannot_be_opened_is_told_apart(void **unused) {
    EXPECT_ERROR(open_status(scratch("absent.h5")), NN_NO_INPUT, "absent.h5", "no such file");
    const char *folder = scratch("folder.h5");
    mkdir(folder, 0755);
    EXPECT_ERROR(open_status(folder), NN_NO_INPUT, "folder.h5", "folder");
    const char *below = scratch("small.h5/x");
    small_file("small.h5");
    EXPECT_ERROR(open_status(below), NN_NO_INPUT, "Not a directory");
    const char *pipe = scratch("pipe.h5");
    assert_int_equal(mkfifo(pipe, 0644), 0);
    EXPECT_ERROR(open_status(pipe), NN_NO_INPUT, "regular");
    scratch_write(scratch("empty.h5"), "", 0);
    EXPECT_ERROR(open_status(scratch("empty.h5")), NN_BAD_DATA, "empty.h5", "is empty");
    scratch_write(scratch("text.h5"), "x,y\n1,2\n", 8);
    EXPECT_ERROR(open_status(scratch("text.h5")), NN_BAD_DATA, "text.h5", "not an HDF5 file");
    scratch_write(scratch("a.npy"), "\x93NUMPY\1\0v\0{'descr'", 19);
    EXPECT_ERROR(open_status(scratch("a.npy")), NN_BAD_DATA, "not an HDF5 file", "NumPy");
    scratch_write(scratch("a.csv"), "x,y\n1,2\n", 8);
    EXPECT_ERROR(open_status(scratch("a.csv")), NN_BAD_DATA, "not an HDF5 file",
                 "`nnmpi import csv`");
    scratch_write(scratch("a.yaml"), "name: a\n", 8);
    EXPECT_ERROR(open_status(scratch("a.yaml")), NN_BAD_DATA, "to be a configuration");
    size_t n;
    char *bytes = scratch_read(small_file("whole.h5"), &n);
    scratch_write(scratch("cut.h5"), bytes, n - 100);
    EXPECT_ERROR(open_status(scratch("cut.h5")), NN_BAD_DATA, "cut.h5", "truncated");
    scratch_write(scratch("stub.h5"), bytes, 20);
    EXPECT_ERROR(open_status(scratch("stub.h5")), NN_BAD_DATA, "stub.h5", "truncated");
    free(bytes);
}

/* In a child, whose limits and rights may be lowered: its exit code. */
static int in_child(int (*body)(void)) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) _exit(body());
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static int open_without_right(void) {
    if (geteuid() == 0 && setuid(65534) != 0) return 77;
    nn_store *store;
    nn_status status = nn_store_open(&store, scratch("secret.h5"));
    return status == NN_NO_INPUT && strstr(nn_error_message(), "permission") ? 0 : 1;
}

static void a_file_without_the_right_to_read_says_so(void **unused) {
    small_file("secret.h5");
    chmod(scratch("secret.h5"), 0);
    chmod(scratch("."), 0755);
    int code = in_child(open_without_right);
    if (code == 77) skip(); /* root who cannot be anybody else */
    assert_int_equal(code, 0);
}

static int write_beyond_limit(void) {
    struct rlimit limit = {100000, 100000};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);
    static double zeros[100000];
    nn_store *store;
    if (nn_store_create(&store, scratch("full.h5")) != NN_OK) return 1;
    nn_status status = nn_store_write(store, "/a", NN_F64, 1, (int64_t[]){100000}, zeros);
    nn_status closed = nn_store_close(store);
    return (status == NN_IO || closed == NN_IO) && strstr(nn_error_message(), "full.h5") ? 0 : 2;
}

static void a_full_disk_is_an_error_of_writing(void **unused) {
    scratch(".");
    assert_int_equal(in_child(write_beyond_limit), 0);
}

static void a_file_that_cannot_be_created_says_why(void **unused) {
    nn_store *store;
    EXPECT_ERROR(nn_store_create(&store, scratch("no/such/folder.h5")), NN_CANNOT_WRITE,
                 "folder.h5", "No such file or directory");
    assert_null(store);
    EXPECT_ERROR(nn_store_create(&store, scratch(".")), NN_CANNOT_WRITE, "directory");
}

/* Reads all that a damaged file offers; whatever comes must be a status and not a crash. */
static nn_status read_all(void *context, nn_store *store, const char *path, bool is_group) {
    static char out[1 << 16];
    nn_store_info info;
    char **texts = NULL;
    int n;
    if (!is_group && nn_store_describe(store, path, &info) == NN_OK) {
        int64_t elements = 1;
        for (int i = 0; i < info.rank; i++) elements *= info.dim[i] < 1000 ? info.dim[i] : 1000;
        if (elements < (int64_t)sizeof out / 8) nn_store_read(store, path, NN_F64, elements, out);
    }
    if (nn_store_read_texts(store, "/", "title", &texts, &n) == NN_OK) free(texts);
    nn_error_clear();
    return NN_OK;
}

static void read_whatever_is_there(const char *file) {
    nn_store *store;
    if (nn_store_open(&store, file) == NN_OK) nn_store_walk(store, "/", read_all, NULL);
    nn_store_close(store);
    nn_error_clear();
}

static int read_damaged(void) {
    size_t n;
    char *bytes = scratch_read(scratch("good.h5"), &n);
    uint32_t random = 1;
    alarm(300);
    for (size_t cut = 0; cut < n; cut += n / 64) {
        scratch_write(scratch("bad.h5"), bytes, cut);
        read_whatever_is_there(scratch("bad.h5"));
    }
    for (int i = 0; i < 1500; i++) {
        random = random * 1664525 + 1013904223;
        size_t at = random % n;
        char was = bytes[at];
        bytes[at] = (char)(random >> 24);
        scratch_write(scratch("bad.h5"), bytes, n);
        read_whatever_is_there(scratch("bad.h5"));
        bytes[at] = was;
    }
    free(bytes);
    return 0;
}

static void a_damaged_file_never_crashes(void **unused) {
#ifdef __SANITIZE_ADDRESS__
    skip(); /* HDF5 1.10 reads memory it has freed in some of these files */
#endif
    small_file("good.h5");
    assert_int_equal(in_child(read_damaged), 0);
}

static bool handles_segv(void) {
    struct sigaction now;
    assert_int_equal(sigaction(SIGSEGV, NULL, &now), 0);
    return now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN;
}

static void a_guest_catches_no_signal(void **unused) {
    struct sigaction before, none = {.sa_handler = SIG_DFL};
    sigaction(SIGSEGV, &none, &before); /* cmocka's */
    assert_true(nn_guard_enter() && handles_segv());
    nn_guard_leave();
    nn_store_guest = true;
    assert_false(nn_guard_enter() || handles_segv());
    nn_guard_leave();
    nn_store_guest = false;
    assert_true(nn_guard_enter() && handles_segv());
    nn_guard_leave();
    assert_false(handles_segv());
    sigaction(SIGSEGV, &before, NULL);
}

/* As latest.h5 does while a run goes on. */
static void turn_link(const char *link, const char *other, const char *const target[2]) {
    alarm(20); /* if the test has failed */
    for (int i = 0;; i++)
        if (symlink(target[i % 2], other) != 0 || rename(other, link) != 0) _exit(1);
}

static void a_link_that_changes_leads_to_a_whole_file(void **unused) {
    const char *const target[2] = {"first.h5", "second.h5"};
    char *link = strdup(scratch("newest.h5")), *other = strdup(scratch("other.h5"));
    expect_ok(nn_store_close(created(scratch("first.h5"))));
    expect_ok(nn_store_close(created(scratch("second.h5"))));
    assert_int_equal(symlink(target[0], link), 0);
    pid_t child = fork();
    if (child == 0) turn_link(link, other, target);
    for (int i = 0; i < 500; i++) expect_ok(open_status(link));
    assert_int_equal(waitpid(child, NULL, WNOHANG), 0); /* it turned to the end */
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    free(link);
    free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_in_every_type),
        cmocka_unit_test(rows_are_converted_to_the_type_asked_for),
        cmocka_unit_test(scalars_and_empty_data_sets_are_read_too),
        cmocka_unit_test(rows_outside_are_refused),
        cmocka_unit_test(equal_content_is_equal_bytes),
        cmocka_unit_test(attributes_are_read_as_written),
        cmocka_unit_test(many_long_texts_fit_into_an_attribute),
        cmocka_unit_test(a_walk_visits_everything_by_name),
        cmocka_unit_test(a_missing_data_set_is_answered_by_what_there_is_nearest_first),
        cmocka_unit_test(what_cannot_be_opened_is_told_apart),
        cmocka_unit_test(a_file_without_the_right_to_read_says_so),
        cmocka_unit_test(a_full_disk_is_an_error_of_writing),
        cmocka_unit_test(a_file_that_cannot_be_created_says_why),
        cmocka_unit_test(a_damaged_file_never_crashes),
        cmocka_unit_test(a_guest_catches_no_signal),
        cmocka_unit_test(a_link_that_changes_leads_to_a_whole_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
