/* See braille.h. U+2800 is empty; its dots are bits. */
#include "braille.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NN_LABEL 9 /* characters left of the curves */
#define NN_CURVES 2

typedef struct nn_canvas {
    int width, height;   /* cells */
    unsigned char *dots; /* of each cell, for each of NN_CURVES one after another */
    nn_axis x, y;
} nn_canvas;

static const nn_style styles[NN_CURVES] = {NN_GREEN, NN_YELLOW};

static void set(nn_canvas *c, int x, int y, int series) {
    static const unsigned char bit[4][2] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};
    if (x < 0 || y < 0 || x >= 2 * c->width || y >= 4 * c->height) return;
    int cell = y / 4 * c->width + x / 2;
    c->dots[series * c->width * c->height + cell] |= bit[y % 4][x % 2];
}

static void line(nn_canvas *c, double x0, double y0, double x1, double y1, int series) {
    int n = (int)fmax(fabs(x1 - x0), fabs(y1 - y0)) + 1;
    for (int i = 0; i <= n; i++)
        set(c, (int)(x0 + (x1 - x0) * i / n + 0.5), (int)(y0 + (y1 - y0) * i / n + 0.5), series);
}

static void draw(nn_canvas *c, const nn_series *s, int series) {
    double x0 = 0, y0 = 0;
    bool pen_down = false;
    for (int i = 0; i < s->n; i++) {
        bool there = isfinite(s->x[i]) && isfinite(s->y[i]);
        double x = nn_axis_place(&c->x, s->x[i]) * (2 * c->width - 1),
               y = (1 - nn_axis_place(&c->y, s->y[i])) * (4 * c->height - 1);
        if (there) line(c, pen_down ? x0 : x, pen_down ? y0 : y, x, y, series);
        pen_down = there;
        x0 = x;
        y0 = y;
    }
}

/* false: there is no point at all. */
static bool scale(nn_canvas *c, const nn_plot *plot) {
    double low = INFINITY, high = -INFINITY, first = INFINITY, last = -INFINITY;
    for (int k = 0; k < plot->n_series; k++)
        for (int i = 0; i < plot->series[k].n; i++) {
            double x = plot->series[k].x[i], y = plot->series[k].y[i];
            if (!isfinite(x) || !isfinite(y)) continue;
            low = fmin(low, y), high = fmax(high, y);
            first = fmin(first, x), last = fmax(last, x);
        }
    if (low > high) return false;
    bool logarithmic = plot->logarithmic && low > 0 && high > 20 * low;
    c->x = nn_axis_of(first, last, 6, false, true);
    c->y = nn_axis_of(low, high, c->height > 8 ? 5 : 3, logarithmic, false);
    return true;
}

static void add_title(const nn_plot *plot, const nn_canvas *c, const nn_terminal *terminal,
                      nn_buffer *out) {
    const char *plain = nn_terminal_style(terminal, NN_PLAIN);
    nn_buffer_add(out, "%s%.20s%s%s", nn_terminal_style(terminal, NN_BOLD), plot->title, plain,
                  c->y.logarithmic ? " (log)" : "");
    for (int k = 0; k < plot->n_series; k++) {
        const nn_series *s = &plot->series[k];
        nn_buffer_add(out, "  %s%s%s %s", nn_terminal_style(terminal, styles[k]), s->name, plain,
                      s->n ? nn_value_text(s->y[s->n - 1]) : "");
    }
    nn_buffer_add(out, "\n");
}

/* The tick whose place is in this line of characters, or "". */
static const char *label_of(const nn_canvas *c, int row) {
    for (int i = 0; i < c->y.n_ticks; i++) {
        double place = (1 - nn_axis_place(&c->y, c->y.tick[i])) * (4 * c->height - 1);
        if ((int)(place + 0.5) / 4 == row) return nn_axis_label(&c->y, c->y.tick[i]);
    }
    return "";
}

/* A cell has one colour: that of the curve with more dots in it; where they tie, none. */
static nn_style style_of(const unsigned char dots[NN_CURVES]) {
    int lead = __builtin_popcount(dots[0]) - __builtin_popcount(dots[1]);
    return lead == 0 ? NN_PLAIN : styles[lead < 0];
}

static void add_row(const nn_canvas *c, int row, const nn_terminal *terminal, nn_buffer *out) {
    nn_buffer_add(out, "%*.*s ", NN_LABEL - 1, NN_LABEL - 1, label_of(c, row));
    nn_style style = NN_PLAIN;
    const unsigned char *first = c->dots + row * c->width, *second = first + c->width * c->height;
    int last = c->width;
    while (last > 0 && !first[last - 1] && !second[last - 1]) last--;
    for (int i = 0; i < last; i++) {
        int dots = first[i] | second[i];
        nn_style mine = style_of((unsigned char[]){first[i], second[i]});
        if (dots && mine != style) {
            nn_buffer_add(out, "%s", nn_terminal_style(terminal, mine));
            style = mine;
        }
        nn_buffer_add(out, "\xe2%c%c", 0xa0 + (dots >> 6), 0x80 + (dots & 63));
    }
    nn_buffer_add(out, "%s\n", style == NN_PLAIN ? "" : nn_terminal_style(terminal, NN_PLAIN));
}

static void add_x_axis(const nn_plot *plot, const nn_canvas *c, nn_buffer *out) {
    nn_buffer line = {0};
    nn_buffer_add(&line, "%*s", NN_LABEL + c->width, "");
    size_t free_from = 0;
    for (int i = 0; i < c->x.n_ticks; i++) {
        const char *label = nn_axis_label(&c->x, c->x.tick[i]);
        size_t n = strlen(label),
               at = NN_LABEL + (size_t)(nn_axis_place(&c->x, c->x.tick[i]) * (c->width - 1));
        if (at + n > line.length) at = line.length - n;
        if (at < free_from) continue;
        memcpy(line.text + at, label, n);
        free_from = at + n + 2;
    }
    if (strlen(plot->x_name) < NN_LABEL) memcpy(line.text, plot->x_name, strlen(plot->x_name));
    while (line.length && line.text[line.length - 1] == ' ') line.text[--line.length] = '\0';
    nn_buffer_add(out, "%s\n", line.text);
    nn_buffer_free(&line);
}

void nn_plot_braille(const nn_plot *plot, const nn_terminal *terminal, int width, int height,
                     nn_buffer *out) {
    nn_canvas c = {.width = width - NN_LABEL, .height = height - 2};
    nn_assert(plot->n_series <= NN_CURVES);
    if (c.width < 4 || c.height < 1 || !scale(&c, plot)) return;
    c.dots = calloc(NN_CURVES, (size_t)c.width * (size_t)c.height);
    nn_assert(c.dots);
    for (int k = 0; k < plot->n_series; k++) draw(&c, &plot->series[k], k);
    add_title(plot, &c, terminal, out);
    for (int row = 0; row < c.height; row++) add_row(&c, row, terminal, out);
    add_x_axis(plot, &c, out);
    free(c.dots);
}
