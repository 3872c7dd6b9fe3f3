#include "unfold.h"

#include "nnmpi/tensor.h"

typedef struct spot {
    int64_t sample, o[3]; /* a position */
} spot;

static spot spot_of(const nn_window *w, int64_t position) {
    int64_t inside = position % w->n_out, line = inside / w->out[2];
    return (spot){position / w->n_out, {line / w->out[1], line % w->out[1], inside % w->out[2]}};
}

static void step(const nn_window *w, spot *s) {
    if (++s->o[2] < w->out[2]) return;
    s->o[2] = 0;
    if (++s->o[1] < w->out[1]) return;
    s->o[1] = 0;
    if (++s->o[0] < w->out[0]) return;
    s->o[0] = 0;
    s->sample++;
}

/* The line of places, counted through the batch, that taps (k0, k1, ...) see; -1: padding. */
static int64_t line_of(const nn_window *w, const spot *s, int64_t k0, int64_t k1) {
    int64_t i0 = s->o[0] * w->stride[0] + k0 * w->dilation[0] - w->before[0];
    int64_t i1 = s->o[1] * w->stride[1] + k1 * w->dilation[1] - w->before[1];
    if (i0 < 0 || i0 >= w->in[0] || i1 < 0 || i1 >= w->in[1]) return -1;
    return (s->sample * w->in[0] + i0) * w->in[1] + i1;
}

/* The taps of the last axis that see places: [first, after), the first one sees `place`. */
typedef struct stretch {
    int64_t first, after, place;
} stretch;

static stretch stretch_of(const nn_window *w, int64_t o) {
    int64_t start = o * w->stride[2] - w->before[2], d = w->dilation[2], first = 0;
    if (start < 0) first = (d - 1 - start) / d;
    int64_t room = w->in[2] - start, after = room > 0 ? (room + d - 1) / d : 0;
    if (after > w->size[2]) after = w->size[2];
    if (after < first) first = after = w->size[2]; /* all in the padding */
    return (stretch){first, after, start + first * d};
}

/* For the few numbers that a window sees of a line a loop is faster than a call of memcpy. */
static inline void copy_few(int64_t n, const nn_real *restrict x, nn_real *restrict y) {
    if (n >= 64) {
        nn_copy(n, x, y);
        return;
    }
    int64_t i = 0;
    for (; i + 4 <= n; i += 4)
        y[i] = x[i], y[i + 1] = x[i + 1], y[i + 2] = x[i + 2], y[i + 3] = x[i + 3];
    for (; i < n; i++) y[i] = x[i];
}

static void gather_line(const nn_window *w, nn_channels c, stretch s, const nn_real *line,
                        nn_real *row) {
    int64_t length = s.after - s.first;
    const nn_real *x = line + s.place * c.of + c.at;
    for (int64_t i = 0; i < s.first * c.n; i++) row[i] = 0;
    for (int64_t i = s.after * c.n; i < w->size[2] * c.n; i++) row[i] = 0;
    row += s.first * c.n;
    if (w->dilation[2] == 1 && c.n == c.of)
        copy_few(length * c.n, x, row);
    else
        for (int64_t k = 0; k < length; k++)
            copy_few(c.n, x + k * w->dilation[2] * c.of, row + k * c.n);
}

void nn_window_gather(const nn_window *w, nn_channels c, int64_t first, int64_t m, const nn_real *x,
                      nn_real *rows) {
    int64_t width = w->size[2] * c.n, length = w->in[2] * c.of;
    spot s = spot_of(w, first);
    for (int64_t i = 0; i < m; i++, step(w, &s)) {
        stretch seen = stretch_of(w, s.o[2]);
        for (int64_t k0 = 0; k0 < w->size[0]; k0++)
            for (int64_t k1 = 0; k1 < w->size[1]; k1++, rows += width) {
                int64_t line = line_of(w, &s, k0, k1);
                if (line < 0)
                    nn_zero(width, rows);
                else
                    gather_line(w, c, seen, x + line * length, rows);
            }
    }
}

static void scatter_line(const nn_window *w, nn_channels c, stretch s, const nn_real *row,
                         bool write, nn_real *line) {
    int64_t taps = s.after - s.first, n = c.n, apart = w->dilation[2] * c.of;
    nn_real *x = line + s.place * c.of + c.at;
    row += s.first * c.n;
    if (w->dilation[2] == 1 && c.n == c.of) n *= taps, taps = taps > 0;
    for (int64_t k = 0; k < taps; k++) nn_contribute(n, row + k * n, !write, x + k * apart);
}

void nn_window_scatter(const nn_window *w, nn_channels c, int64_t first, int64_t m,
                       const nn_real *rows, bool write, nn_real *x) {
    int64_t width = w->size[2] * c.n, length = w->in[2] * c.of;
    spot s = spot_of(w, first);
    for (int64_t i = 0; i < m; i++, step(w, &s)) {
        stretch seen = stretch_of(w, s.o[2]);
        for (int64_t k0 = 0; k0 < w->size[0]; k0++)
            for (int64_t k1 = 0; k1 < w->size[1]; k1++, rows += width) {
                int64_t line = line_of(w, &s, k0, k1);
                if (line >= 0) scatter_line(w, c, seen, rows, write, x + line * length);
            }
    }
}

void nn_window_zero_new(const nn_window *w, int64_t of, int64_t first, int64_t m, nn_real *x) {
    int64_t begin = (first + w->n_out - 1) / w->n_out, end = (first + m + w->n_out - 1) / w->n_out;
    nn_zero((end - begin) * w->n_in * of, x + begin * w->n_in * of);
}

/* The taps of the last axis, for the positions [o, o + length) of one line. */
static void run_line(const nn_window *w, nn_run run, int64_t o, int64_t length, int64_t line,
                     nn_run_work *work, void *context) {
    int64_t tap = run.tap, position = run.position;
    for (int64_t k = 0; k < w->size[2]; k++) {
        int64_t begin = w->first[k] > o ? w->first[k] : o;
        int64_t end = w->after[k] < o + length ? w->after[k] : o + length;
        if (begin >= end) continue;
        run.tap = tap + k;
        run.n = end - begin;
        run.position = position + begin - o;
        run.place = line * w->in[2] + begin * w->stride[2] + k * w->dilation[2] - w->before[2];
        work(context, &run);
    }
}

void nn_window_runs(const nn_window *w, int64_t first, int64_t m, nn_run_work *work,
                    void *context) {
    int64_t length;
    for (int64_t i = first; i < first + m; i += length) {
        spot s = spot_of(w, i);
        length = w->out[2] - s.o[2];
        if (length > first + m - i) length = first + m - i;
        for (int64_t k0 = 0; k0 < w->size[0]; k0++)
            for (int64_t k1 = 0; k1 < w->size[1]; k1++) {
                int64_t line = line_of(w, &s, k0, k1);
                nn_run run = {.tap = (k0 * w->size[1] + k1) * w->size[2],
                              .position = i,
                              .step = w->stride[2]};
                if (line >= 0) run_line(w, run, s.o[2], length, line, work, context);
            }
    }
}
