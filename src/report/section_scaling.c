/* Samples a second by number of ranks, where runs of one network differ in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "plot.h"

typedef struct nn_point {
    const char *run;
    double ranks, rate;
} nn_point;

static int by_ranks(const void *a, const void *b) {
    const nn_point *x = a, *y = b;
    return x->ranks != y->ranks ? (x->ranks > y->ranks) - (x->ranks < y->ranks)
                                : (x->rate < y->rate) - (x->rate > y->rate);
}

/* They differ in nothing that says how fast they are but the number of ranks. */
static bool comparable(const nn_run_plan *a, const nn_run_plan *b) {
    bool precision = a->precision && b->precision ? strcmp(a->precision, b->precision) == 0
                                                  : !a->precision == !b->precision;
    return precision && a->batch_size == b->batch_size && nn_same_layers(a, b);
}

/* Of the runs like the `first` the fastest of each number of ranks, in order; training alone, the
 * middle of its epochs. 0: a run before the first is like it. */
static int gather(const nn_report *report, int first, nn_point *point) {
    int n = 0, kept = 0;
    for (int i = 0; i < report->n; i++) {
        const nn_record *record = &report->record[i];
        if (!record->has_plan || !comparable(&record->plan, &report->record[first].plan)) continue;
        if (i < first) return 0;
        double rate = nn_record_median(record, "samples_per_second", report->arena);
        if (rate > 0) point[n++] = (nn_point){record->label, record->plan.ranks, rate};
    }
    qsort(point, (size_t)n, sizeof *point, by_ranks);
    for (int i = 0; i < n; i++)
        if (kept == 0 || point[i].ranks != point[kept - 1].ranks) point[kept++] = point[i];
    return kept;
}

static void add_table(const nn_point *point, int n, nn_buffer *out) {
    nn_table_begin(out, "scaling");
    nn_buffer_add(
        out, "<thead><tr><th>run</th><th class=\"n\">ranks</th><th class=\"n\">samples/s</th><th "
             "class=\"n\">speed-up</th><th class=\"n\">efficiency</th></tr></thead>\n<tbody>\n");
    for (int i = 0; i < n; i++) {
        double gain = point[i].rate / point[0].rate;
        nn_buffer_add(out, "<tr><td class=\"run\">");
        nn_html_text(out, point[i].run);
        nn_buffer_add(
            out,
            "</td><td class=\"n\">%.0f</td><td class=\"n\">%s</td><td class=\"n\">%.2f</td>"
            "<td class=\"n\">%.0f %%</td></tr>\n",
            point[i].ranks, nn_text_count((int64_t)(point[i].rate + 0.5)), gain,
            100 * gain * point[0].ranks / point[i].ranks);
    }
    nn_buffer_add(out, "</tbody>\n");
    nn_table_end(out);
}

static void add_points(const nn_report *report, const nn_point *point, int n, nn_buffer *out) {
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
    nn_buffer_add(out, "<div class=\"cards\">\n");
    nn_plot_html(&plot, out);
    add_table(point, n, out);
    nn_buffer_add(out, "</div>\n");
}

void nn_section_scaling(const nn_report *report, nn_buffer *out) {
    nn_point *point = NN_NEW_ARRAY(report->arena, nn_point, report->n);
    nn_buffer groups = {0};
    for (int i = 0; i < report->n && !report->sweep; i++) {
        int n = report->record[i].has_plan ? gather(report, i, point) : 0;
        if (n >= 2) add_points(report, point, n, &groups);
    }
    if (groups.length)
        nn_buffer_add(
            out,
            "<p>Runs of equal layers, batch size and precision: training alone, the middle of the "
            "epochs; of several on as many ranks the fastest.</p>\n<div "
            "class=\"stack\">\n%s</div>\n",
            groups.text);
    nn_buffer_free(&groups);
}
