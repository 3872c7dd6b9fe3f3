/* The parts of the console. Private to src/report. */
#ifndef NNMPI_CONSOLE_H
#define NNMPI_CONSOLE_H

#include <stdbool.h>

#include "nnmpi/report.h"
#include "nnmpi/text.h"

/* ---- terminal.c: where stdout ends ---- */

typedef struct nn_terminal {
    int fd;       /* of the terminal; -1: stdout does not end at one */
    bool regular; /* stdout is a file: control characters would stay in it */
    bool color;
} nn_terminal;
nn_terminal nn_terminal_find(nn_color color);
void nn_terminal_close(nn_terminal *terminal);
int nn_terminal_width(const nn_terminal *terminal); /* asks anew each time; 80 if nobody knows */

int nn_terminal_height(const nn_terminal *terminal); /* the same; 24 */

typedef enum nn_style { NN_PLAIN, NN_BOLD, NN_DIM, NN_GREEN, NN_YELLOW, NN_RED } nn_style;
/* The control sequence of the style, "" without colour. */
const char *nn_terminal_style(const nn_terminal *terminal, nn_style style);

/* ---- plan.c ---- */
void nn_plan_text(const nn_run_plan *plan, const nn_terminal *terminal, nn_buffer *out);
/* ---- survey.c ---- */
void nn_survey_text(const nn_run_plan *plan, const nn_terminal *terminal, nn_buffer *out);
/* A file's name, and what follows it after a space; names may have spaces. */
void nn_data_text(const char *text, nn_buffer *out);

/* ---- progress.c ---- */

/* What a line of progress shows. */
typedef struct nn_progress_line {
    const nn_tick *tick;
    double part;         /* of the run that is done, 0 to 1; negative: there is no end to it */
    double seconds_left; /* negative: unknown */
} nn_progress_line;
/* At most `width` characters, no newline: `epoch 3/20 [===>   ] loss 0.1234  ...`. */
void nn_progress_bar_text(const nn_progress_line *line, int width, nn_buffer *out);
/* "[=====>    ]", `width` characters in all; part: 0 to 1. */
void nn_progress_bar(double part, int width, nn_buffer *out);
/* What an epoch came to: `epoch  3/20  loss 0.1234  ...  8,963 samples/s`; in at most `width`
 * characters, with shorter words; 0: in any length. */
void nn_progress_epoch_text(const nn_tick *tick, int width, nn_buffer *out);
/* "0.1234", "1.234e-07", "12345.7" */
const char *nn_value_text(double value);

/* ---- outcome.c ---- */
/* How a run ended: two lines, or one for -q. */
void nn_outcome_text(const nn_outcome *outcome, const nn_terminal *terminal, bool quiet,
                     nn_buffer *out);

/* ---- profile.c ---- */
void nn_profile_text(const nn_profile *profile, const nn_terminal *terminal, nn_buffer *out);

/* ---- evaluation.c, confusion.c ---- */
void nn_evaluation_text(const nn_evaluation *e, const nn_terminal *terminal, nn_buffer *out);
/* The matrix if it fits, else the most frequent mistakes. */
void nn_confusion_text(const nn_evaluation *e, const nn_terminal *terminal, nn_buffer *out);
#define NN_MISTAKES 10
typedef struct nn_mistake {
    int64_t target, prediction; /* classes */
    double count;
} nn_mistake;
/* The classes that are mistaken most often, from the matrix: the most frequent first. How many, at
 * most NN_MISTAKES, for which there is room. */
int nn_confusion_mistakes(const nn_evaluation *e, nn_mistake *mistake);
/* The name of a class, or its id; what cannot be printed as \n, \x07. A rotating static buffer. */
const char *nn_class_text(const nn_evaluation *e, int64_t id);

/* ---- sweep_table.c ---- */
/* The trials, the best first; the best one and what may be done with it. `quiet`: one line. */
void nn_sweep_table_text(const nn_sweep *sweep, const nn_terminal *terminal, bool quiet,
                         nn_buffer *out);
/* "learning_rate" of training.optimizer.learning_rate, unless another key ends so. */
const char *nn_sweep_short_key(const nn_sweep *sweep, int key);
/* "trial_003  learning_rate 0.1  momentum 0.9" */
void nn_sweep_trial_text(const nn_sweep *sweep, int trial, nn_buffer *out);

/* A path as a person would write it here: relative if it is below the working folder. */
void nn_path_text(const char *path, nn_buffer *out);

#endif
