/* What the model makes of a split: numbers, the confusion matrix, samples. */
#include <math.h>
#include <string.h>

#include "console.h"
#include "page.h"
#include "samples.h"

#define NN_MOST_CLASSES 40

/* ---- the confusion matrix ---- */

static double row_sum(const nn_evaluation *e, int64_t a) {
    double sum = 0;
    for (int64_t d = 0; d < e->classes; d++) sum += e->matrix[a * e->classes + d];
    return sum;
}

static void add_class(const nn_evaluation *e, int64_t c, nn_buffer *out) {
    nn_html_short(out, nn_class_text(e, c), 16);
}

static void add_matrix_row(const nn_evaluation *e, int64_t a, nn_buffer *out) {
    double all = row_sum(e, a);
    nn_buffer_add(out, "<tr><th>");
    add_class(e, a, out);
    nn_buffer_add(out, "</th>");
    for (int64_t d = 0; d < e->classes; d++) {
        double count = e->matrix[a * e->classes + d], part = all > 0 ? count / all : 0;
        nn_buffer_add(out, "<td style=\"--v:%.3f\"%s>", part, part > 0.55 ? " class=\"dark\"" : "");
        if (count > 0) nn_buffer_add(out, "%.0f", count);
        nn_buffer_add(out, "</td>");
    }
    nn_buffer_add(out, "<th>");
    if (all > 0) nn_buffer_add(out, "%.0f %%", 100 * e->matrix[a * e->classes + a] / all);
    nn_buffer_add(out, "</th></tr>\n");
}

static void add_matrix(const nn_evaluation *e, nn_buffer *out) {
    nn_buffer_add(out,
                  "<figure class=\"card\"><h3>Confusion matrix</h3><figcaption>A row is a class, "
                  "a column what it was taken for; shaded by the share of the row."
                  "</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                  "aria-label=\"confusion matrix\"><table class=\"matrix\"><thead><tr><th></th>");
    for (int64_t d = 0; d < e->classes; d++) {
        nn_buffer_add(out, "<th>");
        add_class(e, d, out);
        nn_buffer_add(out, "</th>");
    }
    nn_buffer_add(out, "<th>recall</th></tr></thead>\n<tbody>\n");
    for (int64_t a = 0; a < e->classes; a++) add_matrix_row(e, a, out);
    nn_buffer_add(out, "</tbody></table></div></figure>\n");
}

/* ---- too many classes for it ---- */

static void add_mistake(const nn_evaluation *e, const nn_mistake *m, nn_buffer *out) {
    nn_buffer_add(out, "<tr><td>");
    add_class(e, m->target, out);
    nn_buffer_add(out, "</td><td>");
    add_class(e, m->prediction, out);
    nn_buffer_add(out, "</td><td class=\"n\">%s</td><td class=\"n\">%.1f %%</td></tr>\n",
                  nn_text_count((int64_t)(m->count + 0.5)), 100 * m->count / row_sum(e, m->target));
}

static void add_mistakes(const nn_evaluation *e, nn_buffer *out) {
    nn_mistake mistake[NN_MISTAKES];
    int n = nn_confusion_mistakes(e, mistake);
    nn_buffer_add(out,
                  "<figure class=\"card\"><h3>The most frequent mistakes</h3><figcaption>Of %s "
                  "classes: a confusion matrix is drawn of at most %d.%s</figcaption>",
                  nn_text_count(e->classes), NN_MOST_CLASSES, n ? "" : " There are no mistakes.");
    if (n)
        nn_buffer_add(
            out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"mistakes\">"
                 "<table class=\"short\"><thead><tr><th>class</th><th>taken for</th><th "
                 "class=\"n\">times</th><th class=\"n\">of the class</th></tr></thead>\n"
                 "<tbody>\n");
    for (int i = 0; i < n; i++) add_mistake(e, &mistake[i], out);
    nn_buffer_add(out, "%s</figure>\n", n ? "</tbody></table></div>" : "");
}

static void add_confusion(const nn_evaluation *e, nn_buffer *out) {
    if (!e->classes) return;
    if (!e->matrix)
        nn_buffer_add(out,
                      "<p class=\"dim\">No confusion matrix: none is kept of %s classes.</p>\n",
                      nn_text_count(e->classes));
    else if (e->classes > NN_MOST_CLASSES)
        add_mistakes(e, out);
    else
        add_matrix(e, out);
}

/* ---- samples ---- */

