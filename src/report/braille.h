/* Curves in characters: Braille, 2 by 4 dots each. Private to src/report. */
#ifndef NNMPI_REPORT_BRAILLE_H
#define NNMPI_REPORT_BRAILLE_H

#include "console.h"
#include "plot.h"

/* The plot in `height` lines of at most `width` characters: a title with what each colour is, the
 * curves, the axis of x. Two series at most. Nothing if no number is finite. */
void nn_plot_braille(const nn_plot *plot, const nn_terminal *terminal, int width, int height,
                     nn_buffer *out);

#endif
