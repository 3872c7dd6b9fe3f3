/* Walks of a window over a batch.
 *
 * Positions and places are counted through the batch: position i of sample s is s n_out + i, place
 * s n_in + i. A walk goes over the positions [first, first + m), which may begin and end anywhere,
 * so that what it fills can be a block that stays in cache. */
#ifndef NNMPI_LAYER_UNFOLD_H
#define NNMPI_LAYER_UNFOLD_H

#include "window.h"

#define nn_window_gather NN_REAL_NAME(nn_window_gather)
#define nn_window_scatter NN_REAL_NAME(nn_window_scatter)
#define nn_window_zero_new NN_REAL_NAME(nn_window_zero_new)
#define nn_window_runs NN_REAL_NAME(nn_window_runs)

/* Channels [at, at + n) of the `of` that lie at each place. */
typedef struct nn_channels {
    int64_t of, at, n;
} nn_channels;

/* rows[m, taps n] = what the window sees, 0 in the padding ("im2col"; Chellapilla, Puri and Simard,
 * 2006). x: [samples, n_in, of]. */
void nn_window_gather(const nn_window *w, nn_channels c, int64_t first, int64_t m, const nn_real *x,
                      nn_real *rows);
/* The transpose of gather: x = x + rows at the places seen. With `write` x = rows, for a window
 * that tiles. */
void nn_window_scatter(const nn_window *w, nn_channels c, int64_t first, int64_t m,
                       const nn_real *rows, bool write, nn_real *x);
/* x = 0 for the samples whose first position is in [first, first + m). x: [samples, n_in, of]. */
void nn_window_zero_new(const nn_window *w, int64_t of, int64_t first, int64_t m, nn_real *x);

/* n positions in a row whose tap sees the places place, place + step, ... */
typedef struct nn_run {
    int64_t tap, n, position, place, step;
} nn_run;
typedef void nn_run_work(void *context, const nn_run *run);

/* Calls `work` for all that is seen, the padding left out: line by line of positions, in each line
 * tap by tap. */
void nn_window_runs(const nn_window *w, int64_t first, int64_t m, nn_run_work *work, void *context);

#endif
