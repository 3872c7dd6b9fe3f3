/* Samples a second by number of ranks, where the runs differ in it. */
#include <math.h>
#include <stdlib.h>

#include "page.h"
#include "plot.h"

typedef struct nn_point {
    double ranks, rate;
} nn_point;

static int by_ranks(const void *a, const void *b) {
    const nn_point *x = a, *y = b;
    return x->ranks != y->ranks ? (x->ranks > y->ranks) - (x->ranks < y->ranks)
                                : (x->rate < y->rate) - (x->rate > y->rate);
}

/* The fastest run of each number of ranks, in order; training alone, the middle of its epochs. */
static int gather(const nn_report *report, nn_point *point) {
    int n = 0, kept = 0;
    for (int i = 0; i < report->n; i++) {
        const nn_record *record = &report->record[i];
        double rate = nn_record_median(record, "samples_per_second", report->arena);
        if (record->has_plan && rate > 0) point[n++] = (nn_point){record->plan.ranks, rate};
    }
    qsort(point, (size_t)n, sizeof *point, by_ranks);
    for (int i = 0; i < n; i++)
        if (kept == 0 || point[i].ranks != point[kept - 1].ranks) point[kept++] = point[i];
    return kept;
}

static void add_table(const nn_point *point, int n, nn_buffer *out) {
    nn_table_begin(out, "scaling");
    nn_buffer_add(
        out, "<thead><tr><th class=\"n\">ranks</th><th class=\"n\">samples/s</th><th "
             "class=\"n\">speed-up</th><th class=\"n\">efficiency</th></tr></thead>\n<tbody>\n");
    for (int i = 0; i < n; i++) {
        double gain = point[i].rate / point[0].rate;
        nn_buffer_add(
            out,
            "<tr><td class=\"n\">%.0f</td><td class=\"n\">%s</td><td class=\"n\">%.2f</td>"
            "<td class=\"n\">%.0f %%</td></tr>\n",
            point[i].ranks, nn_text_count((int64_t)(point[i].rate + 0.5)), gain,
            100 * gain * point[0].ranks / point[i].ranks);
    }
    nn_buffer_add(out, "</tbody>\n");
    nn_table_end(out);
}

void nn_section_scaling(const nn_report *report, nn_buffer *out) {
    nn_point *point = NN_NEW_ARRAY(report->arena, nn_point, report->n);
    int n = gather(report, point);
    if (n < 2) return;
    double *x = NN_NEW_ARRAY(report->arena, double, 3 * n), *rate = x + n, *ideal = rate + n;
    for (int i = 0; i < n; i++) {
        x[i] = point[i].ranks;
        rate[i] = point[i].rate;
        ideal[i] = point[0].rate * point[i].ranks / point[0].ranks;
    }
    nn_series series[] = {{"measured", n, x, rate, 0, 0}, {"ideal", n, x, ideal, 1, 1}};
    nn_plot plot = {.title = "training speed",
                    .x_name = "ranks",
                    .unit = "samples/s",
                    .from_zero = true,
                    .dots = true,
                    .n_series = 2,
                    .series = series};
    nn_buffer_add(out,
                  "<p>Training alone, the middle of the epochs; of several runs on as many ranks "
                  "the fastest.</p>\n<div class=\"cards\">\n");
    nn_plot_html(&plot, out);
    add_table(point, n, out);
    nn_buffer_add(out, "</div>\n");
}
