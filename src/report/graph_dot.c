/* A model in DOT, the language of Graphviz (graphviz.org/doc/info/lang.html), for its layouts. */
#include "html.h"
#include "page.h"

/* Between quotes: a text may have the entities of HTML, that of a quote too; a backslash is two. */
static void add_text(nn_buffer *out, const char *text) {
    nn_buffer safe = {0};
    nn_html_text(&safe, text);
    for (const char *c = safe.text; c && *c; c++) switch (*c) {
        case '\\': nn_buffer_add(out, "\\\\"); break;
        case '\n': nn_buffer_add(out, "\\n"); break;
        default: nn_buffer_add(out, "%c", *c);
        }
    nn_buffer_free(&safe);
}

static void add_node(const nn_run_plan *plan, int node, nn_arena *arena, nn_buffer *out) {
    const nn_layer_row *row = node > 0 ? &plan->layer[node - 1] : NULL;
    nn_buffer_add(out, "  n%d [label=\"", node);
    add_text(out, row ? row->name : "input");
    nn_buffer_add(out, "\\n");
    add_text(out, nn_graph_words(plan, node, arena));
    nn_buffer_add(out, "\"");
    if (!row)
        nn_buffer_add(out, ", style=\"rounded,dashed\"");
    else if (row->parameters || row->shared)
        nn_buffer_add(out, ", color=\"#0b5fa5\", fillcolor=\"#e7f0fa\"");
    nn_buffer_add(out, "];\n");
}

void nn_plan_graph_dot(const nn_run_plan *plan, nn_buffer *out) {
    nn_arena *arena = nn_arena_create();
    nn_buffer_add(out, "digraph \"");
    add_text(out, plan->name);
    nn_buffer_add(out, "\" {\n  node [shape=box, style=\"rounded,filled\", fillcolor=white, "
                       "fontname=\"Helvetica\", fontsize=11];\n");
    for (int node = 0; node <= plan->n_layers; node++) add_node(plan, node, arena, out);
    for (int i = 0; i < plan->n_layers; i++)
        for (int k = 0; k < plan->layer[i].n_inputs; k++)
            nn_buffer_add(out, "  n%d -> n%d;\n", plan->layer[i].input[k] + 1, i + 1);
    nn_buffer_add(out, "}\n");
    nn_arena_destroy(arena);
}
