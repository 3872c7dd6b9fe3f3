/* Where the time went, by phase and rank, and by layer: from profile.json. */
#include <math.h>

#include "page.h"

enum { WIDTH = 640, BAR = 22, STEP = 30, LEFT = 64, RIGHT = 70, MOST_RANKS = 64 };

static double of(json_t *object, const char *name) {
    json_t *value = json_object_get(object, name);
    return json_is_number(value) ? json_number_value(value) : 0;
}
static const char *text_of(json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "?";
}

static double seconds_of(json_t *ranks, size_t r, size_t phase) {
    json_t *value = json_array_get(json_array_get(ranks, r), phase);
    return json_is_number(value) ? json_number_value(value) : 0;
}

static double total_of(json_t *ranks, size_t r) {
    double sum = 0;
    for (size_t i = 0; i < json_array_size(json_array_get(ranks, r)); i++)
        sum += seconds_of(ranks, r, i);
    return sum;
}

/* ---- phases: a bar for each rank ---- */

static void add_legend(json_t *phases, nn_buffer *out) {
    nn_buffer_add(out, "<ul class=\"legend\">\n");
    for (size_t i = 0; i < json_array_size(phases); i++) {
        nn_buffer_add(out, "<li><span class=\"key p%zu\"></span>", i);
        nn_html_text(out, text_of(json_array_get(phases, i), "name"));
        nn_buffer_add(out, " %.1f %%</li>\n", 100 * of(json_array_get(phases, i), "share"));
    }
    nn_buffer_add(out, "</ul>\n");
}

static void add_bar(json_t *phases, json_t *ranks, size_t r, double longest, nn_buffer *out) {
    double x = LEFT, y = 4 + STEP * (double)r;
    nn_buffer_add(out,
                  "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" class=\"unit\">rank %zu</text>\n",
                  LEFT - 8, y + 15, r);
    for (size_t i = 0; i < json_array_size(phases); i++) {
        double seconds = seconds_of(ranks, r, i),
               width = seconds / longest * (WIDTH - LEFT - RIGHT);
        if (width < 0.05) continue;
        nn_buffer_add(out,
                      "<rect class=\"bar p%zu\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%d\">"
                      "<title>rank %zu, ",
                      i, x, y, width, BAR, r);
        nn_html_text(out, text_of(json_array_get(phases, i), "name"));
        nn_buffer_add(out, ": %s</title></rect>\n", nn_text_duration(seconds));
        x += width;
    }
    nn_buffer_add(out, "<text x=\"%.1f\" y=\"%.1f\" class=\"unit\">%s</text>\n", x + 8, y + 15,
                  nn_text_duration(total_of(ranks, r)));
}

static void add_bars(const nn_record *record, nn_buffer *out) {
    json_t *phases = json_object_get(record->profile, "phases"),
           *ranks = json_object_get(record->profile, "phases_of_ranks");
    size_t n = json_array_size(ranks), shown = n < MOST_RANKS ? n : MOST_RANKS;
    double longest = 0;
    for (size_t r = 0; r < n; r++) longest = fmax(longest, total_of(ranks, r));
    nn_buffer_add(out, "<figure class=\"card\">\n<h3>Phases of each rank</h3>\n");
    add_legend(phases, out);
    if (longest > 0) {
        nn_buffer_add(out,
                      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"phases of "
                      "the ranks\"><svg class=\"wide\" viewBox=\"0 0 %d %zu\" role=\"img\"><title>"
                      "Seconds of each phase on each of %zu ranks</title>\n",
                      WIDTH, 8 + STEP * shown, n);
        for (size_t r = 0; r < shown; r++) add_bar(phases, ranks, r, longest, out);
        nn_buffer_add(out, "</svg></div>\n");
    }
    if (shown < n)
        nn_buffer_add(out, "<p class=\"dim\">The first %zu of %zu ranks.</p>\n", shown, n);
    nn_buffer_add(out, "</figure>\n");
}

/* ---- layers ---- */

static void add_way(json_t *way, double steps, nn_buffer *out) {
    json_t *rate = json_object_get(way, "gflops_a_second");
    double seconds = of(json_object_get(way, "seconds"), "mean");
    nn_buffer_add(out, "<td class=\"n\">%.3f ms</td><td class=\"n\">", 1e3 * seconds / steps);
    if (json_is_number(rate)) nn_buffer_add(out, "%.1f", json_number_value(rate));
    nn_buffer_add(out, "</td>");
}

static void add_layers(const nn_record *record, nn_buffer *out) {
    json_t *layers = json_object_get(record->profile, "layers");
    double steps = fmax(of(record->profile, "steps"), 1);
    nn_table_begin(out, "time of the layers");
    nn_buffer_add(out,
                  "<thead><tr><th>layer</th><th>type</th><th class=\"n\">share of training</th>"
                  "<th class=\"n\">forward a step</th><th class=\"n\">GFLOP/s</th><th "
                  "class=\"n\">backward a step</th><th class=\"n\">GFLOP/s</th></tr></thead>\n"
                  "<tbody>\n");
    for (size_t i = 0; i < json_array_size(layers); i++) {
        json_t *layer = json_array_get(layers, i);
        nn_buffer_add(out, "<tr><td>");
        nn_html_text(out, text_of(layer, "name"));
        nn_buffer_add(out, "</td><td>");
        nn_html_text(out, text_of(layer, "type"));
        nn_buffer_add(out, "</td><td class=\"n\">%.1f %%</td>",
                      100 * of(layer, "share_of_training"));
        add_way(json_object_get(layer, "forward"), steps, out);
        add_way(json_object_get(layer, "backward"), steps, out);
        nn_buffer_add(out, "</tr>\n");
    }
    nn_buffer_add(out, "</tbody>\n");
    nn_table_end(out);
}

void nn_section_time(const nn_report *report, nn_buffer *out) {
    int without = 0;
    for (int i = 0; i < report->n; i++) {
        const nn_record *record = &report->record[i];
        without += !record->profile;
        if (!record->profile) continue;
        if (report->n > 1) {
            nn_buffer_add(out, "<h3>");
            nn_html_text(out, record->label);
            nn_buffer_add(out, "</h3>\n");
        }
        nn_buffer_add(out, "<div class=\"stack\">\n");
        add_bars(record, out);
        add_layers(record, out);
        nn_buffer_add(out, "</div>\n");
    }
    if (without == report->n)
        nn_buffer_add(out,
                      "<p class=\"dim\">No profile.json: train with <code>nnmpi --profile</code> "
                      "to see where the time goes.</p>\n");
}
