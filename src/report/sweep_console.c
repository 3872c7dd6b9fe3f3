/* A sweep on the console: a line for each trial that ends, on a terminal also one that is redrawn.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "nnmpi/log.h"

#define NN_BAR 24

struct nn_sweep_console {
    nn_sweep_observer observer;
    nn_terminal terminal;
    bool bar_shown, quiet;
};

static nn_sweep_console *drawing;

static void clear_bar(nn_sweep_console *c) {
    if (c->bar_shown) fputs("\r\033[K", stdout);
    c->bar_shown = false;
}

static void make_way(void) {
    if (drawing) clear_bar(drawing);
    fflush(stdout);
}

static void print(nn_sweep_console *c, nn_buffer *text) {
    clear_bar(c);
    fputs(text->text, stdout);
    fflush(stdout);
    nn_buffer_free(text);
}

/* ---- what happens ---- */

static void add_groups(const nn_sweep *sweep, nn_buffer *out) {
    nn_buffer_add(out, "%d group%s of %d rank%s", sweep->groups, sweep->groups == 1 ? "" : "s",
                  sweep->ranks_of_group, sweep->ranks_of_group == 1 ? "" : "s");
}

static void see_rung(void *context, const nn_sweep *sweep) {
    nn_sweep_console *c = context;
    nn_buffer text = {0};
    c->quiet = nn_log_level() == NN_QUIET;
    drawing = c;
    nn_log_before = make_way;
    if (c->quiet) return;
    if (sweep->rung == 0)
        nn_buffer_add(&text, "%s%d trials%s (%s) of %s; %s, the %s the better\n",
                      nn_terminal_style(&c->terminal, NN_BOLD), sweep->n_trials,
                      nn_terminal_style(&c->terminal, NN_PLAIN),
                      nn_sweep_methods[sweep->request->method], sweep->request->file,
                      sweep->monitor, sweep->lower_is_better ? "lower" : "higher");
    if (sweep->n_rungs > 1)
        nn_buffer_add(&text, "rung %d of %d: ", sweep->rung + 1, sweep->n_rungs);
    nn_buffer_add(&text, "%d trial%s", sweep->in_rung, sweep->in_rung == 1 ? "" : "s");
    if (sweep->budget[sweep->rung])
        nn_buffer_add(&text, " up to epoch %lld", (long long)sweep->budget[sweep->rung]);
    nn_buffer_add(&text, " on ");
    add_groups(sweep, &text);
    if (sweep->done) nn_buffer_add(&text, "; %d are done already", sweep->done);
    nn_buffer_add(&text, "\n");
    print(c, &text);
}

static void add_best(const nn_sweep *sweep, nn_buffer *out) {
    const nn_trial *best = &sweep->trial[sweep->order[0]];
    double value = nn_trial_value(best);
    if (!isnan(value) && !nn_trial_failed(best))
        nn_buffer_add(out, "  best %s (%s)", nn_value_text(value),
                      nn_sweep_folder_name(best->number));
}

static void see_epoch(void *context, const nn_sweep *sweep, int trial, int64_t epoch,
                      double value) {
    nn_sweep_console *c = context;
    if (c->quiet || c->terminal.fd < 0) return;
    nn_buffer text = {0};
    nn_buffer_add(&text, "%d/%d trials ", sweep->done, sweep->in_rung);
    nn_progress_bar(sweep->in_rung ? (double)sweep->done / sweep->in_rung : 1, NN_BAR, &text);
    nn_buffer_add(&text, "  %s epoch %lld", nn_sweep_folder_name(trial), (long long)epoch);
    if (!isnan(value)) nn_buffer_add(&text, " %s", nn_value_text(value));
    add_best(sweep, &text);
    printf("\r%.*s\033[K", nn_terminal_width(&c->terminal) - 1, text.text);
    fflush(stdout);
    nn_buffer_free(&text);
    c->bar_shown = true;
}

static void see_trial(void *context, const nn_sweep *sweep, int trial) {
    nn_sweep_console *c = context;
    const nn_trial *t = &sweep->trial[trial];
    double value = nn_trial_value(t);
    nn_buffer text = {0};
    if (c->quiet) return;
    nn_sweep_trial_text(sweep, trial, &text);
    if (!isnan(value)) nn_buffer_add(&text, "  %s %s", sweep->monitor, nn_value_text(value));
    nn_buffer_add(&text, "  %s%s%s",
                  nn_terminal_style(&c->terminal, nn_trial_failed(t) ? NN_RED : NN_GREEN), t->how,
                  nn_terminal_style(&c->terminal, NN_PLAIN));
    nn_buffer_add(&text, " after %lld epoch%s in %s", (long long)t->epochs,
                  t->epochs == 1 ? "" : "s", nn_text_duration(t->seconds));
    if (nn_trial_failed(t)) nn_buffer_add(&text, ": %.200s", t->why);
    nn_buffer_add(&text, "  (%d/%d)\n", sweep->done, sweep->in_rung);
    print(c, &text);
}

static void see_end(void *context, const nn_sweep *sweep) {
    nn_sweep_console *c = context;
    nn_buffer text = {0};
    if (!c->quiet) nn_buffer_add(&text, "\n");
    nn_sweep_table_text(sweep, &c->terminal, c->quiet, &text);
    print(c, &text);
}

nn_sweep_console *nn_sweep_console_create(nn_color color) {
    nn_sweep_console *c = calloc(1, sizeof *c);
    nn_assert(c);
    c->terminal = nn_terminal_find(color);
    c->observer = (nn_sweep_observer){c, see_rung, see_epoch, see_trial, see_end};
    return c;
}

void nn_sweep_console_destroy(nn_sweep_console *c) {
    if (!c) return;
    clear_bar(c);
    drawing = NULL;
    nn_log_before = NULL;
    nn_terminal_close(&c->terminal);
    free(c);
}

const nn_sweep_observer *nn_sweep_console_observer(const nn_sweep_console *console) {
    return &console->observer;
}
