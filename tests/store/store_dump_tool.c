/* store_dump_tool FILE [PATH]: every data set (or that one) as `path dtype (dims) value ...`, or
 * the error; of large ones the last row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nnmpi/shape.h"
#include "nnmpi/store.h"

static nn_status dump(void *context, nn_store *store, const char *path, bool is_group) {
    nn_store_info info;
    if (is_group) return NN_OK;
    int64_t n = 1;
    nn_status status = nn_store_describe(store, path, &info);
    if (status == NN_OK) {
        printf("%s %s (", path, nn_dtype_name(info.dtype));
        for (int i = 0; i < info.rank; i++) {
            printf("%s%lld", i ? "," : "", (long long)info.dim[i]);
            n *= info.dim[i];
        }
        printf(") chunk %lld:", (long long)info.chunk_rows);
        int64_t row = info.rank && info.dim[0] ? n / info.dim[0] : 1;
        bool large = n > 4096;
        void *out = !large || row <= 4096 ? calloc((size_t)(large ? row : n) + 1, 8) : NULL;
        if (out && large)
            status = nn_store_read_rows(store, path, info.dim[0] - 1, 1, info.dtype, out);
        else if (out)
            status = nn_store_read(store, path, info.dtype, n, out);
        if (large) n = row;
        for (int64_t i = 0; out && status == NN_OK && i < n && i < 8; i++)
            printf(" %.17g", nn_dtype_get(info.dtype, out, i));
        printf("\n");
        free(out);
    }
    if (status != NN_OK) printf("%s status %d %s\n", path, status, nn_error_message());
    nn_error_clear();
    return NN_OK;
}

static nn_status dump_text(nn_store *store, const char *name) {
    char **texts;
    int n;
    NN_TRY(nn_store_read_texts(store, "/", name, &texts, &n));
    printf("@%s", name);
    for (int i = 0; i < n; i++) printf(" [%s]", texts[i]);
    printf("\n");
    free(texts);
    return NN_OK;
}

int main(int argc, char **argv) {
    nn_store *store;
    nn_status status = nn_store_open(&store, argv[1]);
    if (status == NN_OK && argc > 2)
        status = dump(NULL, store, argv[2], false);
    else if (status == NN_OK)
        status = nn_store_walk(store, "/", dump, NULL);
    const char *names[] = {"fixed", "varying", "fixed_list", "varying_list", "padded", "huge"};
    for (int i = 0; i < 6 && status == NN_OK; i++)
        if (nn_store_has_attribute(store, "/", names[i])) status = dump_text(store, names[i]);
    if (status != NN_OK) printf("status %d %s\n", status, nn_error_message());
    nn_store_close(store);
    return status;
}
