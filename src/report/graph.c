/* A model as a picture: its layers from top to bottom. */
#include <stdio.h>

#include "console.h"
#include "html.h"
#include "layout.h"
#include "page.h"

enum { HEIGHT = 46, BETWEEN = 30, MARGIN = 12, GAP = 22, LETTERS = 34 };

/* Node 0 is the data, node i + 1 the row i of the plan. */
typedef struct nn_picture {
    const nn_run_plan *plan;
    int n_nodes, n_edges;
    double *width;
    nn_edge *edge;
    const char **what; /* the second line */
    nn_layout layout;
} nn_picture;

static const char *name_of(const nn_picture *p, int node) {
    return node == 0 ? "input" : p->plan->layer[node - 1].name;
}

const char *nn_graph_words(const nn_run_plan *plan, int node, nn_arena *arena) {
    static const char dot[] = " \xc2\xb7 ";
    char shape[NN_SHAPE_TEXT_SIZE];
    if (node == 0) return nn_arena_text(arena, nn_shape_text(&plan->input, shape, sizeof shape));
    const nn_layer_row *row = &plan->layer[node - 1];
    nn_buffer text = {0};
    if (!nn_begins(row->name, row->type)) nn_buffer_add(&text, "%s%s", row->type, dot);
    nn_buffer_add(&text, "%s", nn_shape_text(&row->shape, shape, sizeof shape));
    if (row->parameters > 0)
        nn_buffer_add(&text, "%s%s weights", dot, nn_text_count(row->parameters));
    if (row->shared) nn_buffer_add(&text, "%sshared weights", dot);
    const char *copy = nn_arena_text(arena, text.text);
    nn_buffer_free(&text);
    return copy;
}

static int shown(const char *text, int most) {
    int n = nn_html_length(text);
    return n < most ? n : most;
}

static nn_picture arrange(const nn_run_plan *plan, nn_arena *arena) {
    nn_picture p = {.plan = plan, .n_nodes = plan->n_layers + 1};
    int edges = 0;
    for (int i = 0; i < plan->n_layers; i++) edges += plan->layer[i].n_inputs;
    p.width = NN_NEW_ARRAY(arena, double, p.n_nodes);
    p.what = NN_NEW_ARRAY(arena, const char *, p.n_nodes);
    p.edge = NN_NEW_ARRAY(arena, nn_edge, edges + 1);
    for (int v = 0; v < p.n_nodes; v++) {
        p.what[v] = nn_graph_words(plan, v, arena);
        double name = 8.2 * shown(name_of(&p, v), LETTERS), what = 6.6 * shown(p.what[v], 60);
        p.width[v] = 24 + (name > what ? name : what);
        if (p.width[v] < 96) p.width[v] = 96;
        for (int k = 0; v > 0 && k < plan->layer[v - 1].n_inputs; k++)
            p.edge[p.n_edges++] = (nn_edge){plan->layer[v - 1].input[k] + 1, v};
    }
    p.layout = nn_layout_of(p.n_nodes, p.width, p.n_edges, p.edge, GAP, arena);
    return p;
}

static double top_of(const nn_picture *p, int place) {
    return MARGIN + (HEIGHT + BETWEEN) * p->layout.row[place];
}

/* From the lower side of the first to the upper side of the last, through the middle of the bends.
 */
static void add_edge(const nn_picture *p, int e, nn_buffer *out) {
    const nn_layout *l = &p->layout;
    nn_buffer_add(out, "<path class=\"edge\" d=\"");
    for (int i = l->first[e]; i < l->first[e + 1]; i++) {
        int place = l->chain[i], before = i > l->first[e] ? l->chain[i - 1] : -1;
        double x = MARGIN + l->x[place], y = top_of(p, place);
        bool last = i + 1 == l->first[e + 1];
        if (before < 0) {
            nn_buffer_add(out, "M%.1f %.1f", x, y + HEIGHT);
            continue;
        }
        double from = MARGIN + l->x[before], start = top_of(p, before) + HEIGHT;
        double end = last ? y - 6 : y;
        nn_buffer_add(out, "C%.1f %.1f %.1f %.1f %.1f %.1f", from, start + 0.55 * (end - start), x,
                      end - 0.55 * (end - start), x, end);
        if (!last) nn_buffer_add(out, "V%.1f", y + HEIGHT);
    }
    double x = MARGIN + l->x[p->edge[e].to], y = top_of(p, p->edge[e].to);
    nn_buffer_add(out, "\"/><path class=\"arrow\" d=\"M%.1f %.1fl-4 -7h8z\"/>\n", x, y);
}

static void add_node(const nn_picture *p, int v, nn_buffer *out) {
    double x = MARGIN + p->layout.x[v], y = top_of(p, v);
    const nn_layer_row *row = v > 0 ? &p->plan->layer[v - 1] : NULL;
    nn_buffer_add(out, "<g class=\"node%s\"><title>",
                  !row                             ? " ends"
                  : row->parameters || row->shared ? " weights"
                                                   : "");
    nn_html_text(out, name_of(p, v));
    if (row) {
        nn_buffer_add(out, ": ");
        nn_html_text(out, row->type);
        nn_buffer_add(out, ", %s operations a sample", nn_text_count((int64_t)(row->flops + 0.5)));
    }
    nn_buffer_add(out,
                  "</title><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"8\"/>"
                  "<text class=\"name\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                  x - 0.5 * p->width[v], y, p->width[v], HEIGHT, x, y + 19);
    nn_html_short(out, name_of(p, v), LETTERS);
    nn_buffer_add(out, "</text><text class=\"what\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                  x, y + 36);
    nn_html_short(out, p->what[v], 60);
    nn_buffer_add(out, "</text></g>\n");
}

static void add_svg(const nn_run_plan *plan, bool file, nn_buffer *out) {
    nn_arena *arena = nn_arena_create();
    nn_picture p = arrange(plan, arena);
    double width = p.layout.width + 2 * MARGIN,
           height = 2 * MARGIN + (HEIGHT + BETWEEN) * p.layout.n_rows - BETWEEN;
    nn_buffer_add(
        out, "<svg %sviewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\" role=\"img\">\n",
        file ? "xmlns=\"http://www.w3.org/2000/svg\" " : "", width, height, width, height);
    nn_buffer_add(out, "<title>The layers of ");
    nn_html_text(out, plan->name);
    nn_buffer_add(out, ": a graph of %d layers</title>\n", plan->n_layers);
    if (file)
        nn_buffer_add(out,
                      "<style>\n%s</style>\n<rect width=\"100%%\" height=\"100%%\" "
                      "style=\"fill:var(--paper)\"/>\n",
                      nn_html_picture_style);
    for (int e = 0; e < p.n_edges; e++) add_edge(&p, e, out);
    for (int v = 0; v < p.n_nodes; v++) add_node(&p, v, out);
    nn_buffer_add(out, "</svg>\n");
    nn_arena_destroy(arena);
}

void nn_plan_graph_html(const nn_run_plan *plan, nn_buffer *out) {
    add_svg(plan, false, out);
}

void nn_plan_graph_svg(const nn_run_plan *plan, nn_buffer *out) {
    add_svg(plan, true, out);
}
