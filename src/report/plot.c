/* Curves as SVG: a picture of 440 by 280 units, so that its words are readable on a phone. */
#include "plot.h"

#include <math.h>
#include <stdlib.h>

#include "console.h"
#include "html.h"

enum { WIDTH = 440, HEIGHT = 270, LEFT = 60, RIGHT = 12, TOP = 14, BOTTOM = 42 };
#define NN_MANY_POINTS 600 /* beyond it a curve is drawn by the ends of its pieces */
#define NN_HOVER_POINTS 120

typedef struct nn_frame {
    nn_axis x, y;
} nn_frame;

static double x_of(const nn_frame *frame, double x) {
    return LEFT + nn_axis_place(&frame->x, x) * (WIDTH - LEFT - RIGHT);
}
static double y_of(const nn_frame *frame, double y) {
    return HEIGHT - BOTTOM - nn_axis_place(&frame->y, y) * (HEIGHT - TOP - BOTTOM);
}

/* ---- what is to be shown ---- */

typedef struct nn_range {
    double low, high, least_positive;
} nn_range;

static void widen(nn_range *range, double value) {
    if (!isfinite(value)) return;
    range->low = fmin(range->low, value);
    range->high = fmax(range->high, value);
    if (value > 0) range->least_positive = fmin(range->least_positive, value);
}

static bool has_point(const nn_series *s, int i) {
    return isfinite(s->x[i]) && isfinite(s->y[i]);
}

/* false: there is no point at all. */
static bool measure(const nn_plot *plot, nn_frame *frame) {
    nn_range x = {INFINITY, -INFINITY, INFINITY}, y = x;
    for (int k = 0; k < plot->n_series; k++)
        for (int i = 0; i < plot->series[k].n; i++)
            if (has_point(&plot->series[k], i)) {
                widen(&x, plot->series[k].x[i]);
                widen(&y, plot->series[k].y[i]);
            }
    if (x.low > x.high) return false;
    bool logarithmic = plot->logarithmic && y.low > 0 && y.high > 20 * y.low;
    if (plot->from_zero && !logarithmic) y.low = fmin(y.low, 0);
    double room = logarithmic ? 0 : 0.04 * (y.high - y.low);
    frame->x = nn_axis_of(x.low, x.high, 6, false, true);
    frame->y = nn_axis_of(y.low == 0 ? 0 : y.low - room, y.high + room, 5, logarithmic, false);
    return true;
}

/* ---- the picture ---- */

static void add_y_axis(const nn_frame *frame, nn_buffer *out) {
    for (int i = 0; i < frame->y.n_ticks; i++) {
        double y = y_of(frame, frame->y.tick[i]);
        nn_buffer_add(out,
                      "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                      "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                      LEFT, WIDTH - RIGHT, y, y, LEFT - 7, y + 4,
                      nn_axis_label(&frame->y, frame->y.tick[i]));
    }
}

