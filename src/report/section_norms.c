/* How large weights and gradients were, by layer. */
#include "page.h"
#include "plot.h"

#define NN_MOST_LAYERS 24 /* in one picture: six colours, four ways to dash */

static void add_norms(const nn_report *report, const nn_record *record, const char *map,
                      const char *title, nn_buffer *out) {
    nn_arena *arena = report->arena;
    json_t *names = json_object_get(json_array_get(record->norms, 0), map), *value;
    nn_series *series = NN_NEW_ARRAY(arena, nn_series, NN_MOST_LAYERS);
    int n = 0, left = (int)json_object_size(names);
    int stride = (left + NN_MOST_LAYERS - 1) / NN_MOST_LAYERS, at = 0;
    const char *name;
    json_object_foreach(names, name, value) {
        if (at++ % stride || n == NN_MOST_LAYERS) continue;
        series[n] = (nn_series){.name = name,
                                .n = (int)json_array_size(record->norms),
                                .x = nn_record_column(record->norms, "epoch", arena),
                                .y = nn_record_inside(record->norms, map, name, arena),
                                .color = n % 6,
                                .dash = n / 6 % 4};
        n++;
    }
    const char *which = report->n == 1 ? "" : nn_arena_format(arena, ": %s", record->label);
    const char *some = stride == 1 ? "" : nn_arena_format(arena, " (%d of %d layers)", n, left);
    nn_plot plot = {.title = nn_arena_format(arena, "%s%s%s", title, which, some),
                    .x_name = "epoch",
                    .logarithmic = true,
                    .n_series = n,
                    .series = series};
    nn_plot_html(&plot, out);
}

void nn_section_norms(const nn_report *report, nn_buffer *out) {
    nn_buffer cards = {0};
    for (int i = 0; i < report->n; i++) {
        add_norms(report, &report->record[i], "weights", "norm of the weights", &cards);
        add_norms(report, &report->record[i], "gradients", "norm of the gradient", &cards);
    }
    if (cards.length)
        nn_buffer_add(
            out,
            "<p>Euclidean norms by layer at the end of each epoch; the gradient is the "
            "mean over the batch of the last step.</p>\n<div class=\"cards\">\n%s</div>\n",
            cards.text);
    nn_buffer_free(&cards);
}
