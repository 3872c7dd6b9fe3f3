/* The pictures that Graphviz draws of a model. */
#include <string.h>

#include "nnmpi/program.h"
#include "page.h"

/* A picture of a thousand layers takes some seconds and has a megabyte. */
static const nn_program_limits limits = {.seconds = 60, .bytes = 256 << 20};

/* What a file of that kind begins with: other programs are called dot too. */
typedef struct nn_format {
    const char *ending, *option, *begins;
} nn_format;
static const nn_format formats[] = {
    {".svg", "-Tsvg", "<?xml"}, {".pdf", "-Tpdf", "%PDF-"}, {".png", "-Tpng", "\x89PNG"}, {0}};

static const nn_format *format_of(const char *path) {
    for (const nn_format *f = formats; f->ending; f++)
        if (nn_ends(path, f->ending)) return f;
    return NULL;
}

bool nn_graphviz_can_draw(const char *path) {
    return format_of(path) != NULL;
}

static nn_status run(const char *dot, const nn_format *format, const nn_buffer *text,
                     nn_buffer *out) {
    const char *const words[] = {"dot", format->option, NULL};
    if (nn_program_run(dot, words, limits, text, out) != NN_OK) return NN_CANNOT_WRITE;
    if (nn_begins(out->text, format->begins)) return NN_OK;
    return nn_error(NN_CANNOT_WRITE, "%s %s gave something else", dot, format->option);
}

nn_status nn_graphviz(const nn_run_plan *plan, const char *dot, const char *path, nn_buffer *out) {
    if (!dot)
        return nn_error(NN_CANNOT_WRITE,
                        "%s is for Graphviz to draw, and there is no program dot in PATH: "
                        "apt-get install graphviz",
                        path);
    nn_buffer text = {0};
    nn_plan_graph_dot(plan, &text);
    nn_status status = run(dot, format_of(path), &text, out);
    nn_buffer_free(&text);
    return status;
}
