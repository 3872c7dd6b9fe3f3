/* The innermost part of gemm.c: a tile of C in registers. Included by gemm.c alone. */
#ifndef NNMPI_TENSOR_TILE_H
#define NNMPI_TENSOR_TILE_H

#include "gemm.h"

#define WIDE __attribute__((target("arch=x86-64-v4,prefer-vector-width=512")))
#define INLINE static inline __attribute__((always_inline)) WIDE
#define UNROLL _Pragma("GCC unroll 16")

typedef nn_real lanes __attribute__((vector_size(64), aligned(sizeof(nn_real)), may_alias));
#ifdef NN_DOUBLE
typedef int64_t order __attribute__((vector_size(64)));
#else
typedef int32_t order __attribute__((vector_size(64)));
#endif

enum {
    LANES = 64 / sizeof(nn_real),
    COLUMNS = 2 * LANES, /* of a panel */
    ROWS = 14,           /* of a tile: 28 sums, 2 of B and a number of A are 31 registers of 32 */
    DEPTH = 384,         /* rows of a panel that are packed at once */
    PANELS = 4,          /* packed at once */
    PANEL = DEPTH * COLUMNS,
    HEIGHT = 16, /* numbers of A for one k in a packed tile: ROWS of them are used */
    TILE = DEPTH * HEIGHT,
    TILES = 2 * LANES, /* of A, packed at once */
    FEW = 2 * ROWS,    /* rows of A for which packing B does not pay */
    AHEAD = 8,         /* rows of B that are asked for before they are needed */
    LEAST_ROWS = 8,    /* of A and columns of B for which packing A pays */
    LEAST_COLUMNS = 128,
    ALONE = 500000 /* products that one thread does sooner than several (about 5 us) */
};

/* C[m, COLUMNS] (+)= A[m,k] . B[k, COLUMNS] for a constant m; inlined also for constants a.row and
 * a.column. */
INLINE void tile(const int m, int64_t k, nn_matrix a, const nn_real *b, int64_t ldb, bool add,
                 nn_real *c, int64_t ldc) {
    lanes sum[ROWS][2];
    UNROLL for (int i = 0; i < m; i++) sum[i][0] = sum[i][1] = (lanes){0};
    for (int64_t p = 0; p < k; p++) {
        const lanes left = *(const lanes *)(b + p * ldb);
        const lanes right = *(const lanes *)(b + p * ldb + LANES);
        UNROLL for (int i = 0; i < m; i++) {
            const nn_real x = a.at[i * a.row + p * a.column];
            sum[i][0] += x * left;
            sum[i][1] += x * right;
        }
    }
    UNROLL for (int i = 0; i < m; i++) {
        lanes *left = (lanes *)(c + i * ldc), *right = (lanes *)(c + i * ldc + LANES);
        if (add) {
            sum[i][0] += *left;
            sum[i][1] += *right;
        }
        *left = sum[i][0];
        *right = sum[i][1];
    }
}

#define X(m)                                                                                       \
    case m:                                                                                        \
        tile(m, k, a, b, ldb, add, c, ldc);                                                        \
        break;
#define ALL_HEIGHTS X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
WIDE static void loose_tile(int m, int64_t k, nn_matrix a, const nn_real *b, int64_t ldb, bool add,
                            nn_real *c, int64_t ldc) {
    switch (m) { ALL_HEIGHTS }
}

WIDE static void packed_tile(int m, int64_t k, const nn_real *packed, const nn_real *b, int64_t ldb,
                             bool add, nn_real *c, int64_t ldc) {
    const nn_matrix a = {packed, 1, HEIGHT};
    switch (m) { ALL_HEIGHTS }
}
#undef X

WIDE static void tile_of(int m, int64_t k, nn_matrix a, const nn_real *b, int64_t ldb, bool add,
                         nn_real *c, int64_t ldc) {
    if (a.row == 1 && a.column == HEIGHT)
        packed_tile(m, k, a.at, b, ldb, add, c, ldc);
    else
        loose_tile(m, k, a, b, ldb, add, c, ldc);
}

/* The same where the panel has n < COLUMNS columns of C; those of B that are missing are 0. */
WIDE static void narrow_tile(int m, int n, int64_t k, nn_matrix a, const nn_real *b, bool add,
                             nn_real *c, int64_t ldc) {
    nn_real whole[ROWS * COLUMNS] __attribute__((aligned(64)));
    tile_of(m, k, a, b, COLUMNS, false, whole, COLUMNS);
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            nn_real *y = c + i * ldc + j;
            *y = add ? *y + whole[i * COLUMNS + j] : whole[i * COLUMNS + j];
        }
}

/* Rows of the next tile when m are left: the last ones make two of about the same height. */
static inline int64_t height(int64_t m) {
    return m >= 2 * ROWS || m == ROWS ? ROWS : m > ROWS ? (m + 1) / 2 : m;
}

/* All rows of A, which lies in tiles if `packed`. */
WIDE static void panel(int64_t m, int64_t n, int64_t k, nn_matrix a, bool packed, const nn_real *b,
                       int64_t ldb, bool add, nn_real *c, int64_t ldc) {
    for (int64_t rows = 0; m > 0; m -= rows, c += rows * ldc) {
        rows = height(m);
        if (n >= COLUMNS)
            tile_of((int)rows, k, a, b, ldb, add, c, ldc);
        else
            narrow_tile((int)rows, (int)n, k, a, b, add, c, ldc);
        a.at += packed ? TILE : rows * a.row;
    }
}

#endif
