/* A model drawn into a file: by Graphviz, by nnmpi, or as text for Graphviz. */
#include <stdlib.h>

#include "nnmpi/file.h"
#include "nnmpi/log.h"
#include "nnmpi/program.h"
#include "page.h"

const char *const nn_graph_layout_words[] = {"auto", "graphviz", "own", NULL};

bool nn_plan_can_draw(const char *path, nn_graph_layout layout) {
    if (nn_ends(path, ".dot") || nn_ends(path, ".svg")) return true;
    return layout != NN_LAYOUT_OWN && nn_graphviz_can_draw(path);
}

static void warn(const char *path) {
    nn_warning("%s; %s gets nnmpi's own layout", nn_error_message(), path);
    nn_error_clear();
}

/* By Graphviz; by nnmpi where that is wanted, or will do and there is no Graphviz that works. */
static nn_status lay_out(const nn_run_plan *plan, const char *path, nn_graph_layout *layout,
                         nn_buffer *out) {
    nn_status status = NN_OK;
    bool own_will_do = *layout == NN_LAYOUT_AUTO && nn_ends(path, ".svg");
    char *dot = *layout == NN_LAYOUT_OWN ? NULL : nn_program_find("dot");
    bool own = *layout == NN_LAYOUT_OWN || (own_will_do && !dot);
    if (!own) {
        status = nn_graphviz(plan, dot, path, out);
        own = own_will_do && status != NN_OK;
        if (own) warn(path);
    }
    free(dot);
    *layout = own ? NN_LAYOUT_OWN : NN_LAYOUT_GRAPHVIZ;
    if (!own) return status;
    out->length = 0;
    nn_plan_graph_svg(plan, out);
    return NN_OK;
}

nn_status nn_plan_draw(const nn_run_plan *plan, const char *path, nn_graph_layout *layout) {
    nn_buffer text = {0};
    nn_status status = NN_OK;
    if (nn_ends(path, ".dot")) {
        *layout = NN_LAYOUT_AUTO;
        nn_plan_graph_dot(plan, &text);
    } else
        status = lay_out(plan, path, layout, &text);
    if (status == NN_OK) status = nn_file_publish(path, text.text, text.length, false);
    nn_buffer_free(&text);
    return status;
}
