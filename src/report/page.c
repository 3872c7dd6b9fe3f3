/* The page as a whole. */
#include "page.h"

#include <stdlib.h>
#include <string.h>

#include "nnmpi/file.h"

static const struct {
    const char *id, *title;
    void (*add)(const nn_report *report, nn_buffer *out);
} sections[] = {
#define NN_SECTION(name, title) {#name, title, nn_section_##name},
#include "sections.def"
#undef NN_SECTION
};
#define NN_SECTIONS (int)(sizeof sections / sizeof *sections)

void nn_table_begin(nn_buffer *out, const char *label) {
    nn_buffer_add(out,
                  "<div class=\"card scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
                  "<table>\n",
                  label);
}

void nn_table_end(nn_buffer *out) {
    nn_buffer_add(out, "</table></div>\n");
}

nn_status nn_report_open(nn_report **out, const char *const *given, int n_given) {
    const char **folders;
    int n;
    nn_report *report = calloc(1, sizeof *report);
    nn_assert(report);
    *out = report;
    report->arena = nn_arena_create();
    NN_TRY(nn_report_runs(report, given, n_given, &folders, &n));
    report->record = NN_NEW_ARRAY(report->arena, nn_record, n);
    for (; report->n < n; report->n++)
        NN_TRY(nn_record_read(&report->record[report->n], folders[report->n], report->arena));
    return NN_OK;
}

const char *nn_report_first(const nn_report *report) {
    return report->record[0].folder;
}

void nn_report_close(nn_report *report) {
    if (!report) return;
    for (int i = 0; i < report->n; i++) nn_record_close(&report->record[i]);
    json_decref(report->sweep);
    nn_buffer_free(&report->predictions);
    nn_arena_destroy(report->arena);
    free(report);
}

static const char *title_of(const nn_report *report) {
    const nn_record *first = &report->record[0];
    if (report->sweep)
        return nn_arena_format(report->arena, "sweep of %s",
                               first->has_plan ? first->plan.name : first->label);
    if (report->n > 1) return nn_arena_format(report->arena, "%d runs", report->n);
    return first->has_plan ? first->plan.name : first->label;
}

static void add_header(const nn_report *report, const nn_buffer *body, nn_buffer *out) {
    nn_buffer_add(out, "<header>\n<h1>");
    nn_html_text(out, title_of(report));
    nn_buffer_add(out, "</h1>\n<nav aria-label=\"sections\">\n");
    for (int i = 0; i < NN_SECTIONS; i++)
        if (body[i].length)
            nn_buffer_add(out, "<a href=\"#%s\">%s</a>\n", sections[i].id, sections[i].title);
    nn_buffer_add(out, "</nav>\n</header>\n");
}

static void add_page(const nn_report *report, nn_buffer *out) {
    nn_buffer body[NN_SECTIONS] = {{0}};
    for (int i = 0; i < NN_SECTIONS; i++) sections[i].add(report, &body[i]);
    nn_html_begin(out, title_of(report));
    add_header(report, body, out);
    nn_buffer_add(out, "<main>\n");
    for (int i = 0; i < NN_SECTIONS; i++) {
        if (!body[i].length) continue;
        nn_html_section(out, sections[i].id, sections[i].title);
        nn_buffer_add(out, "%s", body[i].text);
        nn_html_section_end(out);
        nn_buffer_free(&body[i]);
    }
    nn_buffer_add(out, "</main>\n<footer><p>Made by nnmpi %s.</p></footer>\n", NNMPI_VERSION);
    nn_html_end(out);
}

nn_status nn_report_write(const nn_report *report, const char *path) {
    nn_buffer text = {0};
    add_page(report, &text);
    nn_status status = nn_file_publish(path, text.text, text.length, false);
    nn_buffer_free(&text);
    return status;
}
