/* C = A . B with AVX-512, after Goto and van de Geijn, Anatomy of high-performance
 * matrix multiplication, 2008: a block of B is packed into panels of as many columns as two
 * registers hold; a tile of C, ROWS by one panel, stays in registers while k runs. A is read where
 * it lies, since each of its numbers is used for a whole panel at once.
 *
 * OpenBLAS is made for large matrices. Here one side is often short: the samples of a batch. With
 * A not packed, and B not either where A has few rows, little is spent beside the arithmetic. */
#include "gemm.h"
#include "nnmpi/status.h"

#if defined(__x86_64__) && defined(__GNUC__) && __GNUC__ >= 12 && !defined(__clang__)

#include "pack.h"

#include <stdlib.h>

/* Where depths p to p + depth of panel q of `columns` columns stand in a factor. */
static inline int64_t place(int64_t columns, int64_t p, int64_t depth, int64_t q) {
    return p * columns + q * depth * COLUMNS;
}

/* A thread's panels and tiles: 1 MB that it gets once and keeps. Not static, since static memory of
 * threads is taken from their stacks. */
static nn_real *room(void) {
    static _Thread_local nn_real *kept;
    if (!kept) kept = aligned_alloc(64, (PANELS * PANEL + TILES * TILE) * sizeof *kept);
    if (!kept) nn_panic("no memory for a product of matrices");
    return kept;
}

/* Of C[m,n] by one thread, m <= TILES * ROWS. */
WIDE static void block(int64_t m, int64_t n, int64_t k, nn_matrix a, nn_right b, bool add,
                       nn_real *c, int64_t ldc) {
    nn_real *panels = room(), *tiles = panels + PANELS * PANEL;
    const bool tiled = m >= LEAST_ROWS && n >= LEAST_COLUMNS;
    for (int64_t p = 0; p < k; p += DEPTH) {
        int64_t depth = k - p < DEPTH ? k - p : DEPTH;
        nn_matrix x = {a.at + p * a.column, a.row, a.column};
        if (tiled) {
            pack_tiles(m, depth, x, tiles);
            x = (nn_matrix){tiles, 1, HEIGHT};
        }
        for (int64_t j = 0; j < n; j += PANELS * COLUMNS) {
            int64_t width = n - j < PANELS * COLUMNS ? n - j : PANELS * COLUMNS;
            nn_matrix y = {b.at + p * b.row + j * b.column, b.row, b.column};
            bool in_place = !b.packed && b.column == 1 && m <= FEW && width % COLUMNS == 0;
            if (!b.packed && !in_place) pack(depth, width, PANEL, y, panels);
            for (int64_t q = 0; q < width; q += COLUMNS) {
                const nn_real *z =
                    b.packed   ? b.packed + place(b.columns, p, depth, (b.first + j + q) / COLUMNS)
                    : in_place ? y.at + q
                               : panels + q * DEPTH;
                panel(m, width - q, depth, x, tiled, z, in_place ? b.row : COLUMNS, add || p > 0,
                      c + j + q, ldc);
            }
        }
    }
}

/* The same for any m, in blocks of about the same size. */
WIDE static void blocks(int64_t m, int64_t n, int64_t k, nn_matrix a, nn_right b, bool add,
                        nn_real *c, int64_t ldc) {
    int64_t all = (m + ROWS - 1) / ROWS, parts = (all + TILES - 1) / TILES;
    int64_t most = (all + parts - 1) / parts * ROWS;
    for (; m > 0; m -= most, a.at += most * a.row, c += most * ldc)
        block(m < most ? m : most, n, k, a, b, add, c, ldc);
}

/* Where part t of `parts` of n things begins, if they are given out `step` at a time. */
static int64_t begin(int64_t n, int64_t step, int parts, int t) {
    int64_t at = (n + step - 1) / step * t / parts * step;
    return at < n ? at : n;
}

/* Threads share the longer side of C; no sum is cut, so their number does not change the bits. */
void nn_gemm_wide(int64_t m, int64_t n, int64_t k, nn_matrix a, nn_right b, bool add, nn_real *c,
                  int64_t ldc) {
    int threads = (double)m * (double)n * (double)k < ALONE ? 1 : nn_blas_threads();
    if (threads <= 1) {
        blocks(m, n, k, a, b, add, c, ldc);
        return;
    }
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int t = 0; t < threads; t++) {
        bool tall = m > n;
        int64_t step = tall ? ROWS : COLUMNS, side = tall ? m : n;
        int64_t at = begin(side, step, threads, t), size = begin(side, step, threads, t + 1) - at;
        if (size <= 0) continue;
        nn_matrix x = {a.at + (tall ? at * a.row : 0), a.row, a.column};
        nn_right y = b;
        if (!tall) y.at += at * b.column, y.first += at;
        blocks(tall ? size : m, tall ? n : size, k, x, y, add, c + (tall ? at * ldc : at), ldc);
    }
}

int64_t nn_gemm_packed_columns(int64_t n) {
    return (n + COLUMNS - 1) / COLUMNS * COLUMNS;
}

void nn_gemm_pack_wide(int64_t n, int64_t k, nn_right b, nn_real *packed) {
    int64_t columns = nn_gemm_packed_columns(n);
    for (int64_t p = 0; p < k; p += DEPTH) {
        int64_t depth = k - p < DEPTH ? k - p : DEPTH;
        for (int64_t j = 0; j < n; j += PANELS * COLUMNS) {
            nn_matrix y = {b.at + p * b.row + j * b.column, b.row, b.column};
            pack(depth, n - j < PANELS * COLUMNS ? n - j : PANELS * COLUMNS, depth * COLUMNS, y,
                 packed + place(columns, p, depth, j / COLUMNS));
        }
    }
}

#else

void nn_gemm_wide(int64_t m, int64_t n, int64_t k, nn_matrix a, nn_right b, bool add, nn_real *c,
                  int64_t ldc) {
    nn_panic("nn_gemm_wide: not on this processor");
}

int64_t nn_gemm_packed_columns(int64_t n) {
    return n;
}

void nn_gemm_pack_wide(int64_t n, int64_t k, nn_right b, nn_real *packed) {
    nn_panic("nn_gemm_pack_wide: not on this processor");
}

#endif