static void add_class_words(const nn_evaluation *e, const nn_verdict *v, nn_buffer *out) {
    bool right = v->target == v->prediction;
    nn_buffer_add(out, "<b class=\"%s\">", right ? "good" : "bad");
    nn_html_text(out, nn_class_text(e, v->prediction));
    nn_buffer_add(out, "</b>");
    if (!isnan(v->probability)) nn_buffer_add(out, " %.1f %%", 100 * v->probability);
    nn_buffer_add(out, right ? ", right" : ", is ");
    if (!right) nn_html_text(out, nn_class_text(e, v->target));
}

static void add_numbers(const double *x, int n, nn_buffer *out) {
    for (int i = 0; i < n; i++) nn_buffer_add(out, i ? ", %.4g" : "%.4g", x[i]);
}

static void add_words(const nn_evaluation *e, const nn_verdict *v, nn_buffer *out) {
    if (v->positions == 1)
        add_class_words(e, v, out);
    else if (v->positions > 1)
        nn_buffer_add(out, "%s of %s right", nn_text_count(v->right), nn_text_count(v->positions));
    else {
        add_numbers(v->z, v->numbers, out);
        nn_buffer_add(out, ", is ");
        add_numbers(v->y, v->numbers, out);
    }
    nn_buffer_add(out, "<br/><span class=\"dim\">row %s, loss %s</span>", nn_text_count(v->row),
                  nn_value_text(v->loss));
}

static void add_samples(const nn_evaluation *e, const char *title, const nn_verdict *verdict, int n,
                        nn_buffer *out) {
    if (n == 0) return;
    bool images = nn_sample_is_image(e);
    nn_buffer_add(out, "<div class=\"card\"><h3>%s</h3>\n<ul class=\"samples%s\">\n", title,
                  images ? "" : " texts");
    for (int i = 0; i < n; i++) {
        nn_buffer_add(out, "<li>");
        nn_sample_html(e, &verdict[i], out);
        add_words(e, &verdict[i], out);
        nn_buffer_add(out, "</li>\n");
    }
    nn_buffer_add(out, "</ul></div>\n");
}

/* Of what weights: those of the best epoch are not those that the results of the run are of. */
static void add_whose(const nn_report *report, const nn_evaluation *e, nn_buffer *out) {
    const char *slash = strrchr(e->checkpoint, '/'), *file = slash ? slash + 1 : e->checkpoint;
    nn_buffer_add(out, "<p>");
    if (report->n > 1) nn_html_text(out, report->record[0].label);
    nn_buffer_add(out, "%s%s samples of the %s split, by ", report->n > 1 ? ": " : "",
                  nn_text_count(e->samples), e->split);
    nn_html_text(out, file);
    nn_buffer_add(out, " (epoch %s): ", nn_text_count(e->epoch));
    for (int i = 0; i < e->n_values; i++) {
        nn_buffer_add(out, i ? ", " : "");
        nn_html_text(out, e->value[i].name);
        nn_buffer_add(out, " %s", nn_value_text(e->value[i].value));
    }
    nn_buffer_add(out, ".");
    if (strcmp(file, "best.h5") == 0 && report->record[0].summary)
        nn_buffer_add(out,
                      " <span class=\"dim\"><code>nnmpi eval --best</code> has the same numbers; "
                      "without <code>--best</code> it tells of latest.h5, as the results above "
                      "do.</span>");
    nn_buffer_add(out, "</p>\n");
}

void nn_report_evaluation(void *context, const nn_evaluation *e) {
    nn_report *report = context;
    nn_buffer *out = &report->predictions;
    add_whose(report, e, out);
    nn_buffer_add(out, "<div class=\"stack\">\n");
    add_confusion(e, out);
    add_samples(e, "The largest losses", e->worst, e->n_worst, out);
    add_samples(e, "Samples from all of it", e->spread, e->n_spread, out);
    nn_buffer_add(out, "</div>\n");
}

void nn_report_no_evaluation(nn_report *report, const char *why) {
    report->no_predictions = nn_arena_text(report->arena, why);
}

void nn_section_predictions(const nn_report *report, nn_buffer *out) {
    if (report->predictions.length)
        nn_buffer_add(out, "%s", report->predictions.text);
    else if (report->no_predictions) {
        nn_buffer_add(out, "<p class=\"dim\">There are none here: ");
        nn_html_text(out, report->no_predictions);
        nn_buffer_add(out, "</p>\n");
    }
}
