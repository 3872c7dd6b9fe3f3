/* Loss, metrics and learning rate by epoch, the runs over each other. */
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "page.h"
#include "plot.h"

static const char *const splits[] = {"validation_", "train_"};

/* What is measured: the columns of the runs without the word of their split, each once. */
static bool seen_before(const nn_report *report, int run, const char *column, const char *bare) {
    for (int i = 0; i <= run; i++) {
        const char *key;
        json_t *value;
        json_object_foreach(json_array_get(report->record[i].metrics, 0), key, value) {
            if (i == run && strcmp(key, column) == 0) return false;
            const char *other = nn_begins(key, "train_")        ? key + 6
                                : nn_begins(key, "validation_") ? key + 11
                                                                : key;
            if (strcmp(other, bare) == 0) return true;
        }
    }
    return false;
}

static void add_series(const nn_report *report, int run, const char *column, const char *name,
                       int color, int dash, nn_series *series, int *n) {
    json_t *rows = report->record[run].metrics;
    if (!json_object_get(json_array_get(rows, 0), column)) return;
    series[(*n)++] = (nn_series){.name = name,
                                 .n = (int)json_array_size(rows),
                                 .x = nn_record_column(rows, "epoch", report->arena),
                                 .y = nn_record_column(rows, column, report->arena),
                                 .color = color % 6,
                                 .dash = dash};
}

/* One run: a colour for each split. Several: a colour for each run, dashes for training. */
static void add_measure(const nn_report *report, const char *bare, nn_buffer *out) {
    nn_arena *arena = report->arena;
    nn_series *series = NN_NEW_ARRAY(arena, nn_series, 3 * report->n);
    int n = 0;
    for (int run = 0; run < report->n; run++) {
        const char *label = report->record[run].label;
        for (int s = 0; s < 2; s++) {
            const char *column = nn_arena_format(arena, "%s%s", splits[s], bare);
            const char *split = s ? "training" : "validation";
            const char *name =
                report->n == 1 ? split : nn_arena_format(arena, "%s, %s", label, split);
            add_series(report, run, column, name, report->n == 1 ? s : run, s, series, &n);
        }
        add_series(report, run, bare, label, run, 0, series, &n);
    }
    char title[128];
    snprintf(title, sizeof title, "%s", bare);
    for (char *c = title; *c; c++)
        if (*c == '_') *c = ' ';
    bool rate = strcmp(bare, "samples_per_second") == 0;
    nn_plot plot = {.title = rate ? "training speed" : title,
                    .x_name = "epoch",
                    .unit = rate ? "samples/s" : NULL,
                    .from_zero = rate,
                    .logarithmic = !rate && strstr(bare, "accuracy") == NULL,
                    .n_series = n,
                    .series = series};
    nn_plot_html(&plot, out);
}

static void add_run(const nn_report *report, int run, nn_buffer *out) {
    static const char *const left_out[] = {"epoch", "step", "elapsed_seconds"};
    const char *key;
    json_t *value;
    json_object_foreach(json_array_get(report->record[run].metrics, 0), key, value) {
        bool skip = false;
        for (int i = 0; i < 3; i++) skip = skip || strcmp(key, left_out[i]) == 0;
        const char *bare = nn_begins(key, "train_")        ? key + 6
                           : nn_begins(key, "validation_") ? key + 11
                                                           : key;
        if (!skip && !seen_before(report, run, key, bare)) add_measure(report, bare, out);
    }
}

void nn_section_curves(const nn_report *report, nn_buffer *out) {
    nn_buffer cards = {0};
    for (int run = 0; run < report->n; run++) add_run(report, run, &cards);
    if (cards.length) nn_buffer_add(out, "<div class=\"cards\">\n%s</div>\n", cards.text);
    nn_buffer_free(&cards);
}
