/* The confusion matrix for people. */
#include <string.h>

#include "console.h"

#define NN_NAME_MOST 12

typedef struct nn_grid {
    int64_t classes;
    int name, cell; /* widths */
} nn_grid;

static double row_sum(const nn_evaluation *e, int64_t a) {
    double sum = 0;
    for (int64_t d = 0; d < e->classes; d++) sum += e->matrix[a * e->classes + d];
    return sum;
}

static double column_sum(const nn_evaluation *e, int64_t d) {
    double sum = 0;
    for (int64_t a = 0; a < e->classes; a++) sum += e->matrix[a * e->classes + d];
    return sum;
}

static nn_grid measure(const nn_evaluation *e) {
    nn_grid grid = {e->classes, 9, 4}; /* of "precision" */
    for (int64_t i = 0; i < e->classes * e->classes; i++) {
        int length = snprintf(NULL, 0, "%.0f", e->matrix[i]);
        grid.cell = length > grid.cell ? length : grid.cell;
    }
    for (int64_t i = 0; i < e->classes; i++) {
        int length = (int)strlen(nn_class_text(e, i));
        length = length < NN_NAME_MOST ? length : NN_NAME_MOST;
        grid.name = length > grid.name ? length : grid.name;
        grid.cell = length > grid.cell ? length : grid.cell;
    }
    return grid;
}

static void add_part(double part, double whole, int width, nn_buffer *out) {
    if (whole > 0)
        nn_buffer_add(out, "%*.0f%%", width, 100 * part / whole);
    else
        nn_buffer_add(out, "%*s", width + 1, "-");
}

static void add_grid(const nn_evaluation *e, const nn_grid *g, nn_buffer *out) {
    int64_t c = g->classes;
    nn_buffer_add(out, "%-*s", g->name, "");
    for (int64_t d = 0; d < c; d++)
        nn_buffer_add(out, " %*.*s", g->cell, NN_NAME_MOST, nn_class_text(e, d));
    nn_buffer_add(out, "  recall\n");
    for (int64_t a = 0; a < c; a++) {
        nn_buffer_add(out, "%*.*s", g->name, NN_NAME_MOST, nn_class_text(e, a));
        for (int64_t d = 0; d < c; d++)
            if (e->matrix[a * c + d] > 0)
                nn_buffer_add(out, " %*.0f", g->cell, e->matrix[a * c + d]);
            else
                nn_buffer_add(out, " %*s", g->cell, ".");
        add_part(e->matrix[a * c + a], row_sum(e, a), 7, out);
        nn_buffer_add(out, "\n");
    }
    nn_buffer_add(out, "%-*s", g->name, "precision");
    for (int64_t d = 0; d < c; d++) add_part(e->matrix[d * c + d], column_sum(e, d), g->cell, out);
    nn_buffer_add(out, "\n");
}

/* ---- too many classes: what is mistaken most often ---- */

int nn_confusion_mistakes(const nn_evaluation *e, nn_mistake *mistake) {
    int n = 0;
    for (int64_t i = 0; i < e->classes * e->classes; i++) {
        nn_mistake one = {i / e->classes, i % e->classes, e->matrix[i]};
        if (one.target == one.prediction || one.count <= 0) continue;
        int at = n;
        while (at > 0 && mistake[at - 1].count < one.count) at--;
        if (at == NN_MISTAKES) continue;
        if (n < NN_MISTAKES) n++;
        memmove(mistake + at + 1, mistake + at, (size_t)(n - 1 - at) * sizeof *mistake);
        mistake[at] = one;
    }
    return n;
}

static void add_mistakes(const nn_evaluation *e, nn_buffer *out) {
    nn_mistake mistake[NN_MISTAKES];
    int n = nn_confusion_mistakes(e, mistake);
    for (int i = 0; i < n; i++)
        nn_buffer_add(out, "%10.0f  %s taken for %s\n", mistake[i].count,
                      nn_class_text(e, mistake[i].target), nn_class_text(e, mistake[i].prediction));
}

void nn_confusion_text(const nn_evaluation *e, const nn_terminal *terminal, nn_buffer *out) {
    nn_grid grid = measure(e);
    bool fits = grid.name + grid.classes * (grid.cell + 1) + 8 <= nn_terminal_width(terminal);
    nn_buffer_add(out, "\n%sconfusion%s  %s\n", nn_terminal_style(terminal, NN_BOLD),
                  nn_terminal_style(terminal, NN_PLAIN),
                  fits ? "a row is a class, a column what it was taken for"
                       : "the most frequent mistakes");
    if (fits)
        add_grid(e, &grid, out);
    else
        add_mistakes(e, out);
}
