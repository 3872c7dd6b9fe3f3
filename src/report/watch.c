/* A run as it goes on, in a terminal: metrics.jsonl is read again each second. */
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "braille.h"
#include "page.h"

#define NN_REDRAW_MILLISECONDS 1000
#define NN_LEAST_LINES 7 /* of a plot */

/* ---- one picture ---- */

static const char *ending_of(const nn_record *record) {
    const char *how = json_string_value(json_object_get(record->summary, "how"));
    return how ? how : "?";
}

/* A resumed run still has the summary of its earlier part: that is older than its plan. */
static bool has_ended(const nn_record *record, nn_arena *arena) {
    struct stat plan, summary;
    if (!record->summary) return false;
    bool both = stat(nn_arena_format(arena, "%s/plan.json", record->folder), &plan) == 0 &&
                stat(nn_arena_format(arena, "%s/summary.json", record->folder), &summary) == 0;
    if (!both) return true;
    const struct timespec *a = &summary.st_mtim, *b = &plan.st_mtim;
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec >= b->tv_nsec;
}

static void add_plot(const nn_record *record, const char *bare, const nn_terminal *terminal,
                     int width, int height, nn_arena *arena, nn_buffer *out) {
    static const char *const splits[] = {"validation", "train"};
    nn_series series[2];
    nn_plot plot = {.title = bare,
                    .x_name = "epoch",
                    .logarithmic = !strstr(bare, "accuracy"),
                    .series = series};
    for (int s = 0; s < 2; s++) {
        const char *column = nn_arena_format(arena, "%s_%s", splits[s], bare);
        if (!json_object_get(json_array_get(record->metrics, 0), column)) continue;
        series[plot.n_series++] =
            (nn_series){.name = splits[s],
                        .n = (int)json_array_size(record->metrics),
                        .x = nn_record_column(record->metrics, "epoch", arena),
                        .y = nn_record_column(record->metrics, column, arena)};
    }
    nn_plot_braille(&plot, terminal, width, height, out);
}

/* As many plots as the window has room for, one below the other: the loss first. */
static void add_plots(const nn_record *record, const nn_terminal *terminal, int width, int height,
                      nn_arena *arena, nn_buffer *out) {
    const char *key;
    json_t *value, *first = json_array_get(record->metrics, 0);
    int room = height / NN_LEAST_LINES, n = 0, shown = 0;
    json_object_foreach(first, key, value) n += nn_begins(key, "train_");
    n = n < room ? n : room < 1 ? 1 : room;
    json_object_foreach(first, key, value) {
        if (!nn_begins(key, "train_") || shown == n) continue;
        add_plot(record, key + strlen("train_"), terminal, width, height / n, arena, out);
        shown++;
    }
}

static void add_status(const nn_record *record, bool ended, const nn_terminal *terminal, int width,
                       nn_arena *arena, nn_buffer *out) {
    size_t rows = json_array_size(record->metrics);
    nn_buffer text = {0};
    nn_buffer_add(&text, "%s  %s", record->label, ended ? ending_of(record) : "goes on");
    if (rows == 0)
        nn_buffer_add(&text, ": no epoch is done yet");
    else
        nn_buffer_add(&text, "  epoch %.0f  %s",
                      nn_record_column(record->metrics, "epoch", arena)[rows - 1],
                      nn_text_duration(
                          nn_record_column(record->metrics, "elapsed_seconds", arena)[rows - 1]));
    nn_buffer_add(out, "%s%.*s%s\n", nn_terminal_style(terminal, NN_DIM), width, text.text,
                  nn_terminal_style(terminal, NN_PLAIN));
    nn_buffer_free(&text);
}

/* *ended: nothing more will come. */
static nn_status draw(const char *folder, const nn_terminal *terminal, bool *ended,
                      nn_buffer *out) {
    nn_arena *arena = nn_arena_create();
    nn_record record;
    nn_status status = nn_record_read(&record, folder, arena);
    if (status == NN_OK) {
        int width = nn_terminal_width(terminal) - 1, height = nn_terminal_height(terminal) - 2;
        *ended = has_ended(&record, arena);
        add_plots(&record, terminal, width, height, arena, out);
        add_status(&record, *ended, terminal, width, arena, out);
    }
    nn_record_close(&record);
    nn_arena_destroy(arena);
    return status;
}

/* ---- the window ---- */

static volatile sig_atomic_t asked_to_stop;
static void stop(int number) {
    asked_to_stop = number;
}

typedef struct nn_window {
    struct termios before;
    bool keys; /* stdin is a terminal, and its keys come at once */
} nn_window;

static void open_window(nn_window *window) {
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    window->keys = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &window->before) == 0;
    if (window->keys) {
        struct termios now = window->before;
        now.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
        tcsetattr(STDIN_FILENO, TCSANOW, &now);
    }
    fputs("\033[?1049h\033[?25l", stdout); /* a screen of its own, no cursor */
}

static void close_window(const nn_window *window) {
    fputs("\033[?25h\033[?1049l", stdout);
    fflush(stdout);
    if (window->keys) tcsetattr(STDIN_FILENO, TCSANOW, &window->before);
}

/* Waits for the next picture; true: somebody wants to go. */
static bool wait_or_leave(const nn_window *window) {
    struct pollfd input = {.fd = window->keys ? STDIN_FILENO : -1, .events = POLLIN};
    char key = 0;
    if (poll(&input, 1, NN_REDRAW_MILLISECONDS) > 0 && read(STDIN_FILENO, &key, 1) != 1)
        return true;
    return asked_to_stop || key == 'q' || key == 'Q' || key == 3;
}

static nn_status watch(const char *folder, const nn_terminal *terminal) {
    nn_window window;
    nn_status status = NN_OK;
    bool ended = false;
    open_window(&window);
    do {
        nn_buffer text = {0};
        status = draw(folder, terminal, &ended, &text);
        fputs("\033[H", stdout);
        for (char *line = text.text; line && *line;) { /* what was behind a line is cleared */
            char *end = strchr(line, '\n');
            printf("%.*s\033[K\n", (int)(end - line), line);
            line = end + 1;
        }
        fputs("\033[J", stdout);
        fflush(stdout);
        nn_buffer_free(&text);
    } while (status == NN_OK && !ended && !wait_or_leave(&window));
    close_window(&window);
    return status;
}

nn_status nn_watch(const char *folder, nn_color color, bool once) {
    nn_terminal terminal = nn_terminal_find(color);
    nn_buffer text = {0};
    bool ended = false;
    nn_status status = draw(folder, &terminal, &ended, &text); /* an error is said at once */
    bool live = !once && terminal.fd >= 0 && !ended;
    if (status == NN_OK && live) {
        text.length = 0;
        status = watch(folder, &terminal);
        if (status == NN_OK) status = draw(folder, &terminal, &ended, &text);
    }
    if (status == NN_OK) fputs(text.text, stdout);
    nn_buffer_free(&text);
    nn_terminal_close(&terminal);
    return status;
}
