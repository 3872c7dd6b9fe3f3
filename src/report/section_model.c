/* The model as a picture and as a table; of several runs each model once. */
#include "console.h"
#include "page.h"

static bool shown_before(const nn_report *report, int run) {
    for (int i = 0; i < run; i++)
        if (report->record[i].has_plan &&
            nn_same_layers(&report->record[i].plan, &report->record[run].plan))
            return true;
    return false;
}

static void add_row(const nn_layer_row *row, nn_buffer *out) {
    char shape[NN_SHAPE_TEXT_SIZE];
    nn_buffer_add(out, "<tr><td>");
    nn_html_text(out, row->name);
    nn_buffer_add(out, "</td><td>");
    nn_html_text(out, row->type);
    nn_buffer_add(out, "</td><td>");
    nn_html_short(out, row->inputs, 48);
    nn_buffer_add(out, "</td><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
                  nn_shape_text(&row->shape, shape, sizeof shape),
                  row->shared       ? "shared"
                  : row->parameters ? nn_text_count(row->parameters)
                                    : "",
                  nn_text_count((int64_t)(row->flops + 0.5)));
}

static void add_table(const nn_run_plan *plan, nn_buffer *out) {
    double flops = 0;
    nn_table_begin(out, "layers");
    nn_buffer_add(out, "<thead><tr><th>layer</th><th>type</th><th>reads</th><th>output</th><th "
                       "class=\"n\">parameters</th><th class=\"n\">operations a sample</th></tr>"
                       "</thead>\n<tbody>\n");
    for (int i = 0; i < plan->n_layers; i++) {
        add_row(&plan->layer[i], out);
        flops += plan->layer[i].flops;
    }
    nn_buffer_add(out,
                  "<tr><th>all</th><td></td><td></td><td></td><td class=\"n\">%s</td><td "
                  "class=\"n\">%s</td></tr>\n</tbody>\n",
                  nn_text_count(plan->parameters), nn_text_count((int64_t)(flops + 0.5)));
    nn_table_end(out);
}

void nn_section_model(const nn_report *report, nn_buffer *out) {
    for (int i = 0; i < report->n; i++) {
        const nn_record *record = &report->record[i];
        if (!record->has_plan || shown_before(report, i)) continue;
        if (report->n > 1) {
            nn_buffer_add(out, "<h3>");
            nn_html_text(out, record->label);
            nn_buffer_add(out, "</h3>\n");
        }
        nn_buffer_add(out,
                      "<div class=\"stack\">\n<figure class=\"card\"><div class=\"scroll graph\" "
                      "tabindex=\"0\" role=\"region\" aria-label=\"graph of the model\">\n");
        nn_plan_graph_html(&record->plan, out);
        nn_buffer_add(out, "</div></figure>\n");
        add_table(&record->plan, out);
        nn_buffer_add(out, "</div>\n");
    }
}
