/* Images are embedded as BMP: a format of a few lines that every browser reads. */
#include "samples.h"

#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "nnmpi/store.h"

#define NN_MOST_SIDE 256
#define NN_MOST_LETTERS 240

bool nn_sample_is_image(const nn_evaluation *e) {
    const nn_shape *s = &e->input;
    if (s->rank != 2 && s->rank != 3) return false;
    bool sides =
        s->dim[0] > 3 && s->dim[1] > 3 && s->dim[0] <= NN_MOST_SIDE && s->dim[1] <= NN_MOST_SIDE;
    return sides && !e->windows && (s->rank == 2 || s->dim[2] == 1 || s->dim[2] == 3);
}

bool nn_sample_is_text(const nn_evaluation *e) {
    return e->windows && e->input.rank == 1 && e->vocabulary.n > 0;
}

/* ---- base64 and BMP ---- */

static void add_base64(const uint8_t *data, size_t n, nn_buffer *out) {
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char four[5] = {0};
    for (size_t i = 0; i < n; i += 3) {
        uint32_t b = (uint32_t)data[i] << 16 | (i + 1 < n ? (uint32_t)data[i + 1] << 8 : 0) |
                     (i + 2 < n ? data[i + 2] : 0);
        for (int k = 0; k < 4; k++) four[k] = digit[b >> (18 - 6 * k) & 63];
        if (i + 2 >= n) four[3] = '=';
        if (i + 1 >= n) four[2] = '=';
        nn_buffer_add(out, "%s", four);
    }
}

static void put(uint8_t *at, uint32_t value) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> 8 * i);
}

/* Rows from the lowest, blue green red, each filled up to 4 bytes; pixel values 0 to 1. */
static void add_bmp(const double *pixel, int height, int width, int channels, nn_buffer *out) {
    size_t line = ((size_t)width * 3 + 3) / 4 * 4, bytes = 54 + line * (size_t)height;
    uint8_t *file = calloc(bytes, 1);
    if (!file) return;
    memcpy(file, "BM", 2);
    put(file + 2, (uint32_t)bytes);
    put(file + 10, 54);
    put(file + 14, 40);
    put(file + 18, (uint32_t)width);
    put(file + 22, (uint32_t)height);
    put(file + 26, 1 | 24 << 16);
    for (int i = 0; i < height; i++)
        for (int k = 0; k < width * 3; k++) {
            int c = channels == 1 ? 0 : 2 - k % 3;
            double v = pixel[(i * width + k / 3) * channels + c];
            file[54 + line * (size_t)(height - 1 - i) + (size_t)k] = (uint8_t)(255 * v + 0.5);
        }
    add_base64(file, bytes, out);
    free(file);
}

/* ---- what is in the file ---- */

/* The numbers of the sample by malloc; NULL: they cannot be read. */
static double *read_sample(const nn_evaluation *e, const nn_verdict *v, int64_t *n) {
    nn_store *store;
    nn_store_info info;
    double *x = NULL;
    if (nn_store_open(&store, v->file) == NN_OK) {
        int64_t rows = e->windows ? e->input.dim[0] : 1, row = 1;
        if (nn_store_describe(store, e->inputs, &info) == NN_OK) {
            for (int i = 1; i < info.rank; i++) row *= info.dim[i];
            if (v->row + rows > info.dim[0]) rows = info.dim[0] - v->row;
            *n = rows * row;
            x = malloc((size_t)*n * sizeof *x);
            if (x && nn_store_read_rows(store, e->inputs, v->row, rows, NN_F64, x) != NN_OK) {
                free(x);
                x = NULL;
            }
        }
        nn_store_close(store);
    }
    nn_error_clear();
    return x;
}

/* Its own range becomes black to white. */
static void add_image(const nn_evaluation *e, double *x, int64_t n, nn_buffer *out) {
    double low = x[0], high = x[0];
    if (n != nn_shape_size(&e->input)) return;
    for (int64_t i = 0; i < n; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    for (int64_t i = 0; i < n; i++) x[i] = high > low ? (x[i] - low) / (high - low) : 0;
    nn_buffer_add(out,
                  "<img alt=\"sample\" width=\"%lld\" height=\"%lld\" src=\"data:image/bmp;base64,",
                  (long long)e->input.dim[1], (long long)e->input.dim[0]);
    add_bmp(x, (int)e->input.dim[0], (int)e->input.dim[1],
            e->input.rank == 3 ? (int)e->input.dim[2] : 1, out);
    nn_buffer_add(out, "\"/>");
}

static void add_text(const nn_evaluation *e, const double *x, int64_t n, nn_buffer *out) {
    nn_buffer text = {0};
    int64_t first = n > NN_MOST_LETTERS ? n - NN_MOST_LETTERS : 0;
    for (int64_t i = first; i < n; i++)
        if (x[i] >= 0 && x[i] < e->vocabulary.n)
            nn_buffer_add(&text, "%s", e->vocabulary.value[(int)x[i]]);
    nn_buffer_add(out, "<q>%s", first ? "\xe2\x80\xa6" : "");
    nn_html_text(out, text.text);
    nn_buffer_add(out, "</q><br/>");
    nn_buffer_free(&text);
}

void nn_sample_html(const nn_evaluation *e, const nn_verdict *verdict, nn_buffer *out) {
    if (!nn_sample_is_image(e) && !nn_sample_is_text(e)) return;
    int64_t n = 0;
    double *x = read_sample(e, verdict, &n);
    if (x && n > 0) {
        if (nn_sample_is_text(e))
            add_text(e, x, n, out);
        else
            add_image(e, x, n, out);
    }
    free(x);
}
