#include "depthwise.h"

#include "nnmpi/tensor.h"
#include "unfold.h"

typedef struct walk {
    int64_t C, Q, first; /* channels, multiplier, the first position of the block */
    const nn_real *places, *kernel, *rows;
    nn_real *rows_out, *kernel_out, *places_out;
} walk;

static void forward_run(void *context, const nn_run *r) {
    const walk *v = context;
    int64_t C = v->C, Q = v->Q;
    const nn_real *restrict kernel = v->kernel + r->tap * C * Q;
    for (int64_t i = 0; i < r->n; i++) {
        const nn_real *restrict x = v->places + (r->place + i * r->step) * C;
        nn_real *restrict y = v->rows_out + (r->position - v->first + i) * C * Q;
        if (Q == 1)
            for (int64_t c = 0; c < C; c++) y[c] += x[c] * kernel[c];
        else
            for (int64_t c = 0; c < C; c++)
                for (int64_t q = 0; q < Q; q++) y[c * Q + q] += x[c] * kernel[c * Q + q];
    }
}

void nn_depthwise_forward(const nn_depthwise *d, int64_t first, int64_t m, const nn_real *z_in,
                          const nn_real *kernel, nn_real *y) {
    walk v = {.C = d->channels,
              .Q = d->multiplier,
              .first = first,
              .places = z_in,
              .kernel = kernel,
              .rows_out = y};
    nn_zero(m * v.C * v.Q, y);
    nn_window_runs(&d->w, first, m, forward_run, &v);
}

static void kernel_run(void *context, const nn_run *r) {
    const walk *v = context;
    int64_t C = v->C, Q = v->Q;
    nn_real *restrict dkernel = v->kernel_out + r->tap * C * Q;
    for (int64_t i = 0; i < r->n; i++) {
        const nn_real *restrict x = v->places + (r->place + i * r->step) * C;
        const nn_real *restrict dy = v->rows + (r->position - v->first + i) * C * Q;
        if (Q == 1)
            for (int64_t c = 0; c < C; c++) dkernel[c] += x[c] * dy[c];
        else
            for (int64_t c = 0; c < C; c++)
                for (int64_t q = 0; q < Q; q++) dkernel[c * Q + q] += x[c] * dy[c * Q + q];
    }
}

void nn_depthwise_kernel(const nn_depthwise *d, int64_t first, int64_t m, const nn_real *z_in,
                         const nn_real *dy, nn_real *dkernel) {
    walk v = {.C = d->channels,
              .Q = d->multiplier,
              .first = first,
              .places = z_in,
              .rows = dy,
              .kernel_out = dkernel};
    nn_window_runs(&d->w, first, m, kernel_run, &v);
}

static void input_run(void *context, const nn_run *r) {
    const walk *v = context;
    int64_t C = v->C, Q = v->Q;
    const nn_real *restrict kernel = v->kernel + r->tap * C * Q;
    for (int64_t i = 0; i < r->n; i++) {
        const nn_real *restrict dy = v->rows + (r->position - v->first + i) * C * Q;
        nn_real *restrict dx = v->places_out + (r->place + i * r->step) * C;
        if (Q == 1)
            for (int64_t c = 0; c < C; c++) dx[c] += dy[c] * kernel[c];
        else
            for (int64_t c = 0; c < C; c++)
                for (int64_t q = 0; q < Q; q++) dx[c] += dy[c * Q + q] * kernel[c * Q + q];
    }
}

void nn_depthwise_input(const nn_depthwise *d, int64_t first, int64_t m, const nn_real *dy,
                        const nn_real *kernel, bool add, nn_real *dz_in) {
    walk v = {.C = d->channels,
              .Q = d->multiplier,
              .first = first,
              .rows = dy,
              .kernel = kernel,
              .places_out = dz_in};
    if (!add) nn_window_zero_new(&d->w, v.C, first, m, dz_in);
    nn_window_runs(&d->w, first, m, input_run, &v);
}
