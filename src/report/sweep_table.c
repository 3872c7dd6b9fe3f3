/* The trials of a sweep as a table. */
#include <math.h>
#include <string.h>

#include "console.h"

#define NN_ROWS 50 /* sweep.csv has all */

const char *nn_sweep_short_key(const nn_sweep *sweep, int key) {
    const char *whole = sweep->key[key].key, *dot = strrchr(whole, '.');
    if (!dot) return whole;
    for (int k = 0; k < sweep->n_keys; k++) {
        const char *other = strrchr(sweep->key[k].key, '.');
        if (k != key && strcmp(other ? other + 1 : sweep->key[k].key, dot + 1) == 0) return whole;
    }
    return dot + 1;
}

void nn_sweep_trial_text(const nn_sweep *sweep, int trial, nn_buffer *out) {
    nn_buffer_add(out, "%s", nn_sweep_folder_name(trial));
    for (int k = 0; k < sweep->n_keys; k++)
        nn_buffer_add(out, "  %s %s", nn_sweep_short_key(sweep, k), nn_sweep_text(sweep, trial, k));
}

/* ---- columns ---- */

enum { TRIAL, VALUES }; /* then one a key, and: */
enum { MONITOR, EPOCHS, SECONDS, HOW, AFTER_VALUES };

static void add_cell(const nn_sweep *sweep, int trial, int column, nn_buffer *out) {
    const nn_trial *t = &sweep->trial[trial];
    double value = nn_trial_value(t);
    if (column == TRIAL) {
        nn_buffer_add(out, "%s", nn_sweep_folder_name(trial));
        return;
    }
    if (column < VALUES + sweep->n_keys) {
        nn_buffer_add(out, "%s", nn_sweep_text(sweep, trial, column - VALUES));
        return;
    }
    switch (column - VALUES - sweep->n_keys) {
    case MONITOR: nn_buffer_add(out, "%s", isnan(value) ? "-" : nn_value_text(value)); break;
    case EPOCHS: nn_buffer_add(out, "%lld", (long long)t->epochs); break;
    case SECONDS: nn_buffer_add(out, "%.*f", t->seconds < 10 ? 2 : 1, t->seconds); break;
    case HOW: nn_buffer_add(out, "%s", t->how[0] ? t->how : "not begun"); break;
    }
}

static void add_heading(const nn_sweep *sweep, int column, nn_buffer *out) {
    static const char *const after[] = {NULL, "epochs", "seconds", "how"};
    int last = column - VALUES - sweep->n_keys;
    nn_buffer_add(out, "%s",
                  column == TRIAL   ? "trial"
                  : last < 0        ? nn_sweep_short_key(sweep, column - VALUES)
                  : last == MONITOR ? sweep->monitor
                                    : after[last]);
}

/* Row -1 is the heading. */
static int cell(const nn_sweep *sweep, int row, int column, nn_buffer *text) {
    text->length = 0;
    if (row < 0)
        add_heading(sweep, column, text);
    else
        add_cell(sweep, sweep->order[row], column, text);
    return (int)text->length;
}

static void add_row(const nn_sweep *sweep, int row, const int *width, int columns, nn_buffer *out) {
    nn_buffer text = {0};
    nn_buffer_add(out, " ");
    for (int c = 0; c < columns; c++) {
        cell(sweep, row, c, &text);
        bool left = c == TRIAL || c == columns - 1;
        nn_buffer_add(out, left ? " %-*s" : "  %*s", c == columns - 1 ? 0 : width[c], text.text);
        if (c == columns - 2) nn_buffer_add(out, " ");
    }
    nn_buffer_free(&text);
}

/* Why a trial failed goes below its row. */
static void add_reason(const nn_trial *trial, nn_buffer *out) {
    if (nn_trial_failed(trial) && trial->why[0]) nn_buffer_add(out, "\n      %.200s", trial->why);
}

