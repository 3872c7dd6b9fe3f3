/* A and B of gemm.c, copied to where a tile reads them one after the other. Included by gemm.c
 * alone. */
#ifndef NNMPI_TENSOR_PACK_H
#define NNMPI_TENSOR_PACK_H

#include <string.h>

#include "tile.h"

/* p[COLUMNS numbers a row] = B[k,n], rows of B contiguous; what is missing of the columns is 0. */
WIDE static void pack_narrow(int64_t k, int64_t n, nn_matrix b, nn_real *p) {
    for (int64_t i = 0; i < k; i++)
        for (int64_t j = 0; j < COLUMNS; j++)
            p[i * COLUMNS + j] = j < n ? b.at[i * b.row + j * b.column] : 0;
}

/* PANELS panels at once, `next` numbers apart, since so much of each row of B lies together. */
WIDE static void pack_wide(int64_t k, const nn_real *b, int64_t ldb, nn_real *p, int64_t next) {
    for (int64_t i = 0; i < k; i++, b += ldb, p += COLUMNS) {
        const nn_real *ahead = b + (i + AHEAD < k ? AHEAD * ldb : 0);
        __builtin_prefetch(ahead);
        __builtin_prefetch(ahead + COLUMNS * PANELS / 2);
        UNROLL for (int q = 0; q < PANELS; q++) {
            *(lanes *)(p + q * next) = *(const lanes *)(b + q * COLUMNS);
            *(lanes *)(p + q * next + LANES) = *(const lanes *)(b + q * COLUMNS + LANES);
        }
    }
}

/* The square p[i, j] = b[j, i] of LANES numbers a side, of which b has only the first `rows` rows:
 * in step d = 1, 2, 4 ... the bit d of row and column change places. */
INLINE void transpose(int64_t rows, const nn_real *b, int64_t ldb, nn_real *p, int64_t ldp) {
    lanes now[LANES], next[LANES];
    UNROLL for (int i = 0; i < LANES; i++) now[i] =
        i < rows ? *(const lanes *)(b + i * ldb) : (lanes){0};
    UNROLL for (int d = 1; d < LANES; d *= 2) {
        order even, odd;
        UNROLL for (int i = 0; i < LANES; i++) {
            even[i] = i & d ? LANES + i - d : i;
            odd[i] = i & d ? LANES + i : i + d;
        }
        UNROLL for (int i = 0; i < LANES; i++) {
            if (i & d) continue;
            next[i] = __builtin_shuffle(now[i], now[i + d], even);
            next[i + d] = __builtin_shuffle(now[i], now[i + d], odd);
        }
        UNROLL for (int i = 0; i < LANES; i++) now[i] = next[i];
    }
    UNROLL for (int i = 0; i < LANES; i++) * (lanes *)(p + i * ldp) = now[i];
}

/* A panel of B[k,n] whose columns are contiguous. */
WIDE static void pack_columns(int64_t k, int64_t n, nn_matrix b, nn_real *p) {
    int64_t whole = k - k % LANES;
    nn_matrix rest = {b.at + whole, b.row, b.column};
    if (n < COLUMNS) {
        pack_narrow(k, n, b, p);
        return;
    }
    for (int j = 0; j < COLUMNS; j += LANES)
        for (int64_t i = 0; i < whole; i += LANES)
            transpose(LANES, b.at + j * b.column + i, b.column, p + i * COLUMNS + j, COLUMNS);
    pack_narrow(k - whole, n, rest, p + whole * COLUMNS);
}

/* The panels of B[k,n], n <= PANELS * COLUMNS, `next` numbers apart. */
WIDE static void pack(int64_t k, int64_t n, int64_t next, nn_matrix b, nn_real *p) {
    if (b.column == 1 && n == PANELS * COLUMNS) {
        pack_wide(k, b.at, b.row, p, next);
        return;
    }
    for (; n > 0; n -= COLUMNS, b.at += COLUMNS * b.column, p += next)
        if (b.row == 1)
            pack_columns(k, n, b, p);
        else
            pack_narrow(k, n, b, p);
}

/* A tile of A[m,k]: p[HEIGHT numbers a column of A]. */
WIDE static void pack_tile(int64_t m, int64_t k, nn_matrix a, nn_real *p) {
    int64_t i = 0;
    for (; a.column == 1 && i + LANES <= k; i += LANES)
        for (int64_t j = 0; j < m; j += LANES)
            transpose(m - j, a.at + j * a.row + i, a.row, p + i * HEIGHT + j, HEIGHT);
    for (; m == ROWS && a.row == 1 && i < k; i++)
        memcpy(p + i * HEIGHT, a.at + i * a.column, ROWS * sizeof *p);
    for (; i < k; i++)
        for (int64_t j = 0; j < m; j++) p[i * HEIGHT + j] = a.at[j * a.row + i * a.column];
}

WIDE static void pack_tiles(int64_t m, int64_t k, nn_matrix a, nn_real *p) {
    for (int64_t rows = 0; m > 0; m -= rows, a.at += rows * a.row, p += TILE) {
        rows = height(m);
        pack_tile(rows, k, a, p);
    }
}

#endif
