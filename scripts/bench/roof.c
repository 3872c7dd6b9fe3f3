/* bench_roof SECONDS: what one core of this machine can do at most, by the program's own BLAS with
 * one thread. One line of JSON: SGEMM of 2048^3 in GFLOP/s and a copy of 128 MB in GB/s (bytes read
 * and bytes written), each the median of as many as fit into half of the time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "nnmpi/tensor.h"

#define SIDE 2048
#define COPIED ((size_t)128 << 20)
#define MOST 1000

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static float *numbers(size_t n) {
    float *x = malloc(n * sizeof *x);
    if (!x) exit(71);
    for (size_t i = 0; i < n; i++) x[i] = (float)(i % 7) - 3;
    return x;
}

static float *a, *b, *c;

static void multiply(void) {
    nn_gemm(false, false, SIDE, SIDE, SIDE, a, SIDE, b, SIDE, 0, c, SIDE);
}

static void copy(void) {
    memcpy(b, a, COPIED);
    a[0] = b[1]; /* so that no copy can be left out */
}

/* The median time of one call; the first one is not counted. */
static double time_of(void (*work)(void), double seconds) {
    static double taken[MOST];
    int n = 0;
    work();
    double start = now(), last = start;
    while (n < MOST && (n == 0 || last - start < seconds)) {
        work();
        double t = now();
        taken[n++] = t - last;
        last = t;
    }
    qsort(taken, (size_t)n, sizeof *taken, ascending);
    return taken[n / 2];
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? atof(argv[1]) / 2 : 1;
    size_t n = COPIED / sizeof(float); /* more than SIDE * SIDE */
    nn_blas_set_threads(1);
    a = numbers(n), b = numbers(n), c = numbers((size_t)SIDE * SIDE);
    double gemm = 2.0 * SIDE * SIDE * SIDE / time_of(multiply, seconds);
    double bandwidth = 2.0 * (double)COPIED / time_of(copy, seconds);
    printf("{\"gflops\": %.2f, \"copy\": %.2f, \"blas\": \"%s\"}\n", 1e-9 * gemm, 1e-9 * bandwidth,
           nn_blas_text());
    free(a);
    free(b);
    free(c);
    return 0;
}
