/* How the runs ended, and with what. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "console.h"
#include "page.h"

static const char *word(const nn_record *record, const char *name) {
    return json_string_value(json_object_get(record->summary, name));
}

/* What a run is called that has no summary: it goes on, or nobody could write one. */
static const char *how(const nn_record *record) {
    const char *text = word(record, "how");
    return text ? text : "not ended";
}

static const char *style_of(const nn_record *record) {
    double code = nn_record_number(record, "exit_code");
    return code == 0 ? "good" : code == NN_STOPPED || isnan(code) ? "fair" : "bad";
}

static void add_badge(const nn_record *record, nn_buffer *out) {
    nn_buffer_add(out, "<span class=\"badge %s\">", style_of(record));
    nn_html_text(out, how(record));
    nn_buffer_add(out, "</span>");
}

static void add_tile(const char *name, const char *value, nn_buffer *out) {
    nn_buffer_add(out, "<div class=\"tile\"><b>%s</b><span>", value);
    nn_html_text(out, name);
    nn_buffer_add(out, "</span></div>\n");
}

static const char *count_of(double value) {
    return isfinite(value) ? nn_text_count((int64_t)(value + 0.5)) : "?";
}

/* "test accuracy"; the words of the file are joined by _, which no line can be broken at. */
static const char *words_of(const char *key) {
    static char name[128];
    snprintf(name, sizeof name, "%s", key);
    for (char *c = name; *c; c++)
        if (*c == '_') *c = ' ';
    return name;
}

/* ---- the results of a run ---- */

#define NN_RESULTS 256

/* Their keys. */
static int keys_of(const json_t *results, const char **key) {
    const char *each;
    json_t *value;
    int n = 0;
    for (int pass = 0; pass < 3; pass++) /* what counts most first */
        json_object_foreach((json_t *)results, each, value) {
            int rank = nn_begins(each, "test_") ? 0 : nn_begins(each, "validation_") ? 1 : 2;
            if (rank == pass && n < NN_RESULTS) key[n++] = each;
        }
    return n;
}

static double number_of(const json_t *results, const char *key) {
    const json_t *value = json_object_get(results, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void add_tiles(const nn_record *record, nn_buffer *out) {
    const json_t *results = json_object_get(record->summary, "results");
    const char *key[NN_RESULTS];
    int n = keys_of(results, key);
    nn_buffer_add(out, "<div class=\"tiles\">\n");
    for (int i = 0; i < n; i++)
        add_tile(words_of(key[i]), nn_value_text(number_of(results, key[i])), out);
    if (record->summary) {
        add_tile("epochs", count_of(nn_record_number(record, "epochs")), out);
        add_tile("steps", count_of(nn_record_number(record, "steps")), out);
        add_tile("duration", nn_text_duration(nn_record_number(record, "seconds")), out);
    } else
        add_tile("epochs so far", nn_text_count((int64_t)json_array_size(record->metrics)), out);
    if (record->has_plan) {
        add_tile("parameters", nn_text_count(record->plan.parameters), out);
        add_tile(record->plan.ranks == 1 ? "rank" : "ranks", nn_text_count(record->plan.ranks),
                 out);
    }
    nn_buffer_add(out, "</div>\n");
}

static void add_one(const nn_record *record, nn_buffer *out) {
    nn_buffer_add(out, "<p>");
    add_badge(record, out);
    nn_buffer_add(out, " ");
    nn_html_text(out, record->summary
                          ? word(record, "why")
                          : "the run goes on, or it was killed: it has no summary.json");
    if (record->has_plan && record->plan.started > 0) {
        time_t started = (time_t)record->plan.started;
        char text[64];
        strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", gmtime(&started));
        nn_buffer_add(out, "<br/><span class=\"dim\">begun %s on ", text);
        nn_html_text(out, record->plan.host);
        nn_buffer_add(out, "</span>");
    }
    nn_buffer_add(out, "</p>\n");
    add_tiles(record, out);
}

/* ---- several runs: a row each ---- */

/* The results of the run that has the most of them head the columns. */
static int columns_of(const nn_report *report, const char **key) {
    const json_t *most = NULL;
    for (int i = 0; i < report->n; i++) {
        const json_t *results = json_object_get(report->record[i].summary, "results");
        if (json_object_size(results) > json_object_size(most)) most = results;
    }
    return keys_of(most, key);
}

static void add_heading(const char *text, nn_buffer *out) {
    nn_buffer_add(out, "<th class=\"n\">");
    nn_html_text(out, text);
    nn_buffer_add(out, "</th>");
}

static void add_cell(double value, const char *text, nn_buffer *out) {
    nn_buffer_add(out, "<td class=\"n\">%s</td>", isfinite(value) ? text : "");
}

static void add_row(const nn_record *record, int color, const char *const *column, int columns,
                    nn_buffer *out) {
    const json_t *results = json_object_get(record->summary, "results");
    nn_buffer_add(
        out,
        "<tr><td class=\"run\"><span class=\"key s%d\" style=\"display:inline-block\"></span> ",
        color % 6);
    nn_html_text(out, record->label);
    nn_buffer_add(out, "</td><td>");
    add_badge(record, out);
    nn_buffer_add(out, "</td>");
    for (int i = 0; i < columns; i++) {
        double number = number_of(results, column[i]);
        add_cell(number, nn_value_text(number), out);
    }
    double epochs = nn_record_number(record, "epochs"),
           seconds = nn_record_number(record, "seconds"),
           rate = nn_record_number(record, "samples_per_second");
    add_cell(epochs, count_of(epochs), out);
    add_cell(seconds, nn_text_duration(seconds), out);
    add_cell(rate, count_of(rate), out);
    add_cell(record->has_plan ? 1 : NAN, nn_text_count(record->plan.ranks), out);
    nn_buffer_add(out, "</tr>\n");
}

static void add_several(const nn_report *report, nn_buffer *out) {
    const char *column[NN_RESULTS];
    int columns = columns_of(report, column);
    nn_table_begin(out, "results of the runs");
    nn_buffer_add(out, "<thead><tr><th>run</th><th>ended</th>");
    for (int i = 0; i < columns; i++) add_heading(words_of(column[i]), out);
    nn_buffer_add(out,
                  "<th class=\"n\">epochs</th><th class=\"n\">duration</th><th "
                  "class=\"n\">samples/s</th><th class=\"n\">ranks</th></tr></thead>\n<tbody>\n");
    for (int i = 0; i < report->n; i++) add_row(&report->record[i], i, column, columns, out);
    nn_buffer_add(out, "</tbody>\n");
    nn_table_end(out);
}

void nn_section_result(const nn_report *report, nn_buffer *out) {
    if (report->n == 1)
        add_one(&report->record[0], out);
    else
        add_several(report, out);
}
