/* The observer that a person sees: decides when to print; what, is in the other files. */
#include "console.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "nnmpi/log.h"

#define NN_SECONDS_A_REDRAW 0.1
#define NN_SECONDS_AN_EPOCH_LINE 1.0
#define NN_SECONDS_A_STEP_LINE 60.0 /* of an epoch that takes long: it is alive */

/* In the order of the words of log.console. */
typedef enum nn_console_mode {
    NN_CONSOLE_AUTO,
    NN_CONSOLE_BAR,
    NN_CONSOLE_LINES,
    NN_CONSOLE_OFF
} nn_console_mode;

struct nn_console {
    nn_observer observer;
    nn_terminal terminal;
    nn_console_mode mode;
    int64_t total_steps; /* 0: no bound */
    int64_t first_step;  /* done before the first tick was seen, at first_time; -1: none seen */
    double first_time, last_draw, last_line;
    bool bar_shown;
    char *unprinted; /* the line of the last epoch, if it was held back; by malloc */
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- what is on the screen ---- */

static void clear_bar(nn_console *c) {
    if (c->bar_shown) fputs("\r\033[K", stdout);
    c->bar_shown = false;
}

static nn_console *drawing; /* the console whose bar may be in the way of a warning */

static void make_way(void) {
    if (drawing) clear_bar(drawing);
    fflush(stdout);
}

static void print_line(nn_console *c, const char *text) {
    clear_bar(c);
    puts(text);
    fflush(stdout);
    c->last_line = now();
}

static void draw_bar(nn_console *c, const nn_progress_line *line) {
    nn_buffer text = {0};
    nn_progress_bar_text(line, nn_terminal_width(&c->terminal) - 1, &text);
    printf("\r%s\033[K", text.text);
    fflush(stdout);
    nn_buffer_free(&text);
    c->bar_shown = true;
    c->last_draw = now();
}

static void hold(nn_console *c, char *line) {
    free(c->unprinted);
    c->unprinted = line;
}

/* ---- the observer ---- */

static nn_console_mode choose_mode(const nn_console *c, int wanted) {
    if (nn_log_level() == NN_QUIET || wanted == NN_CONSOLE_OFF) return NN_CONSOLE_OFF;
    if (wanted == NN_CONSOLE_BAR && !c->terminal.regular) return NN_CONSOLE_BAR;
    if (wanted == NN_CONSOLE_AUTO && c->terminal.fd >= 0) return NN_CONSOLE_BAR;
    return NN_CONSOLE_LINES;
}

static void print(nn_buffer *text) {
    fputs(text->text, stdout);
    fflush(stdout);
    nn_buffer_free(text);
}

void nn_console_print_plan(const nn_console *c, const nn_run_plan *plan) {
    nn_buffer text = {0};
    nn_plan_text(plan, &c->terminal, &text);
    print(&text);
}

void nn_console_print_data(const nn_console *c, const nn_run_plan *plan) {
    nn_buffer text = {0};
    nn_survey_text(plan, &c->terminal, &text);
    print(&text);
}

static void begin(void *context, const nn_run_plan *plan) {
    nn_console *c = context;
    c->mode = choose_mode(c, plan->console);
    c->total_steps = plan->epochs > 0 ? plan->epochs * plan->steps_per_epoch : 0;
    if (plan->max_steps > 0 && (c->total_steps == 0 || plan->max_steps < c->total_steps))
        c->total_steps = plan->max_steps;
    c->first_step = -1;
    drawing = c;
    nn_log_before = make_way;
    if (c->mode != NN_CONSOLE_OFF) nn_console_print_plan(c, plan);
}

static nn_progress_line line_of(const nn_console *c, const nn_tick *tick) {
    nn_progress_line line = {tick, -1, -1};
    double steps_seen = (double)(tick->step - c->first_step);
    if (c->total_steps > 0) {
        line.part = (double)tick->step / (double)c->total_steps;
        if (steps_seen > 0)
            line.seconds_left =
                (now() - c->first_time) / steps_seen * (double)(c->total_steps - tick->step);
    } else if (tick->steps_per_epoch > 0)
        line.part = (double)tick->epoch_step / (double)tick->steps_per_epoch;
    if (line.part > 1) line.part = 1;
    return line;
}

static void step(void *context, const nn_tick *tick) {
    nn_console *c = context;
    if (c->mode == NN_CONSOLE_OFF) return;
    double time = now();
    if (c->first_step < 0) {
        c->first_step = tick->step;
        c->first_time = time;
    }
    nn_progress_line line = line_of(c, tick);
    if (c->mode == NN_CONSOLE_BAR) {
        if (time - c->last_draw >= NN_SECONDS_A_REDRAW) draw_bar(c, &line);
    } else if (time - fmax(c->last_line, c->first_time) >= NN_SECONDS_A_STEP_LINE) {
        nn_buffer text = {0};
        nn_progress_epoch_text(tick, 0, &text);
        nn_buffer_add(&text, "  step %lld/%lld", (long long)tick->epoch_step,
                      (long long)tick->steps_per_epoch);
        print_line(c, text.text);
        nn_buffer_free(&text);
    }
}

static void epoch(void *context, const nn_tick *tick) {
    nn_console *c = context;
    if (c->mode == NN_CONSOLE_OFF) return;
    nn_buffer text = {0};
    bool bar = c->mode == NN_CONSOLE_BAR;
    nn_progress_epoch_text(tick, bar ? nn_terminal_width(&c->terminal) - 1 : 0, &text);
    hold(c, text.text);
    if (now() - c->last_line < NN_SECONDS_AN_EPOCH_LINE) return;
    print_line(c, c->unprinted);
    hold(c, NULL);
}

static void end(void *context, const nn_outcome *outcome) {
    nn_console *c = context;
    nn_buffer text = {0};
    if (c->unprinted) print_line(c, c->unprinted);
    hold(c, NULL);
    clear_bar(c);
    if (outcome->profile && nn_log_level() != NN_QUIET)
        nn_profile_text(outcome->profile, &c->terminal, &text);
    nn_outcome_text(outcome, &c->terminal, c->mode == NN_CONSOLE_OFF, &text);
    fputs(text.text, stdout);
    fflush(stdout);
    nn_buffer_free(&text);
}

nn_console *nn_console_create(nn_color color) {
    nn_console *c = calloc(1, sizeof *c);
    nn_assert(c);
    c->terminal = nn_terminal_find(color);
    c->mode = NN_CONSOLE_OFF;
    c->observer = (nn_observer){c, begin, step, epoch, end};
    return c;
}

void nn_console_destroy(nn_console *c) {
    if (!c) return;
    clear_bar(c);
    drawing = NULL;
    nn_log_before = NULL;
    nn_terminal_close(&c->terminal);
    free(c->unprinted);
    free(c);
}

const nn_observer *nn_console_observer(const nn_console *console) {
    return &console->observer;
}
