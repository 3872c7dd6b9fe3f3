/* What people look at: the console. Floor 5. */
#ifndef NNMPI_REPORT_H
#define NNMPI_REPORT_H

#include <stdio.h>

#include "nnmpi/train.h"

typedef enum nn_color { NN_COLOR_AUTO, NN_COLOR_ALWAYS, NN_COLOR_NEVER } nn_color;
extern const char *const nn_color_words[]; /* "auto", "always", "never", NULL */

/* Prints a run on stdout: the plan at its start, progress, and how it ended. Where stdout ends at
 * a terminal (through mpirun too) progress is one line redrawn; anywhere else it is sparse lines
 * without control characters. */
typedef struct nn_console nn_console;
/* Before nn_comm_start, after which the environment no longer tells who started the process. */
nn_console *nn_console_create(nn_color color);
void nn_console_destroy(nn_console *console); /* NULL is allowed */
/* Lives as long as the console. */
const nn_observer *nn_console_observer(const nn_console *console);

/* The plan alone. */
void nn_console_print_plan(const nn_console *console, const nn_run_plan *plan);

#endif
