/* Small things that the scripts of this folder need of HDF5 files:
 *
 *   use_tool score PREDICTIONS DATA TARGETS   loss and accuracy (or mse) of a file of `nnmpi
 * predict`, from its numbers and the targets alone use_tool onehot DATA INPUTS LABELS OUT    x and
 * one-hot y of 10 classes, float32 use_tool spoil DATA INPUTS ROW OUT        x without targets, as
 * float32, with a NaN in a row use_tool flip FILE OFFSET                 changes one byte use_tool
 * words FILE GROUP NAME            the texts of an attribute, one a line
 *
 *   use_tool named DATA INPUTS LABELS OUT ODD NAME...   x, y, class names; a data set called ODD
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/store.h"

static void must(nn_status status) {
    if (status == NN_OK) return;
    fprintf(stderr, "use_tool: %s\n", nn_error_message());
    exit(1);
}

static double *read_all(const char *file, const char *path, nn_store_info *info, int64_t *n) {
    nn_store *store;
    must(nn_store_open(&store, file));
    must(nn_store_describe(store, path, info));
    *n = 1;
    for (int i = 0; i < info->rank; i++) *n *= info->dim[i];
    double *x = malloc((size_t)(*n + 1) * sizeof *x);
    must(nn_store_read(store, path, NN_F64, *n, x));
    must(nn_store_close(store));
    return x;
}

static bool has(const char *file, const char *path) {
    nn_store *store;
    must(nn_store_open(&store, file));
    bool has = nn_store_has(store, path);
    must(nn_store_close(store));
    return has;
}

static int64_t largest(const double *x, int64_t n) {
    int64_t best = 0;
    for (int64_t j = 1; j < n; j++)
        if (x[j] > x[best]) best = j;
    return best;
}

static int score_classes(const char *file, const double *y, int64_t rows) {
    nn_store_info info;
    int64_t n, m, right = 0;
    double *p = read_all(file, "/probabilities", &info, &n), loss = 0;
    double *classes = read_all(file, "/classes", &info, &m);
    int64_t width = n / rows;
    if (m != rows) return printf("there are %lld classes\n", (long long)m), 1;
    for (int64_t i = 0; i < rows; i++) {
        loss -= log(p[i * width + (int64_t)y[i]]);
        right += classes[i] == y[i];
        if (classes[i] != (double)largest(p + i * width, width)) return printf("bad class\n"), 1;
    }
    printf("loss %.6g accuracy %.6g\n", loss / (double)rows, (double)right / (double)rows);
    return 0;
}

static int score(const char *file, const char *data, const char *targets) {
    nn_store_info info;
    int64_t n, m;
    double *y = read_all(data, targets, &info, &n), sum = 0;
    if (has(file, "/probabilities")) return score_classes(file, y, n);
    double *z = read_all(file, "/outputs", &info, &m);
    if (n != m) return printf("%lld outputs for %lld targets\n", (long long)m, (long long)n), 1;
    for (int64_t i = 0; i < n; i++) sum += (z[i] - y[i]) * (z[i] - y[i]);
    printf("loss %.6g\n", sum / (double)n);
    return 0;
}

static int onehot(const char *data, const char *inputs, const char *labels, const char *out) {
    nn_store_info info, of_labels;
    int64_t n, rows;
    double *x = read_all(data, inputs, &info, &n),
           *label = read_all(data, labels, &of_labels, &rows);
    double *y = calloc((size_t)rows * 10, sizeof *y);
    for (int64_t i = 0; i < rows; i++) y[i * 10 + (int64_t)label[i]] = 1;
    nn_store *store;
    must(nn_store_create(&store, out));
    must(nn_store_write(store, "/x", NN_F64, info.rank, info.dim, x));
    must(nn_store_write(store, "/y", NN_F64, 2, (int64_t[]){rows, 10}, y));
    must(nn_store_close(store));
    return 0;
}

static int spoil(const char *data, const char *inputs, int64_t row, const char *out) {
    nn_store_info info;
    int64_t n;
    double *x = read_all(data, inputs, &info, &n);
    if (row >= 0) x[row * (n / info.dim[0]) + 3] = NAN;
    nn_store *store;
    must(nn_store_create(&store, out));
    must(nn_store_write(store, "/x", NN_F64, info.rank, info.dim, x));
    must(nn_store_close(store));
    return 0;
}

/* Integer labels with these names, and a data set whose name is the text `odd`. */
static int named(const char *data, const char *inputs, const char *labels, const char *out,
                 const char *odd, int n, char **names) {
    nn_store_info info, of_labels;
    int64_t size, rows;
    double *x = read_all(data, inputs, &info, &size),
           *label = read_all(data, labels, &of_labels, &rows);
    int32_t *y = calloc((size_t)rows, sizeof *y);
    for (int64_t i = 0; i < rows; i++) y[i] = (int32_t)label[i];
    nn_store *store;
    must(nn_store_create(&store, out));
    must(nn_store_write(store, "/x", NN_F64, info.rank, info.dim, x));
    must(nn_store_write(store, "/y", NN_I32, 1, &rows, y));
    must(nn_store_write(store, odd, NN_I32, 1, (int64_t[]){1}, y));
    must(nn_store_write_text(store, odd, odd + 1, odd));
    must(nn_store_write_words(store, "/class_names", (const char *const *)names, n));
    must(nn_store_close(store));
    return 0;
}

static int flip(const char *path, long offset) {
    FILE *file = fopen(path, "r+b");
    if (!file || fseek(file, offset, SEEK_SET) != 0) return 1;
    int byte = fgetc(file);
    fseek(file, offset, SEEK_SET);
    fputc(byte ^ 1, file);
    return fclose(file) != 0;
}

static int words(const char *file, const char *path, const char *name) {
    nn_store *store;
    char **texts;
    int n;
    must(nn_store_open(&store, file));
    must(nn_store_read_texts(store, path, name, &texts, &n));
    for (int i = 0; i < n; i++) printf("%s\n", texts[i]);
    must(nn_store_close(store));
    return 0;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (argc == 5 && !strcmp(what, "score")) return score(argv[2], argv[3], argv[4]);
    if (argc == 6 && !strcmp(what, "onehot")) return onehot(argv[2], argv[3], argv[4], argv[5]);
    if (argc == 6 && !strcmp(what, "spoil")) return spoil(argv[2], argv[3], atol(argv[4]), argv[5]);
    if (argc > 7 && !strcmp(what, "named"))
        return named(argv[2], argv[3], argv[4], argv[5], argv[6], argc - 7, argv + 7);
    if (argc == 4 && !strcmp(what, "flip")) return flip(argv[2], atol(argv[3]));
    if (argc == 5 && !strcmp(what, "words")) return words(argv[2], argv[3], argv[4]);
    fprintf(stderr, "use_tool: see its head\n");
    return 2;
}
