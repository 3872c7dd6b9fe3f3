/* A report: what is known of the runs, and its sections. Private to src/report. */
#ifndef NNMPI_REPORT_PAGE_H
#define NNMPI_REPORT_PAGE_H

#include <jansson.h>

#include "html.h"
#include "nnmpi/arena.h"
#include "nnmpi/plan.h"
#include "nnmpi/report.h"

/* ---- record.c: a run folder as it was found ---- */

typedef struct nn_record {
    const char *folder, *label; /* label: the folder's own name */
    bool has_plan;
    nn_run_plan plan;
    json_t *metrics, *norms;   /* arrays of objects, one an epoch; may be empty */
    json_t *summary, *profile; /* objects; NULL: there is none */
    const char *config;        /* the text of config.yaml, or NULL */
} nn_record;
/* NN_NO_INPUT: it is no run folder. NN_BAD_DATA: one of its files is damaged. */
nn_status nn_record_read(nn_record *record, const char *folder, nn_arena *arena);
void nn_record_close(nn_record *record);
bool nn_same_layers(const nn_run_plan *a, const nn_run_plan *b);
/* The number of each row under this name, NaN where there is none; from `arena`. */
double *nn_record_column(json_t *rows, const char *name, nn_arena *arena);
/* The same of a map inside each row. */
double *nn_record_inside(json_t *rows, const char *map, const char *name, nn_arena *arena);
/* A number of the summary, or NaN. */
double nn_record_number(const nn_record *record, const char *name);
/* The middle of what the epochs had; NaN: there was no epoch. */
double nn_record_median(const nn_record *record, const char *name, nn_arena *arena);

/* ---- the page ---- */

struct nn_report {
    nn_arena *arena;
    int n;
    nn_record *record;
    json_t *sweep;              /* what a folder of a sweep says of it, or NULL */
    nn_buffer predictions;      /* the section, as told by the evaluation; or empty */
    const char *no_predictions; /* why there are none, or NULL */
};

/* sweep_runs.c: the run folders that are meant, from the report's arena: of a sweep its trials, the
 * best first. NN_BAD_DATA, NN_NO_INPUT. */
nn_status nn_report_runs(nn_report *report, const char *const *given, int n, const char ***run,
                         int *n_runs);

/* section_NAME.c: adds the section, or nothing where the runs have nothing for it. */
#define NN_SECTION(name, title) void nn_section_##name(const nn_report *report, nn_buffer *out);
#include "sections.def"
#undef NN_SECTION

/* graph.c: <svg> ... </svg> in a page; a whole file. */
void nn_plan_graph_html(const nn_run_plan *plan, nn_buffer *out);
void nn_plan_graph_svg(const nn_run_plan *plan, nn_buffer *out);
/* What is said of a node besides its name, the data being node 0, layer i node i + 1: "dense - (64)
 * - 4,160 weights"; a name that begins with the type says it already. */
const char *nn_graph_words(const nn_run_plan *plan, int node, nn_arena *arena);
/* graph_dot.c: the whole file. */
void nn_plan_graph_dot(const nn_run_plan *plan, nn_buffer *out);
/* graphviz.c: what `dot`, the path of that program or NULL, makes of it, for a file of this name.
 * NN_CANNOT_WRITE. */
nn_status nn_graphviz(const nn_run_plan *plan, const char *dot, const char *path, nn_buffer *out);
bool nn_graphviz_can_draw(const char *path);

/* <div class="scroll"> around a table, so that a phone scrolls it and not the page. */
void nn_table_begin(nn_buffer *out, const char *label);
void nn_table_end(nn_buffer *out);

#endif