static void add_axes(const nn_plot *plot, const nn_frame *frame, nn_buffer *out) {
    nn_buffer_add(out, "<g class=\"axis\">\n");
    add_y_axis(frame, out);
    int base = HEIGHT - BOTTOM;
    nn_buffer_add(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", LEFT,
                  WIDTH - RIGHT, base, base);
    for (int i = 0; i < frame->x.n_ticks; i++) {
        double x = x_of(frame, frame->x.tick[i]);
        const char *anchor = x > WIDTH - RIGHT - 12 ? "end" : "middle";
        nn_buffer_add(out,
                      "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                      "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
                      x, x, base, base + 4, *anchor == 'e' ? x + 8 : x, base + 18, anchor,
                      nn_axis_label(&frame->x, frame->x.tick[i]));
    }
    nn_buffer_add(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">",
                  (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 7);
    nn_html_text(out, plot->x_name);
    nn_buffer_add(out, "</text>\n</g>\n");
}

static void add_point(const nn_series *s, int i, const nn_frame *frame, bool *pen_down,
                      nn_buffer *out) {
    if (has_point(s, i))
        nn_buffer_add(out, "%c%.1f %.1f", *pen_down ? 'L' : 'M', x_of(frame, s->x[i]),
                      y_of(frame, s->y[i]));
    *pen_down = has_point(s, i);
}

/* Points [first, end) by the two where y is least and largest, in their order. */
static void add_piece(const nn_series *s, int first, int end, const nn_frame *frame, bool *pen_down,
                      nn_buffer *out) {
    int low = -1, high = -1;
    for (int i = first; i < end; i++) {
        if (!has_point(s, i)) continue;
        if (low < 0 || s->y[i] < s->y[low]) low = i;
        if (high < 0 || s->y[i] > s->y[high]) high = i;
    }
    if (low < 0) {
        *pen_down = false;
        return;
    }
    add_point(s, low < high ? low : high, frame, pen_down, out);
    if (low != high) add_point(s, low < high ? high : low, frame, pen_down, out);
}

static void add_path(const nn_series *s, const nn_frame *frame, nn_buffer *out) {
    bool pen_down = false;
    nn_buffer_add(out, "<path class=\"line d%d\" d=\"", s->dash);
    int pieces = s->n > NN_MANY_POINTS ? NN_MANY_POINTS / 2 : s->n;
    for (int p = 0; p < pieces; p++)
        add_piece(s, (int)((int64_t)p * s->n / pieces), (int)((int64_t)(p + 1) * s->n / pieces),
                  frame, &pen_down, out);
    nn_buffer_add(out, "\"/>\n");
}

static int points_of(const nn_series *s) {
    int n = 0;
    for (int i = 0; i < s->n; i++) n += has_point(s, i);
    return n;
}

/* Points that say their number under the pointer; the last one is always seen. */
static void add_points(const nn_plot *plot, const nn_series *s, const nn_frame *frame,
                       nn_buffer *out) {
    int last = s->n - 1, n = points_of(s);
    while (last > 0 && !has_point(s, last)) last--;
    for (int i = 0; i < s->n; i++) {
        bool seen = plot->dots || n == 1 || i == last;
        if (!has_point(s, i) || (!seen && n > NN_HOVER_POINTS)) continue;
        nn_buffer_add(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"><title>",
                      seen ? "dot" : "hit", x_of(frame, s->x[i]), y_of(frame, s->y[i]),
                      seen ? "3" : "5");
        nn_html_text(out, s->name);
        nn_buffer_add(out, ", %s %g: %s%s%s</title></circle>\n", plot->x_name, s->x[i],
                      nn_value_text(s->y[i]), plot->unit ? " " : "", plot->unit ? plot->unit : "");
    }
}

static void add_legend(const nn_plot *plot, nn_buffer *out) {
    nn_buffer_add(out, "<ul class=\"legend\">\n");
    for (int k = 0; k < plot->n_series; k++) {
        const nn_series *s = &plot->series[k];
        if (points_of(s) == 0) continue;
        nn_buffer_add(out,
                      "<li><svg class=\"s%d\" viewBox=\"0 0 26 10\" aria-hidden=\"true\"><path "
                      "class=\"line d%d\" d=\"M1 5H25\"/></svg>",
                      s->color, s->dash);
        nn_html_text(out, s->name);
        nn_buffer_add(out, "</li>\n");
    }
    nn_buffer_add(out, "</ul>\n");
}

static void add_words(const nn_plot *plot, nn_buffer *out) {
    nn_html_text(out, plot->title);
    if (plot->unit) nn_buffer_add(out, ", %s", plot->unit);
}

/* For those who do not see it: what is drawn, and where each curve ends. */
static void add_description(const nn_plot *plot, nn_buffer *out) {
    add_words(plot, out);
    nn_buffer_add(out, " by %s", plot->x_name);
    for (int k = 0; k < plot->n_series && k < 12; k++) {
        const nn_series *s = &plot->series[k];
        int last = s->n - 1;
        while (last >= 0 && !has_point(s, last)) last--;
        if (last < 0) continue;
        nn_buffer_add(out, "; ");
        nn_html_text(out, s->name);
        nn_buffer_add(out, " ends at %s", nn_value_text(s->y[last]));
    }
}

void nn_plot_html(const nn_plot *plot, nn_buffer *out) {
    nn_frame frame;
    if (!measure(plot, &frame)) return;
    nn_buffer_add(out, "<figure class=\"card\">\n<h3>");
    add_words(plot, out);
    if (frame.y.logarithmic) nn_buffer_add(out, " <span class=\"dim\">(log scale)</span>");
    nn_buffer_add(out, "</h3>\n");
    add_legend(plot, out);
    nn_buffer_add(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>", WIDTH, HEIGHT);
    add_description(plot, out);
    nn_buffer_add(out, "</title>\n");
    add_axes(plot, &frame, out);
    for (int k = 0; k < plot->n_series; k++) {
        nn_buffer_add(out, "<g class=\"s%d\">\n", plot->series[k].color);
        add_path(&plot->series[k], &frame, out);
        add_points(plot, &plot->series[k], &frame, out);
        nn_buffer_add(out, "</g>\n");
    }
    nn_buffer_add(out, "</svg>\n</figure>\n");
}
