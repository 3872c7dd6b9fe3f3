/* What people look at: the console. Floor 5. */
#ifndef NNMPI_REPORT_H
#define NNMPI_REPORT_H

#include <stdio.h>

#include "nnmpi/sweep.h"
#include "nnmpi/train.h"
#include "nnmpi/use.h"

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
/* What its data are like, if the plan has a survey of them. */
void nn_console_print_data(const nn_console *console, const nn_run_plan *plan);

/* Prints an evaluation on stdout: the numbers, the confusion matrix, the worst samples. */
typedef struct nn_evaluation_printer {
    const char *json; /* a file that gets them as JSON too; "-": stdout, instead; or NULL */
    nn_color color;
    bool quiet;       /* the numbers only */
    nn_status status; /* NN_CANNOT_WRITE, NN_IO: of the JSON */
} nn_evaluation_printer;
void nn_evaluation_print(void *printer, const nn_evaluation *evaluation);

/* Prints a sweep on stdout: its trials as they end, then all of them, the best first. */
typedef struct nn_sweep_console nn_sweep_console;
nn_sweep_console *nn_sweep_console_create(nn_color color); /* before nn_comm_start */
void nn_sweep_console_destroy(nn_sweep_console *console);  /* NULL is allowed */
const nn_sweep_observer *nn_sweep_console_observer(const nn_sweep_console *console);

/* Draws the curves of a run folder on the terminal until the run has ended, or q or Ctrl-C; once,
 * or where stdout is no terminal: one picture. NN_NO_INPUT, NN_BAD_DATA. */
nn_status nn_watch(const char *folder, nn_color color, bool once);

/* Who lays a picture out: with AUTO Graphviz if it is there and works, else nnmpi. */
typedef enum nn_graph_layout { NN_LAYOUT_AUTO, NN_LAYOUT_GRAPHVIZ, NN_LAYOUT_OWN } nn_graph_layout;
extern const char *const nn_graph_layout_words[]; /* ended by NULL */
/* The model of a plan as a picture, FILE.svg, by Graphviz also FILE.pdf and FILE.png; or its text
 * for Graphviz, FILE.dot. *layout: who is wanted, then who it was; AUTO: nobody, of a text.
 * NN_CANNOT_WRITE, NN_IO. */
nn_status nn_plan_draw(const nn_run_plan *plan, const char *path, nn_graph_layout *layout);
/* Whether the name ends as one of these. */
bool nn_plan_can_draw(const char *path, nn_graph_layout layout);

/* One HTML file about one run or several. */
typedef struct nn_report nn_report;
/* Reads the run folders; that of a sweep stands for its trials, the best first. The report is there
 * (close it) though the status is a failure: NN_NO_INPUT, NN_BAD_DATA. */
nn_status nn_report_open(nn_report **report, const char *const *folders, int n);
const char *nn_report_first(const nn_report *report); /* the folder of the first run */
/* Of the first run: nn_evaluate_request.tell with the report as context; or why there is none. */
void nn_report_evaluation(void *report, const nn_evaluation *evaluation);
void nn_report_no_evaluation(nn_report *report, const char *why);
nn_status nn_report_write(const nn_report *report, const char *path); /* NN_CANNOT_WRITE, NN_IO */
void nn_report_close(nn_report *report);                              /* NULL is allowed */

#endif
