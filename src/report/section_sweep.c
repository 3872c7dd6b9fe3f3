/* The table of a sweep. */
#include <string.h>

#include "console.h"
#include "page.h"

static void add_string(const json_t *string, nn_buffer *out) {
    nn_html_text(out, json_is_string(string) ? json_string_value(string) : "");
}

static void add_text(const json_t *object, const char *key, nn_buffer *out) {
    add_string(json_object_get(object, key), out);
}

static void add_value(const json_t *value, nn_buffer *out) {
    nn_buffer_add(out, "<td class=\"n\">%s</td>",
                  json_is_number(value) ? nn_value_text(json_number_value(value)) : "-");
}

/* How the trial ended; why, if it failed. */
static void add_end(const json_t *trial, nn_buffer *out) {
    double code = json_number_value(json_object_get(trial, "exit_code"));
    bool failed = code != 0 && code != NN_STOPPED;
    nn_buffer_add(out, "<td%s><span class=\"badge %s\">", failed ? " class=\"why\"" : "",
                  failed      ? "bad"
                  : code == 0 ? "good"
                              : "fair");
    add_text(trial, "how", out);
    nn_buffer_add(out, "</span> ");
    if (failed) add_text(trial, "why", out);
    nn_buffer_add(out, "</td>");
}

static void add_row(const json_t *trial, bool best, nn_buffer *out) {
    const char *key;
    json_t *value;
    nn_buffer_add(out, best ? "<tr><td><b>" : "<tr><td>");
    add_text(trial, "folder", out);
    nn_buffer_add(out, best ? "</b></td>" : "</td>");
    json_object_foreach(json_object_get(trial, "values"), key, value) {
        nn_buffer_add(out, "<td class=\"n\">");
        add_string(value, out);
        nn_buffer_add(out, "</td>");
    }
    add_value(json_object_get(trial, "value"), out);
    double seconds = json_number_value(json_object_get(trial, "seconds"));
    nn_buffer_add(out, "<td class=\"n\">%lld</td><td class=\"n\">%.*f</td>",
                  (long long)json_integer_value(json_object_get(trial, "epochs")),
                  seconds < 10 ? 2 : 1, seconds);
    add_end(trial, out);
    nn_buffer_add(out, "</tr>\n");
}

static const char *last_word(const char *key) {
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

/* "learning_rate" of training.optimizer.learning_rate, unless another key ends so. */
static const char *short_key(json_t *keys, const char *key) {
    const char *other;
    json_t *value;
    json_object_foreach(keys, other, value) {
        bool alike = strcmp(last_word(other), last_word(key)) == 0;
        if (alike && strcmp(other, key) != 0) return key;
    }
    return last_word(key);
}

static void add_head(const json_t *sweep, nn_buffer *out) {
    const char *key;
    json_t *value;
    nn_buffer_add(out, "<thead><tr><th>trial</th>");
    json_t *keys = json_object_get(sweep, "keys");
    json_object_foreach(keys, key, value) {
        nn_buffer_add(out, "<th class=\"n\" title=\"");
        nn_html_text(out, key);
        nn_buffer_add(out, "\">");
        nn_html_text(out, short_key(keys, key));
        nn_buffer_add(out, "</th>");
    }
    nn_buffer_add(out, "<th class=\"n\">");
    add_text(sweep, "monitor", out);
    nn_buffer_add(out, "</th><th class=\"n\">epochs</th><th class=\"n\">seconds</th><th>how</th>"
                       "</tr></thead>\n<tbody>\n");
}

void nn_section_sweep(const nn_report *report, nn_buffer *out) {
    const json_t *sweep = report->sweep, *order = json_object_get(sweep, "order");
    if (!sweep) return;
    const json_t *best = json_object_get(sweep, "best");
    nn_buffer_add(out, "<p>Method: ");
    add_text(sweep, "method", out);
    nn_buffer_add(out, "; ");
    add_text(sweep, "monitor", out);
    nn_buffer_add(out, ", the ");
    add_text(sweep, "better", out);
    nn_buffer_add(out, " the better.</p>\n");
    nn_table_begin(out, "trials");
    add_head(sweep, out);
    for (size_t i = 0; i < json_array_size(order); i++) {
        size_t number = (size_t)json_integer_value(json_array_get(order, i));
        const json_t *trial = json_array_get(json_object_get(sweep, "trials"), number);
        bool is_best = json_is_integer(best) && (size_t)json_integer_value(best) == number;
        if (json_is_object(trial)) add_row(trial, is_best, out);
    }
    nn_buffer_add(out, "</tbody>\n");
    nn_table_end(out);
}
