/* Curves as SVG. Private to src/report. */
#ifndef NNMPI_REPORT_PLOT_H
#define NNMPI_REPORT_PLOT_H

#include <stdbool.h>

#include "nnmpi/text.h"

/* ---- axis.c: numbers along a line ---- */

#define NN_MOST_TICKS 12
typedef struct nn_axis {
    double low, high; /* of the picture; logarithms if `logarithmic` */
    bool logarithmic;
    int n_ticks;
    double tick[NN_MOST_TICKS]; /* values */
    int decimals;               /* of the labels */
} nn_axis;
/* An axis that shows low to high with about `wanted` ticks at round numbers. Not finite or empty
 * ranges are widened. `whole`: ticks at whole numbers only. */
nn_axis nn_axis_of(double low, double high, int wanted, bool logarithmic, bool whole);
double nn_axis_place(const nn_axis *axis, double value); /* 0: low, 1: high */
/* The label of a tick: "0.05", "2e-4", "20k". In rotating static buffers. */
const char *nn_axis_label(const nn_axis *axis, double value);

/* ---- plot.c ---- */

typedef struct nn_series {
    const char *name;
    int n;
    const double *x, *y; /* y: NaN where there is none */
    int color, dash;
} nn_series;

typedef struct nn_plot {
    const char *title;  /* "loss" */
    const char *x_name; /* "epoch" */
    const char *unit;   /* of y, NULL: none */
    bool from_zero;     /* y begins at 0 */
    bool logarithmic;   /* where y allows it, and spans much */
    bool dots;          /* each point is marked */
    int n_series;
    const nn_series *series;
} nn_plot;
/* A figure with a title, a legend and the curves; nothing if no number is finite. */
void nn_plot_html(const nn_plot *plot, nn_buffer *out);

#endif
