/* What the runs were made of: data, machine, versions, configuration. */
#include "console.h"
#include "page.h"

static void add_fact(const char *name, const char *text, nn_buffer *out) {
    if (!text || !*text) return;
    nn_buffer_add(out, "<dt>%s</dt><dd>", name);
    nn_html_text(out, text);
    nn_buffer_add(out, "</dd>\n");
}

static void add_data(const nn_run_plan *plan, nn_buffer *out) {
    for (int i = 0; i < NN_SPLITS; i++) {
        if (!plan->data_text[i]) continue;
        nn_buffer_add(out, "<dt>data, %s</dt><dd>%s samples: ", nn_split_name[i],
                      nn_text_count(plan->samples[i]));
        nn_html_text(out, plan->data_text[i]);
        nn_buffer_add(out, "</dd>\n");
    }
}

static void add_plan(const nn_run_plan *plan, nn_arena *arena, nn_buffer *out) {
    nn_buffer_add(out, "<dl class=\"card\">\n");
    add_data(plan, out);
    add_fact("training",
             nn_arena_format(arena, "%s, %s, batches of %s, %s step%s an epoch", plan->loss,
                             plan->optimizer, nn_text_count(plan->batch_size),
                             nn_text_count(plan->steps_per_epoch),
                             plan->steps_per_epoch == 1 ? "" : "s"),
             out);
    add_fact("ranks",
             nn_arena_format(arena, "%d x %d thread%s on %d node%s (%s), reduction %s", plan->ranks,
                             plan->threads, plan->threads == 1 ? "" : "s", plan->nodes,
                             plan->nodes == 1 ? "" : "s", plan->host, plan->reduction),
             out);
    add_fact("memory",
             nn_arena_format(arena, "%s a rank, data %s a node",
                             nn_text_bytes((double)nn_plan_memory(plan)),
                             nn_text_bytes((double)plan->memory_data)),
             out);
    add_fact("numbers", plan->precision, out);
    add_fact("versions",
             nn_arena_format(arena, "nnmpi %s, %s, %s, %s", plan->version ? plan->version : "?",
                             plan->mpi ? plan->mpi : "?", plan->hdf5 ? plan->hdf5 : "?",
                             plan->blas ? plan->blas : "?"),
             out);
    add_fact("configuration", plan->config_file, out);
    add_fact("resumed from", plan->resumed_from, out);
    nn_buffer_add(out, "</dl>\n");
}

void nn_section_config(const nn_report *report, nn_buffer *out) {
    nn_buffer_add(out, "<div class=\"stack\">\n");
    for (int i = 0; i < report->n; i++) {
        const nn_record *record = &report->record[i];
        if (report->n > 1) {
            nn_buffer_add(out, "<h3>");
            nn_html_text(out, record->label);
            nn_buffer_add(out, "</h3>\n");
        }
        if (record->has_plan) add_plan(&record->plan, report->arena, out);
        if (!record->config) continue;
        nn_buffer_add(out, "<details class=\"card\"><summary>config.yaml, with every default"
                           "</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                           "aria-label=\"configuration\"><pre>");
        nn_html_text(out, record->config);
        nn_buffer_add(out, "</pre></div></details>\n");
    }
    nn_buffer_add(out, "</div>\n");
}