static void add_table(const nn_sweep *sweep, const nn_terminal *terminal, nn_buffer *out) {
    int columns = VALUES + sweep->n_keys + AFTER_VALUES, rows = sweep->n_trials;
    int *width = NN_NEW_ARRAY(sweep->arena, int, columns);
    nn_buffer text = {0};
    if (rows > NN_ROWS) rows = NN_ROWS;
    for (int c = 0; c < columns; c++)
        for (int row = -1; row < rows; row++) {
            int length = cell(sweep, row, c, &text);
            if (length > width[c]) width[c] = length;
        }
    for (int row = -1; row < rows; row++) {
        nn_style style = row < 0                                     ? NN_DIM
                         : sweep->order[row] == nn_sweep_best(sweep) ? NN_BOLD
                                                                     : NN_PLAIN;
        nn_buffer_add(out, "%s", nn_terminal_style(terminal, style));
        add_row(sweep, row, width, columns, out);
        nn_buffer_add(out, "%s", nn_terminal_style(terminal, NN_PLAIN));
        if (row >= 0) add_reason(&sweep->trial[sweep->order[row]], out);
        nn_buffer_add(out, "\n");
    }
    if (rows < sweep->n_trials)
        nn_buffer_add(out, "  and %d more in sweep.csv\n", sweep->n_trials - rows);
    nn_buffer_free(&text);
}

/* ---- the last words ---- */

static void add_best(const nn_sweep *sweep, int best, const nn_terminal *terminal, nn_buffer *out) {
    nn_buffer_add(out, "%sbest: ", nn_terminal_style(terminal, NN_GREEN));
    nn_sweep_trial_text(sweep, best, out);
    nn_buffer_add(out, "%s  %s %s", nn_terminal_style(terminal, NN_PLAIN), sweep->monitor,
                  nn_value_text(nn_trial_value(&sweep->trial[best])));
}

/* Of the folder, or of one in it, for the shell. */
static void add_command(const nn_sweep *sweep, const char *command, const char *slash,
                        const char *name, nn_buffer *out) {
    nn_buffer folder = {0};
    nn_path_text(sweep->folder, &folder);
    nn_buffer_add(&folder, "%s%s", slash, name);
    nn_buffer_add(out, "  nnmpi %s", command);
    nn_text_shell(out, folder.text);
    nn_buffer_free(&folder);
}

static void add_commands(const nn_sweep *sweep, int best, nn_buffer *out) {
    const char *name = nn_sweep_folder_name(best);
    add_command(sweep, "eval ", "/", name, out);
    nn_buffer_add(out, "\n");
    add_command(sweep, "", "/", name, out);
    nn_buffer_add(out, "/config.yaml --set training.epochs=%lld     goes on\n",
                  2 * (long long)sweep->trial[best].epochs);
    add_command(sweep, "report ", "", "", out);
    nn_buffer_add(out, "\n");
}

void nn_sweep_table_text(const nn_sweep *sweep, const nn_terminal *terminal, bool quiet,
                         nn_buffer *out) {
    int best = nn_sweep_best(sweep), ended = 0;
    if (!quiet) add_table(sweep, terminal, out);
    for (int t = 0; t < sweep->n_trials; t++) ended += sweep->trial[t].finished;
    if (sweep->stopped)
        nn_buffer_add(out, "%sstopped%s: %d of %d trials are done; the same command goes on",
                      nn_terminal_style(terminal, NN_YELLOW), nn_terminal_style(terminal, NN_PLAIN),
                      ended, sweep->n_trials);
    else if (best >= 0)
        add_best(sweep, best, terminal, out);
    else
        nn_buffer_add(out, "no trial came to its end with a number of %s", sweep->monitor);
    nn_buffer_add(out, "; %s; results are in ", nn_text_duration(sweep->seconds));
    nn_path_text(sweep->folder, out);
    nn_buffer_add(out, "\n");
    if (best >= 0 && !quiet && !sweep->stopped) add_commands(sweep, best, out);
}
